"""The roadmap: what is planned because of signals, and what was delivered, for everybody who is logged in."""

from __future__ import annotations

from flask import Blueprint, render_template

from application import roadmap as view
from web.context import services, today, viewer
from web.language import language
from web.legend import label_of
from web.permissions import access

page = Blueprint("roadmap", __name__)


@page.get("/roadmap")
@access(view.roadmap)
def roadmap() -> str:
    return render_template(
        "roadmap.html",
        found=view.roadmap(services(), viewer()),
        name_of=label_of,
        own="nl" if language() == "nl" else "en",
        as_of=today(),
    )
