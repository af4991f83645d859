"""What if: every team's figures as they are and as they would become, side by side, before a definition is revised."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from application.what_ifs import one_what_if
from web.context import colleagues, services, viewer
from web.permissions import access

page = Blueprint("what_if", __name__, url_prefix="/definitions/what-if")


@page.get("/<uuid:what_if_id>")
@access(one_what_if)
def one(what_if_id: UUID) -> str:
    """The question, and the figures once they are counted."""
    found = one_what_if(services(), viewer(), what_if_id)
    return render_template(
        "what_if.html",
        asked=found.asked,
        names=colleagues(),
        may_decide=viewer().decides_signals,
        before=found.before,
        after=found.after,
        figures=found.figures,
        same=found.same,
        hours=found.hours,
    )
