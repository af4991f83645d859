"""A caseload as it was on an earlier day, folded from the log, beside what has changed since."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, abort, render_template, request

from application import caseload_then as view
from web.context import as_uuid, definitions, look, services, today, viewer
from web.permissions import access

page = Blueprint("caseload_then", __name__)


@page.get("/caseload/then")
@access(view.caseload_then)
def then() -> str:
    """One coach's clients as they were known at the end of a day; only those whom the viewer may see today."""
    now = today()
    day = _day(now)
    shown = view.caseload_then(services(), look(), as_uuid(request.args.get("coach")), day)
    rows = [
        {"then": each.then, "now": each.now, "changed": [f for f in definitions().catalogue if f.key in each.changed]}
        for each in shown.clients
    ]
    return render_template(
        "caseload_then.html",
        day=day,
        rows=rows,
        names=shown.names,
        as_of=now,
        coaches=shown.coaches,
        coach_id=shown.coach_id,
        own=viewer().coaches,
    )


def _day(now: date) -> date:
    """The day asked for, by default a month ago. Not one that lies ahead."""
    text = request.args.get("day") or (now - timedelta(days=30)).isoformat()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        abort(400)
    return day if day <= now else abort(400)
