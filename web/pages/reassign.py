"""Reassigning a leaving coach's clients over colleagues: previewed, then done in one go or not at all."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import assignments
from domain.refusal import Refused
from web.context import as_uuid, colleagues, command_id, definitions, look, services, viewer
from web.forms import sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("reassign", __name__, url_prefix="/team/reassign")


@page.route("", methods=["GET", "POST"])
@access(assignments.reassign_caseload)
def reassign() -> str | Response | tuple[str, int]:
    """Choose who leaves and who takes over; look at what would become of it; do it."""
    leaving = as_uuid(request.values.get("coach"))
    chosen = {coach_id for text in request.values.getlist("to") if (coach_id := as_uuid(text))}
    refusal: Refused | None = None
    if request.method == "POST" and leaving is not None:
        try:
            preview = request.form.get("preview", "")
            answer = assignments.reassign_caseload(services(), viewer(), leaving, chosen, preview, command_id())
            return recorded(answer.position, "team.one", team_id=viewer().team_id)
        except Refused as refused:
            refusal = refused
    shown = assignments.reassignment(services(), look(), leaving, chosen)
    refusal = refusal or shown.refused
    html = render_template(
        "reassign.html",
        coaches=shown.coaches,
        loads=shown.loads,
        leaving=leaving,
        receiving=shown.receiving,
        plan=shown.plan,
        becomes=shown.becomes,
        fingerprint=shown.preview,
        names=colleagues(),
        limit=definitions().limits[1],
        errors=[sentence(refusal)] if refusal else [],
        clients=shown.names,
    )
    return (html, 400) if refusal else html
