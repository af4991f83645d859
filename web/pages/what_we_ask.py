"""What we ask and what it is for: each field with what it cost and what used it, and what the forms cost."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from application import registration_costs as operations
from web.context import services, viewer
from web.permissions import access

page = Blueprint("what_we_ask", __name__)


@page.get("/what-we-ask")
@access(operations.what_we_ask)
def what_we_ask() -> str:
    return render_template("what_we_ask.html", found=operations.what_we_ask(services(), viewer()))


@page.get("/teams/<uuid:team_id>/what-it-costs")
@access(operations.form_costs)
def of_team(team_id: UUID) -> str:
    """What the forms cost one team."""
    return render_template("what_it_costs.html", found=operations.form_costs(services(), viewer(), team_id))
