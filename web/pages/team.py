"""A team's figures for its manager and quality officer, and the city's by team."""

from __future__ import annotations

import json
from statistics import median
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from domain.calendar import add_months
from domain.catalogue import load
from domain.roles import SEES_CITY_FIGURES, Role
from projections import caseload, data_gaps
from projections.caseload import CURRENT, DO_ABLE, Scope
from records import people, weekly_lists
from web.context import colleagues, services, today, viewer
from web.freshness import freshness
from web.permissions import access, only

page = Blueprint("team", __name__)

SMALLEST_GROUP = 5


@page.get("/team")
@access(only(Role.QUALITY_OFFICER, Role.TEAM_MANAGER, Role.WORK_COACH))
def team() -> Response:
    team_id = viewer().team_id or abort(404)
    return redirect(url_for("team.one", team_id=team_id))


@page.get("/teams/<uuid:team_id>")
@access(only(*SEES_CITY_FIGURES))
def one(team_id: UUID) -> str:
    """A team's figures; by coach only for those who lead it, and small groups hidden from other teams."""
    me = viewer()
    as_of = today()
    scope = Scope(team_id=team_id)
    with services().database.read() as connection:
        found = people.team(connection, team_id) or abort(404)
        leads = me.team_id == team_id and me.role in {Role.TEAM_MANAGER, Role.QUALITY_OFFICER}
        figures = {
            "open": caseload.count(connection, scope),
            "without_plan": caseload.count(connection, scope, [caseload.caseload.c.plan_on.is_(None)]),
            "not_seen": caseload.count(connection, scope, [caseload.not_seen(as_of)]),
            "contact_due": caseload.count(connection, scope, [caseload.caseload.c.contact_due_on <= as_of]),
        }
        coaches = [c.account_id for c in people.coaches(connection, team_id)]
        spread = caseload.by_coach(connection, team_id) if leads else {}
        tracks = caseload.by_track(connection, scope)
        outflow = caseload.outflow(connection, scope, add_months(as_of, -12))
        days = caseload.intake_to_plan_days(connection, scope)
        gaps = data_gaps.totals_by_field(connection, as_of, team_id)
        weeks = weekly_lists.totals_by_week(connection, team_id)
    own = me.team_id == team_id
    return render_template(
        "team.html",
        team=found,
        own=own,
        leads=leads,
        figures=figures if own else {key: suppressed(n) for key, n in figures.items()},
        spread=[
            (coach_id, spread.get(coach_id, 0)) for coach_id in sorted(coaches, key=lambda c: colleagues().get(c, ""))
        ],
        tracks=tracks if own else _suppressed(tracks),
        outflow=outflow if own else _suppressed(outflow),
        days=(median(days), len(days)) if len(days) >= SMALLEST_GROUP else None,
        gaps=sorted((gaps if own else _suppressed(gaps)).items(), key=lambda item: item[0]),
        weeks=weeks if own else [],
        names=colleagues(),
        catalogue=load(),
        limits=(DO_ABLE, CURRENT),
        rebuilt=[(f, json.loads(f.changes) if f.changes else {}) for f in freshness().values()],
        as_of=as_of,
    )


@page.get("/city")
@access(only(*SEES_CITY_FIGURES))
def city() -> str:
    """The same figures for each team beside each other; groups under five are not shown."""
    as_of = today()
    with services().database.read() as connection:
        teams = people.all_teams(connection)
        rows = []
        for found in teams:
            scope = Scope(team_id=found.team_id)
            figures = {
                "open": caseload.count(connection, scope),
                "without_plan": caseload.count(connection, scope, [caseload.caseload.c.plan_on.is_(None)]),
                "not_seen": caseload.count(connection, scope, [caseload.not_seen(as_of)]),
            }
            rows.append((found, {key: suppressed(n) for key, n in figures.items()}))
    return render_template("city.html", rows=rows, as_of=as_of)


def suppressed(number: int) -> int | None:
    """None for a group so small that it would point at people."""
    return None if 0 < number < SMALLEST_GROUP else number


def _suppressed(groups: dict[str | None, int] | dict[str, int]) -> dict[str | None, int | None]:
    return {key: suppressed(number) for key, number in groups.items()}
