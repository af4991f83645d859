"""The plan: plan of action, service track and contact frequency, agreed one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from application import rights
from domain.catalogue import Track
from domain.client import AgreeContactFrequency, AgreePlanOfAction, ChooseServiceTrack
from domain.refusal import Conflict, Refused
from projections import data_gaps
from web.context import command_id, display_names, moment, recordable_client, services, today
from web.forms import needed_day
from web.freshness import recorded
from web.permissions import access

page = Blueprint("plan", __name__, url_prefix="/clients/<uuid:client_id>")

PARTS = ("plan_of_action", "service_track", "contact_frequency")


@page.route("/plan", methods=["GET", "POST"])
@access(rights.READ_FILES)
def plan(client_id: UUID) -> str | Response | tuple[str, int]:
    client = recordable_client(client_id)
    errors: dict[str, str] = {}
    conflict = False
    if request.method == "POST":
        try:
            answer = services().clients.handle(_command(client_id), moment(), command_id())
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            message = gettext(refused.message)
            part = request.form.get("part", "")
            errors[part] = message % refused.values if refused.values else message
            conflict = isinstance(refused, Conflict)
    services().engine.catch_up(["data_gaps"], wait=True)
    with services().database.read() as connection:
        known = data_gaps.of_client(connection, client_id)
    opener = services().log.opener([client_id])
    agreed = opener.text(known["plan_of_action"]["sealed"]) if "plan_of_action" in known else None
    html = render_template(
        "plan.html",
        client=client,
        name=display_names([client])[client_id],
        known=known,
        agreed=agreed,
        tracks=list(Track),
        shown={part: known[part]["version"] if part in known else 0 for part in PARTS},
        posted=request.form,
        errors=errors,
        conflict=conflict,
        today=today(),
    )
    return (html, 409 if conflict else 400) if errors else html


def _command(client_id: UUID) -> Any:
    form = request.form
    common: dict[str, Any] = {"client_id": client_id, "shown": form.get("shown", type=int)}
    part = form.get("part")
    on = needed_day(form.get("agreed_on"), "agreed_on")
    if part == "plan_of_action":
        return AgreePlanOfAction(**common, plan=form.get("plan", ""), agreed_on=on)
    if part == "service_track":
        if (code := form.get("track", "")) not in set(Track):
            raise Refused("Choose a track.", field="service_track")
        return ChooseServiceTrack(**common, track=Track(code), chosen_on=on)
    if part == "contact_frequency":
        weeks = form.get("weeks", type=int)
        if weeks is None:
            raise Refused("Say after how many weeks.", field="contact_frequency")
        return AgreeContactFrequency(**common, weeks=weeks, agreed_on=on)
    return abort(400)
