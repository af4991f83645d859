"""My weekly list: clients with missing, outdated or contradictory fields, each with its definition and form."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request

from application import weekly_list as view
from domain.calendar import Week
from domain.refusal import Refused
from web.context import as_uuid, colleagues, look, services, viewer
from web.permissions import access

page = Blueprint("weekly_list", __name__)


@page.get("/weekly-list")
@access(view.weekly_list)
def weekly_list() -> str:
    """One's own list, or that of a colleague on leave for whom one stands in."""
    asked = request.args.get("week")
    try:
        week = Week.parse(asked) if asked else None
    except Refused:
        abort(404)
    shown = view.weekly_list(services(), look(), as_uuid(request.args.get("coach")), week)
    return render_template(
        "weekly_list.html",
        found=shown.found,
        weeks=shown.weeks,
        names=shown.names,
        colleague=colleagues().get(shown.coach_id) if shown.coach_id != viewer().account_id else None,
        coach_id=shown.coach_id,
        may_record=shown.may_record,
        open_now=shown.open_now,
        gone=shown.gone,
        by_client=shown.by_client,
        done=shown.done,
    )
