"""A caseload as it was on an earlier day, folded from the log, beside what has changed since."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template

from application import caseload_then as view
from domain.refusal import Refused
from web.asked import asked, asked_id
from web.context import definitions, look, services, today, viewer
from web.permissions import access

page = Blueprint("caseload_then", __name__)


@page.get("/caseload/then")
@access(view.caseload_then)
def then() -> str:
    """One coach's clients as they were known at the end of a day; only those whom the viewer may see today."""
    now = today()
    day = _day(now)
    shown = view.caseload_then(services(), look(), asked_id("coach"), day)
    rows = [
        {
            "then": each.then,
            "now": each.now,
            "merged": each.merged,
            "changed": [f for f in definitions().catalogue if f.key in each.changed],
        }
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

    def read(text: str) -> date:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise Refused("Enter a day.", field="day") from None
        if day > now:
            raise Refused("This day is still to come.", field="day")
        return day

    return asked("day", read) or now - timedelta(days=30)
