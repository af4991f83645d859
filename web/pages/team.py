"""A team's figures for its manager and quality officer, today or as they stood on an earlier Monday; and the city's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from werkzeug.wrappers import Response

from application import nobodys_clients, rights
from application import team_figures as operations
from application.freshness import Freshness
from application.rebuilt_figures import Told, told
from domain.calendar import Week
from domain.catalogue import Track
from domain.names import by_surname
from domain.refusal import Refused
from domain.roles import Role
from web import plots
from web.asked import asked
from web.context import colleagues, definitions, look, services, today, viewer
from web.fields import DayField, Needed, WholeField
from web.forms import Form
from web.freshness import freshness
from web.going import go
from web.language import _
from web.legend import marks
from web.permissions import access
from web.words import word

page = Blueprint("team", __name__)


class TargetForm(Form):
    from_on = DayField(_("from"), [Needed(_("Please give a day."))], render_kw={"required": True})
    clients = WholeField(_("Open clients"), [Needed(_("Give a whole number."))], render_kw={"min": 0, "required": True})


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
        now=shown.now,
        agreed=shown.agreed,
        plan_weeks=shown.plan_weeks,
        spread=sorted(shown.caseloads.items(), key=lambda each: by_surname(names.get(each[0], ""))),
        strip=plots.strip([shown.caseloads.get(c, 0) for c in shown.coaches], limits),
        bars=_bars(shown.tracks, leads=shown.leads and monday is None) if shown.own else [],
        tracks=shown.tracks,
        outflow=shown.outflow,
        gaps=sorted(shown.gaps.items()),
        weeks=shown.weeks,
        trend=plots.lines(
            [(word("measure", name), points) for name, points in shown.lines.items() if points],
            marks(seen=True, fields=True),
        ),
        waiting=shown.waiting,
        names=shown.names,
        away=shown.away,
        nobodys=nobodys_clients.count_nobodys(services(), shown.team.team_id) if shown.leads else 0,
        colleagues=names,
        limits=limits,
        as_of=monday or today(),
        rebuilt=_rebuilt(),
    )


def _rebuilt() -> list[tuple[Freshness, Told]]:
    """How current each read model is, with the figures that its last rebuild changed."""
    models = list(freshness().values())
    changes = told(services(), viewer(), [json.loads(f.changes) if f.changes else {} for f in models])
    return list(zip(models, changes, strict=True))


def _bars(tracks: Mapping[str, int | None], *, leads: bool) -> list[plots.Bar]:
    """The service tracks as bars, each leading to its clients where the viewer leads the team."""

    def href(code: str) -> str | None:
        if not leads:
            return None
        if code == operations.NO_TRACK:
            return url_for("caseload.caseload", show="no_track")
        return url_for("caseload.caseload", f=f"service_track:is:{code}")

    codes = [*Track, operations.NO_TRACK]
    return plots.bars([(word("track", code), number, href(code)) for code in codes if (number := tracks.get(code))])


def asked_monday() -> date | None:
    """The Monday that the address asks for, as a week such as 2026-W40."""
    week = asked("week", Week.parse)
    return week.monday if week else None


@page.get("/city")
@access(operations.city_figures)
def city() -> str:
    """The same figures for each team beside each other, against the target; groups under five are not shown."""
    return _city(TargetForm())


def _city(form: TargetForm) -> str:
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
        target=shown.target,
        totals=shown.totals,
        today_totals=shown.today,
        trend=plots.lines(series),
        form=form,
        may_set=viewer().role is Role.PROCESS_MANAGER,
        listed=sorted(shown.listed.items()),
    )


@page.post("/city/target")
@access(operations.set_target)
def set_target() -> Response | tuple[str, int]:
    """Set how many open clients there should be, from a day on."""
    form = TargetForm()
    if form.validate():
        try:
            operations.set_target(services(), viewer(), form.clients.given, form.from_on.given)
            return go(url_for("team.city"), 303)
        except Refused as refused:
            form.refuse(refused)
    return _city(form), 400
