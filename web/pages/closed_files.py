"""Closed files of the last twelve months, by outcome: behind the exits of a team, and where a coach finds one again."""

from __future__ import annotations

from flask import Blueprint, render_template

from application import closed_files as view
from domain.client import ClosingReason
from domain.names import folded
from web.asked import asked, one_of
from web.context import as_page, colleagues, look, services, today, viewer
from web.permissions import access
from web.words import word

page = Blueprint("closed_files", __name__)


@page.get("/caseload/closed")
@access(view.closed_files)
def closed_files() -> str:
    outcome, number = one_of("outcome", set(ClosingReason)), asked("page", as_page) or 1
    shown = view.closed_files(services(), look(), outcome, number)
    return render_template(
        "closed_files.html",
        shown=shown,
        outcome=outcome,
        outcomes=sorted(shown.by_outcome, key=lambda code: folded(str(word("closing_reason", code)))),
        everybody=sum(shown.by_outcome.values()),
        page=number,
        own=viewer().coaches,
        colleagues=colleagues(),
        as_of=today(),
    )
