"""The paths that clients take: which ways, how long between two steps, and where people wait now; as a drawing too."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import Blueprint, render_template

from application import paths as view
from domain.catalogue import Track
from web.asked import asked, one_of
from web.context import as_uuid, look, services, today, viewer
from web.path_graph import graph
from web.permissions import access
from web.words import choices

page = Blueprint("paths", __name__)

VARIANTS = 15
EVERY, ALL = "every", "all"


@page.get("/paths")
@access(view.paths)
def paths() -> str:
    """Of one's own team where nothing is asked, and of the city for one who is of no team."""
    begun = one_of("begun", {EVERY})
    track = one_of("track", {*Track, view.NO_TRACK})
    team = asked("team", lambda text: text if text == ALL else as_uuid(text)) or viewer().team_id
    everything = asked("all", lambda text: True if text == "yes" else None)
    found = view.paths(
        services(),
        look(),
        team if isinstance(team, UUID) else None,
        track,
        date.min if begun else None,
        most=None if everything else VARIANTS,
    )
    return render_template(
        "paths.html",
        found=found,
        graph=graph(view.STEPS, found.reached, found.between),
        tracks=choices("track"),
        track=track,
        begun=begun,
        as_of=today(),
    )
