"""The plan: plan of action, service track and contact frequency, agreed one by one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import registrations
from domain.catalogue import Track
from domain.client import AgreeContactFrequency, AgreePlanOfAction, ChooseServiceTrack
from domain.refusal import Conflict, Refused
from web.context import command_id, look, services, today
from web.forms import needed_day, sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("plan", __name__, url_prefix="/clients/<uuid:client_id>")


@page.route("/plan", methods=["GET", "POST"])
@access(registrations.agree_plan)
def plan(client_id: UUID) -> str | Response | tuple[str, int]:
    errors: dict[str, str] = {}
    conflict = False
    if request.method == "POST":
        try:
            answer = registrations.agree_plan(services(), look(), _command(client_id), command_id())
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            errors[request.form.get("part", "")] = sentence(refused)
            conflict = isinstance(refused, Conflict)
    found = registrations.plan_to_agree(services(), look(), client_id)
    html = render_template(
        "plan.html",
        client=found.client,
        name=found.name,
        agreed=found.agreed,
        tracks=list(Track),
        shown=found.shown,
        posted=request.form,
        errors=errors,
        conflict=conflict,
        today=today(),
    )
    return (html, 409 if conflict else 400) if errors else html


def _command(client_id: UUID) -> registrations.Agreement:
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
