"""A caseload as it was on an earlier day, folded from the log, beside what has changed since."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, abort, render_template, request

from application import rights
from database.rows import Row
from domain.roles import Role
from projections import as_of as model
from projections import caseload
from projections import definitions as defined
from records import people
from web.choosing import Chosen
from web.context import definitions, display_names, services, today, viewer
from web.pages.caseload import scope_of
from web.permissions import access

page = Blueprint("caseload_then", __name__)


@page.get("/caseload/then")
@access(rights.READ_FILES)
def then() -> str:
    """One coach's clients as they were known at the end of a day; only those whom the viewer may see today."""
    me, now = viewer(), today()
    day = _day(now)
    with services().database.read() as connection:
        coaches = people.coaches(connection, me.team_id) if me.team_id else []
        scope, coach_id = scope_of(Chosen(coach=request.args.get("coach")))
        # A team is looked at coach by coach: a whole team's history is not folded while somebody waits.
        current = caseload.there_on(connection, scope, day) if coach_id else []
        then_in_force = defined.on(connection, day, model.end_of(day))
    ids = [row["client_id"] for row in current]
    rows = model.rows_then(services().log, ids, day, then_in_force.rules)
    shown = [_compared(rows[row["client_id"]], row) for row in current if _was_open(rows.get(row["client_id"]))]
    return render_template(
        "caseload_then.html", day=day, rows=shown, names=display_names([pair["now"] for pair in shown]), as_of=now,
        coaches=coaches, coach_id=coach_id, own=me.role is Role.WORK_COACH,
    )  # fmt: skip


def _day(now: date) -> date:
    """The day asked for, by default a month ago. Not one that lies ahead."""
    text = request.args.get("day") or (now - timedelta(days=30)).isoformat()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(400)
    return day if day <= now else abort(400)


def _was_open(row: Row | None) -> bool:
    return row is not None and row["closed_on"] is None and row["assigned_on"] is not None


def _compared(before: Row, now: Row) -> dict[str, Any]:
    """A client then and now, with the fields that are known otherwise since."""
    fields = [
        field
        for field in definitions().catalogue
        if model.changed(before, now, [f"s_{field.key}", *([] if field.sensitive else [f"v_{field.key}"])])
    ]
    return {"then": before, "now": now, "changed": fields}
