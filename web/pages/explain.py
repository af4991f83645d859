"""How a figure is counted: its definition and version, whose clients, who is left out and why, and what changed it."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, render_template

from application import explanations
from domain.refusal import Refused
from domain.roles import Role
from web.asked import asked, asked_id, one_of
from web.context import look, services, today, viewer
from web.explained import figure_label, rows_behind
from web.pages.team import asked_monday
from web.permissions import access

page = Blueprint("explain", __name__)

# What is counted of a field, each leading to the others.
OF_FIELD = ("listed", "known", "unknown", "stale", "contradictory", "not_relevant", "declined")
LAST_WEEK = timedelta(days=7)
# So far back a difference is looked for while somebody waits.
FURTHEST = timedelta(days=366)


@page.get("/explain/<figure>")
@access(explanations.explanation)
def one(figure: str) -> str:
    """One figure, of one's own clients, of a team or of the city."""
    now = today()
    shown = explanations.explanation(
        services(),
        look(),
        figure,
        of=one_of("of", {explanations.MINE, explanations.CITY}),
        team_id=asked_id("team"),
        monday=asked_monday(),
        since=asked("since", lambda text: _earlier(text, now)),
    )
    return render_template(
        "explain.html",
        shown=shown,
        label=figure_label(shown.name, shown.detail),
        states=OF_FIELD if shown.leads and shown.name in OF_FIELD and shown.detail else (),
        counts="listed_field" if shown.name == "listed" and shown.detail else shown.name,
        behind=rows_behind(shown.name, shown.detail, coach=viewer().role is Role.WORK_COACH)
        if shown.leads and shown.monday is None
        else None,
        last_week=now - LAST_WEEK,
        furthest=now - FURTHEST,
        yesterday=now - timedelta(days=1),
        as_of=shown.day,
    )


def _earlier(text: str, now: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refused("Enter a day.", field="since") from None
    if day >= now:
        raise Refused("Choose a day before today.", field="since")
    if day < now - FURTHEST:
        raise Refused("Choose a day within the last year.", field="since")
    return day
