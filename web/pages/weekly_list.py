"""My weekly list: clients with missing, outdated or contradictory fields, each with its definition and form."""

from __future__ import annotations

from itertools import groupby

from flask import Blueprint, abort, render_template, request

from application import rights
from domain.calendar import Week, local_day
from domain.refusal import Refused
from projections import caseload, data_gaps
from records import weekly_lists
from web.context import as_uuid, colleagues, display_names, services, viewer
from web.permissions import access

page = Blueprint("weekly_list", __name__)


@page.get("/weekly-list")
@access(rights.COACH_CLIENTS)
def weekly_list() -> str:
    """One's own list, or that of a colleague on leave for whom one stands in."""
    me = viewer()
    coach_id = as_uuid(request.args.get("coach")) or me.account_id
    if coach_id != me.account_id and coach_id not in me.stands_in_for:
        abort(404)
    asked = request.args.get("week")
    try:
        week = Week.parse(asked) if asked else None
    except Refused:
        abort(404)
    with services().database.read() as connection:
        found = weekly_lists.of_coach(connection, coach_id, week)
        weeks = weekly_lists.weeks(connection, coach_id)
        rows = caseload.some(connection, {line["client_id"] for line in found["rows"]} if found else set())
        today = local_day(services().clock())
        open_now = {(row["client_id"], row["field"]) for row in data_gaps.listed(connection, today, coach_id)}
    readable = [row for row in rows if me.may_read(row["team_id"], row["coach_id"])]
    names = display_names(readable)
    lines = sorted(found["rows"], key=lambda line: names.get(line["client_id"], "")) if found else []
    return render_template(
        "weekly_list.html",
        found=found,
        weeks=weeks,
        names=names,
        colleague=colleagues().get(coach_id) if coach_id != me.account_id else None,
        coach_id=coach_id,
        may_record=coach_id == me.account_id,
        open_now=open_now,
        by_client=[(c, list(rows)) for c, rows in groupby(lines, key=lambda line: line["client_id"])],
        done=sum(1 for line in lines if (line["client_id"], line["field"]) not in open_now),
    )
