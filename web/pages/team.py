"""A team's figures for its manager and quality officer, today or as they stood on an earlier Monday; and the city's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import rights
from domain.calendar import Week, add_months
from domain.catalogue import Track
from domain.refusal import Refused
from domain.roles import Role
from domain.suppression import SMALLEST_GROUP, shown, shown_column
from projections import agenda, caseload_figures, data_gaps, weekly_figures
from projections.caseload import Scope
from records import leave, people, targets, weekly_lists
from web import plots
from web.context import colleagues, definitions, display_names, services, today, viewer
from web.forms import needed_day
from web.freshness import freshness
from web.language import _
from web.legend import marks
from web.permissions import access
from web.words import word

page = Blueprint("team", __name__)

TWO_YEARS = timedelta(weeks=104)
FIGURES = ("open", "no_plan", "not_seen", "contact_due")


@page.get("/team")
@access(rights.READ_FILES)
def team() -> Response:
    team_id = viewer().team_id or abort(404)
    return redirect(url_for("team.one", team_id=team_id, week=request.args.get("week")))


@page.get("/teams/<uuid:team_id>")
@access(rights.SEE_FIGURES)
def one(team_id: UUID) -> str:
    """A team's figures; the spread over coaches only for those who lead it, small groups hidden from other teams."""
    me, as_of = viewer(), today()
    monday = asked_monday()
    own = me.team_id == team_id
    leads = own and me.role in {Role.TEAM_MANAGER, Role.QUALITY_OFFICER}
    scope = Scope(team_id=team_id)
    with services().database.read() as connection:
        found = people.team(connection, team_id) or abort(404)
        now = _today(connection, scope, as_of)
        then = _then(connection, monday, team_id) if monday else None
        lines = weekly_figures.series(connection, ("open", "not_seen", "listed"), as_of - TWO_YEARS, team_id)
        mondays = weekly_figures.mondays(connection)
        waiting = agenda.transfers_waiting(connection, team_ids=[team_id]) if leads else []
        away = leave.of_team(connection, team_id, as_of) if leads else []
        weeks = weekly_lists.totals_by_week(connection, team_id)
        coaches = [c.account_id for c in people.coaches(connection, team_id)]
    figures = then or now
    spread = figures["coaches"] if leads else {}
    return render_template(
        "team.html", team=found, own=own, leads=leads, monday=monday, mondays=mondays,
        figures={n: figures["totals"][n] if own else shown(figures["totals"][n]) for n in FIGURES},
        now={n: now["totals"][n] if own else shown(now["totals"][n]) for n in FIGURES},
        agreed=figures["totals"]["contact_agreed"] if own else None, days=now["days"] if monday is None else None,
        plan_weeks=figures["plan_weeks"],
        spread=_spread(spread, coaches), strip=plots.strip([spread.get(c, 0) for c in coaches], definitions().limits),
        bars=_bars(figures["tracks"], leads=leads and monday is None),
        tracks=_groups(figures["tracks"], own=own), outflow=_groups(figures["outflow"], own=own),
        gaps=sorted(_groups(figures["gaps"], own=own).items()), weeks=weeks if own else [],
        trend=plots.lines(
            [(word("measure", name), points) for name, points in lines.items() if points and own],
            marks(seen=True, fields=True),
        ),
        waiting=waiting, names=display_names(waiting), away=away, colleagues=colleagues(),
        limits=definitions().limits, as_of=monday or as_of,
        rebuilt=[(f, json.loads(f.changes) if f.changes else {}) for f in freshness().values()],
    )  # fmt: skip


def _bars(tracks: dict[str, int], *, leads: bool) -> list[plots.Bar]:
    """The service tracks as bars, each leading to its clients where the viewer leads the team."""

    def href(code: str) -> str | None:
        if not leads:
            return None
        if code == "none":
            return url_for("caseload.caseload", show="no_track")
        return url_for("caseload.caseload", f=f"service_track:is:{code}")

    codes = [code for code in (*Track, "none") if tracks.get(code)]
    return plots.bars([(word("track", code), tracks[code], href(code)) for code in codes])


def asked_monday() -> date | None:
    """The Monday that the address asks for, as a week such as 2026-W40."""
    text = request.args.get("week")
    if not text:
        return None
    try:
        return Week.parse(text).monday
    except Refused:
        abort(404)


def _today(connection: Any, scope: Scope, as_of: date) -> dict[str, Any]:
    """A team's figures as things stand; of every kind that a Monday's are."""
    totals = caseload_figures.totals(connection, as_of, scope).get(scope.team_id, {})
    days = caseload_figures.intake_to_plan_days(connection, scope)
    return {
        "totals": dict.fromkeys((*FIGURES, "contact_agreed"), 0) | totals,
        "coaches": caseload_figures.by_coach(connection, scope.team_id) if scope.team_id else {},
        "tracks": {track or "none": n for track, n in caseload_figures.by_track(connection, scope).items()},
        "outflow": caseload_figures.outflow(connection, scope, add_months(as_of, -12)),
        "gaps": data_gaps.totals_by_field(connection, as_of, scope.team_id),
        "days": (median(days), len(days)) if len(days) >= SMALLEST_GROUP else None,
        "plan_weeks": None,
    }


