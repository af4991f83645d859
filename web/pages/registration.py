"""Registering one field, with its definition beside it: a value, or why there is none."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from application import registrations
from domain.calendar import add_months
from domain.catalogue import Choices, Field, Source
from domain.client import (
    CorrectField,
    DeclareNotRelevant,
    RecordDeclined,
    RegisterField,
    WithdrawField,
)
from domain.refusal import Conflict, Refused
from web.context import command_id, definitions, look, services, today
from web.forms import needed_day, sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("registration", __name__, url_prefix="/clients/<uuid:client_id>/fields")

ANSWERS = ("value", "correct", "not_relevant", "declined", "withdraw")


@page.route("/<field_key>", methods=["GET", "POST"])
@access(registrations.register)
def register(client_id: UUID, field_key: str) -> str | Response | tuple[str, int]:
    field = definitions().catalogue.fields.get(field_key) or abort(404)
    errors: dict[str, str] = {}
    conflict = False
    if request.method == "POST":
        try:
            answer = registrations.register(services(), look(), _command(client_id, field), command_id())
            target = "weekly_list.weekly_list" if request.args.get("back") == "list" else "client.client"
            values = {} if target.startswith("weekly") else {"client_id": client_id}
            return recorded(answer.position, target, **values)
        except Refused as refused:
            key = "value" if refused.field in (field.key, None) else refused.field
            errors[key] = sentence(refused)
            conflict = isinstance(refused, Conflict)
    found = registrations.field_to_register(services(), look(), client_id, field)
    if field.recorded_by != "registration" and not errors:
        return redirect(url_for("plan.plan", client_id=client_id, _anchor=field_key))
    known = found.known
    html = render_template(
        "registration.html",
        client=found.client,
        name=found.name,
        field=field,
        known=known,
        value=known.value,
        shown=known.row["version"] if known.row else 0,
        posted=request.form,
        errors=errors,
        conflict=conflict,
        today=today(),
        review_on=add_months(today(), 6),
    )
    return (html, 409 if conflict else 400) if errors else html


def _command(client_id: UUID, field: Field) -> registrations.Registration:
    """The command that the form stands for."""
    form = request.form
    answer = form.get("answer", "value")
    shown = form.get("shown", type=int)
    common: dict[str, Any] = {"client_id": client_id, "field": field.key, "shown": shown}
    if answer in ("value", "correct"):
        value: object = form.getlist("value") if isinstance(field.kind, Choices) else form.get("value", "")
        known: dict[str, Any] = {
            "value": value,
            "known_on": needed_day(form.get("known_on"), "known_on"),
            "source": _source(),
        }
        if answer == "correct":
            return CorrectField(**common, **known, reason=form.get("reason", ""))
        return RegisterField(**common, **known)
    if answer == "withdraw":
        return WithdrawField(**common, reason=form.get("reason", ""))
    if answer not in ANSWERS:
        abort(400)
    kind = DeclareNotRelevant if answer == "not_relevant" else RecordDeclined
    return kind(**common, reason=form.get("reason", ""), review_on=needed_day(form.get("review_on"), "review_on"))


def _source() -> Source:
    code = request.form.get("source") or Source.CONVERSATION
    if code not in set(Source):
        raise Refused("Say where this comes from.", field="source")
    return Source(code)
