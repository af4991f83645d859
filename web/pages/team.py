"""A team's figures for its manager and quality officer, today or as they stood on an earlier Monday; and the city's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import exemptions, nobodys_clients, rights, take_overs
from application import team_figures as operations
from application.freshness import Freshness
from application.intakes_and_exits import Month
from application.rebuilt_figures import Told, told
from domain.calendar import Week
from domain.catalogue import Track
from domain.filters import LISTED
from domain.names import by_surname, folded
from web import plots
from web.asked import asked
from web.context import colleagues, definitions, look, services, today, viewer
from web.freshness import freshness
from web.going import go
from web.language import _, local
from web.legend import marks
from web.permissions import access
from web.words import word

page = Blueprint("team", __name__)


@page.get("/team")
@access(rights.READ_FILES)
def team() -> Response:
    team_id = viewer().team_id or abort(404)
    return go(url_for("team.one", team_id=team_id, week=request.args.get("week")))


@page.get("/teams/<uuid:team_id>")
@access(operations.team_figures)
def one(team_id: UUID) -> str:
    """A team's figures; the spread over coaches only for those who lead it, small groups hidden from other teams."""
    monday = asked_monday()
    shown = operations.team_figures(services(), look(), team_id, monday)
    names, limits = colleagues(), definitions().limits
    return render_template(
        "team.html",
        team=shown.team,
        own=shown.own,
        leads=shown.leads,
        monday=monday,
        mondays=shown.mondays,
        figures=shown.figures,
        targets=shown.targets,
        now=shown.now,
        agreed=shown.agreed,
        plan_weeks=shown.plan_weeks,
        spread=_caseloads(shown.caseloads, names, limits[1], leads=monday is None),
        strip=plots.strip([shown.caseloads.get(c, 0) for c in shown.coaches], limits),
        bars=_tracks(shown.tracks, leads=shown.leads and monday is None),
        outflow=_outflow(shown.outflow, leads=shown.leads and monday is None),
        gaps=_gaps(shown.gaps, leads=shown.leads and monday is None),
        weeks=shown.weeks,
        trend=plots.lines(
            [(word("measure", name), shown.lines[name]) for name in ("open", "not_seen") if shown.lines.get(name)],
            marks(seen=True),
        ),
        lists_trend=plots.lines([(word("measure", "listed"), shown.lines.get("listed", []))], marks(fields=True)),
        flow=_flow(shown.months),
        waiting=shown.waiting,
        names=shown.names,
        away=shown.away,
        to_give_back=take_overs.count_due(services(), viewer()) if shown.leads else 0,
        exemptions_to_read=exemptions.count_to_read(services(), viewer()) if shown.own else 0,
        nobodys=nobodys_clients.count_nobodys(services(), shown.team.team_id) if shown.leads else 0,
        colleagues=names,
        limits=limits,
        as_of=monday or today(),
        rebuilt=_rebuilt(),
    )


def _flow(months: Sequence[Month]) -> plots.Pairs | None:
    names = (gettext("files begun"), gettext("files closed"))
    return plots.pairs(names, [(m.first, m.intakes, m.closed) for m in months])


def _rebuilt() -> list[tuple[Freshness, Told]]:
    """How current each read model is, with the figures that its last rebuild changed."""
    models = list(freshness().values())
    changes = told(services(), viewer(), [json.loads(f.changes) if f.changes else {} for f in models])
    return list(zip(models, changes, strict=True))


def _caseloads(
    caseloads: Mapping[UUID, int], names: Mapping[UUID, str], limit: int, *, leads: bool
) -> list[tuple[UUID, plots.Bar]]:
    """The caseload of each coach as a bar, by name and in no other order, on a scale that reaches the limit."""
    coaches = sorted(caseloads, key=lambda coach_id: by_surname(names.get(coach_id, "")))

    def href(coach_id: UUID) -> str | None:
        return url_for("caseload.caseload", coach=coach_id) if leads else None

    rows = [(names.get(coach_id, "–"), caseloads[coach_id], href(coach_id)) for coach_id in coaches]
    return list(zip(coaches, plots.bars(rows, most=limit), strict=True))


def _gaps(gaps: Mapping[str, int | None], *, leads: bool = False) -> list[plots.Bar]:
    """Fields as bars, each leading to its definition, and its number to those who are counted where the viewer leads
    the team."""
    fields = definitions().catalogue.fields
    labels = {key: local(fields[key].label) if key in fields else key for key in gaps}

    def behind(key: str) -> str | None:
        return url_for("caseload.caseload", f=f"{key}:{LISTED}") if leads and key in fields else None

    hrefs = {key: url_for("definitions.definitions", _anchor=key) for key in gaps}
    return _by_label([(labels[key], n, hrefs[key], behind(key), f"listed:{key}") for key, n in gaps.items()])


def _outflow(outflow: Mapping[str, int | None], *, leads: bool) -> list[plots.Bar]:
    """Exits by outcome, each number leading to the closed files."""

    def behind(code: str) -> str | None:
        return url_for("closed_files.closed_files", outcome=code) if leads else None

    return _by_label(
        [(str(word("closing_reason", code)), n, None, behind(code), f"exits:{code}") for code, n in outflow.items()]
    )


def _by_label(rows: Sequence[tuple[str, int | None, str | None, str | None, str]]) -> list[plots.Bar]:
    """Bars in the order of their labels, as who reads them would look for one; each leads on from its label and from
    its number."""
    ordered = sorted(rows, key=lambda row: folded(row[0]))
    bars = plots.bars([(label, number, href) for label, number, href, _behind, _figure in ordered])
    return [replace(bar, behind=row[3], figure=row[4]) for bar, row in zip(bars, ordered, strict=True)]


def _tracks(tracks: Mapping[str, int | None], *, leads: bool) -> list[plots.Bar]:
    """The service tracks as bars, each leading to its clients where the viewer leads the team."""

    def href(code: str) -> str | None:
        if not leads:
            return None
        if code == operations.NO_TRACK:
            return url_for("caseload.caseload", show="no_track")
        return url_for("caseload.caseload", f=f"service_track:is:{code}")

    codes = [code for code in (*Track, operations.NO_TRACK) if tracks.get(code, 0) != 0]
    bars = plots.bars([(word("track", code), tracks[code], href(code)) for code in codes])
    return [replace(bar, figure=f"track:{code}") for bar, code in zip(bars, codes, strict=True)]


def asked_monday() -> date | None:
    """The Monday that the address asks for, as a week such as 2026-W40."""
    week = asked("week", Week.parse)
    return week.monday if week else None


@page.get("/city")
@access(operations.city_figures)
def city() -> str:
    """The same figures for each team beside each other, against the target; groups under five are not shown."""
    monday = asked_monday()
    shown = operations.city_figures(services(), viewer(), monday)
    series = [(str(word("measure", "open")), shown.line)]
    if shown.target_line is not None:
        series.append((str(_("target")), shown.target_line))
    return render_template(
        "city.html",
        rows=shown.teams,
        as_of=monday or today(),
        monday=monday,
        mondays=shown.mondays,
        targets=shown.targets,
        team_targets=shown.team_targets,
        totals=shown.totals,
        today_totals=shown.today,
        trend=plots.lines(series),
        flow=_flow(shown.months),
        listed=_gaps(shown.listed),
    )