def _then(connection: Any, monday: date, team_id: UUID | None) -> dict[str, Any]:
    """The figures of a Monday at 06:00, as they were known then."""
    found = weekly_figures.of_week(connection, monday, team_id)
    if not found:
        abort(404)
    closed = weekly_figures.by_detail(connection, "closed", add_months(monday, -12), team_id)
    outflow = {reason: sum(n for day, n in points if day <= monday) for reason, points in closed.items()}
    return {
        "totals": {name: sum(found.get(name, {}).values()) for name in (*FIGURES, "contact_agreed")},
        "coaches": {UUID(coach_id): n for coach_id, n in found.get("coach", {}).items()},
        "tracks": found.get("track", {}),
        "outflow": {reason: n for reason, n in outflow.items() if n},
        "gaps": found.get("listed", {}),
        "days": None,
        "plan_weeks": _median_of(found.get("plan_weeks", {})),
    }


def _median_of(counted: dict[str, int]) -> int | None:
    """The median of numbers that are counted by value; None for fewer than five."""
    numbers = [int(value) for value, n in sorted(counted.items(), key=lambda item: int(item[0])) for _one in range(n)]
    return int(median(numbers)) if len(numbers) >= SMALLEST_GROUP else None


def _spread(spread: dict[Any, int], coaches: list[UUID]) -> list[tuple[UUID, int]]:
    """Each coach of today by name, and those who were there then; in no other order."""
    everybody = dict.fromkeys([*coaches, *(c for c in spread if c is not None)])
    return [(c, spread.get(c, 0)) for c in sorted(everybody, key=lambda c: colleagues().get(c, ""))] if spread else []


def _groups(groups: dict[Any, int], *, own: bool) -> dict[Any, int | None]:
    """Groups that add up to a number that is known: for other teams, no small one can be worked out."""
    if own:
        return dict(groups)
    return dict(zip(groups, shown_column(list(groups.values())), strict=True))


@page.get("/city")
@access(rights.SEE_FIGURES)
def city() -> str:
    """The same figures for each team beside each other, against the target; groups under five are not shown."""
    as_of = today()
    monday = asked_monday()
    with services().database.read() as connection:
        teams = people.all_teams(connection)
        now = caseload_figures.totals(connection, as_of, Scope())
        counted = weekly_figures.by_team(connection, monday, FIGURES) if monday else now
        if monday and not counted:
            abort(404)
        line = weekly_figures.series(connection, ("open",), as_of - TWO_YEARS)["open"]
        fields = weekly_figures.of_week(connection, monday or _latest(connection, as_of))
        wanted = targets.all_targets(connection)
        mondays = weekly_figures.mondays(connection)
    columns = {
        name: shown_column([counted.get(t.team_id, {}).get(name, 0) for t in teams]) if teams else []
        for name in FIGURES
    }
    rows = [(t, {name: columns[name][n] for name in FIGURES}) for n, t in enumerate(teams)]
    target = next((clients for day, clients in reversed(wanted) if day <= (monday or as_of)), None)
    series = [(str(word("measure", "open")), line)]
    if wanted and line:
        series.append((str(_("target")), _target_line(wanted, [day for day, _n in line])))
    return render_template(
        "city.html", rows=rows, as_of=monday or as_of, monday=monday, mondays=mondays, target=target,
        totals=_sums(counted), today_totals=_sums(now) if monday else None,
        trend=plots.lines(series), may_set=viewer().role is Role.PROCESS_MANAGER,
        listed=sorted(_groups(fields.get("listed", {}), own=False).items()),
    )  # fmt: skip


def _sums(counted: Mapping[Any, Mapping[str, int]]) -> dict[str, int]:
    return {name: sum(c.get(name, 0) for c in counted.values()) for name in FIGURES}


def _latest(connection: Any, as_of: date) -> date:
    return weekly_figures.built_upto(connection) or as_of


def _target_line(wanted: list[tuple[date, int]], days: list[date]) -> list[tuple[date, int]]:
    """The target that held on each of these days, where there was one."""
    held = [(day, [clients for since, clients in wanted if since <= day]) for day in days]
    return [(day, numbers[-1]) for day, numbers in held if numbers]


@page.post("/city/target")
@access(rights.SET_TARGETS)
def set_target() -> Response:
    """Set how many open clients there should be, from a day on."""
    clients = request.form.get("clients", type=int)
    from_on = needed_day(request.form.get("from_on"), "from_on")
    if clients is None:
        raise Refused("Give a whole number.", field="clients")
    with services().database.write() as connection:
        targets.put(connection, from_on, clients, viewer().account_id)
    return redirect(url_for("team.city"), 303)
