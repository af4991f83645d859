"""Reassigning a leaving coach's clients over colleagues: previewed, then done in one go or not at all."""

from __future__ import annotations

from flask import Blueprint, render_template
from werkzeug.wrappers import Response
from wtforms import StringField

from application import assignments
from domain.refusal import Refused
from web.context import colleagues, definitions, look, services, viewer
from web.fields import ChosenIdField, IdsField
from web.forms import AddressForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("reassign", __name__, url_prefix="/team/reassign")


class ReassignForm(AddressForm):
    coach = ChosenIdField(_("Who leaves"), render_kw={"required": True})
    to = IdsField("")
    preview = StringField("", default="")


@page.route("", methods=["GET", "POST"])
@access(assignments.reassign_caseload)
def reassign() -> str | Response | tuple[str, int]:
    """Choose who leaves and who takes over; look at what would become of it; do it."""
    form = ReassignForm()
    leaving, chosen = form.coach.data, set(form.to.data)
    refusal: Refused | None = None
    if form.is_submitted() and leaving is not None:
        try:
            preview = form.preview.data
            answer = assignments.reassign_caseload(services(), viewer(), leaving, chosen, preview, form.once)
            return recorded(answer.position, "team.one", team_id=viewer().team_id)
        except Refused as refused:
            refusal = refused
    shown = assignments.reassignment(services(), look(), leaving, chosen)
    refusal = refusal or shown.refused
    if refusal:
        form.refuse(refusal)
    loads = ((c.account_id, f"{c.full_name} ({shown.loads.get(c.account_id, 0)})") for c in shown.leaving)
    form.coach.offer([("", "–"), *loads])
    html = render_template(
        "reassign.html",
        form=form,
        coaches=shown.coaches,
        loads=shown.loads,
        leaving=leaving,
        receiving=shown.receiving,
        plan=shown.plan,
        becomes=shown.becomes,
        fingerprint=shown.preview,
        names=colleagues(),
        limit=definitions().limits[1],
        clients=shown.names,
    )
    return (html, 400) if refusal else html
