"""Registering one field, with its definition beside it: a value, or why there is none."""

from __future__ import annotations

from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField

from application import registrations
from domain.catalogue import Field, Source
from domain.catalogue.reasons import REASONS
from domain.client import (
    CorrectField,
    DeclareNotRelevant,
    RecordDeclined,
    RegisterField,
    WithdrawField,
)
from domain.refusal import Conflict, Refused
from web import caseload_return
from web.confirmations import way_back
from web.context import definitions, look, services, today
from web.field_answers import ASKED
from web.fields import CodeField, DayField, TextsField, VersionField, offered
from web.freshness import recorded
from web.going import go
from web.language import _, local
from web.permissions import access
from web.words import word

page = Blueprint("registration", __name__, url_prefix="/clients/<uuid:client_id>/fields")


class Answer(StrEnum):
    """What a form says of a field, by the button that sent it."""

    VALUE = "value"
    CORRECT = "correct"
    NOT_RELEVANT = "not_relevant"
    DECLINED = "declined"
    WITHDRAW = "withdraw"


class RegistrationForm(caseload_return.InPlaceForm):
    answer = CodeField("", codes=Answer, default=Answer.VALUE)
    shown = VersionField()
    value = TextsField(_("The answer"))
    known_on = DayField(_("Known as of"), default=today)
    source = CodeField(_("Source"), codes=Source, words="source", offered=ASKED, default=Source.CONVERSATION)
    because = SelectField(_("Why there is no answer"), choices=lambda: offered(_reasons()), validate_choice=False)
    reason = StringField(_("In own words"), default="", render_kw={"maxlength": 500})
    review_on = DayField(_("Review on"), default=today)

    def command(self, client_id: UUID, field: Field) -> registrations.Registration:
        """What the form says of a field."""
        self.refuse_too_long()
        common: dict[str, Any] = {"client_id": client_id, "field": field.key, "shown": self.shown.data}
        match self.answer.data or abort(400):
            case Answer.VALUE:
                return RegisterField(**common, **self._known(field))
            case Answer.CORRECT:
                return CorrectField(**common, **self._known(field), reason=self.reason.data)
            case Answer.WITHDRAW:
                return WithdrawField(**common, reason=self.reason.data)
            case Answer.NOT_RELEVANT:
                return DeclareNotRelevant(**common, **self._set_aside())
            case Answer.DECLINED:
                return RecordDeclined(**common, **self._set_aside())

    def _known(self, field: Field) -> dict[str, Any]:
        value: object = list(self.value.data) if field.kind.several else next(iter(self.value.data), "")
        known_on, source = self.known_on.given, self.source.data
        if source is None:
            raise Refused("Enter the source.", field="source")
        return {"value": value, "known_on": known_on, "source": source}

    def _set_aside(self) -> dict[str, Any]:
        return {
            "because": self.because.data or None,
            "reason": self.reason.data,
            "review_on": self.review_on.given,
        }

    def refuse(self, refused: Refused) -> None:
        """What is wrong with no other field is wrong with the answer."""
        at = refused.field if refused.field in self else "value"
        super().refuse(Refused(refused.message, field=at, **refused.values))


def _reasons() -> list[tuple[str, str]]:
    """The reasons of the list, each with the state that it goes with."""
    named = [(r.code, f"{word('state', r.state)}: {local(r.text)}") for r in REASONS.values()]
    return [("", gettext("none of these: in own words")), *named]


@page.route("/<field_key>", methods=["GET", "POST"])
@access(registrations.register)
def register(client_id: UUID, field_key: str) -> str | Response | tuple[str, int]:
    field = definitions().catalogue.fields.get(field_key) or abort(404)
    form, conflict = RegistrationForm(), False
    back = request.args.get("back")
    searched = form.name.data.strip()
    if form.is_answer:
        try:
            answer = registrations.register(services(), look(), form.command(client_id, field), form.once)
            way_back(
                gettext("Correct or withdraw"),
                "registration.register",
                client_id=client_id,
                field_key=field_key,
                back=back,
            )
            if back:
                return caseload_return.to_list(caseload_return.row(back, client_id), searched, answer.position)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            form.refuse(refused)
            conflict = isinstance(refused, Conflict)
    found = registrations.field_to_register(services(), look(), client_id, field)
    if field.recorded_by != "registration" and not form.is_answer:
        return go(url_for("plan.plan", client_id=client_id, _anchor=field_key))
    known, sent = found.known, form.is_answer
    if not sent:
        form = RegistrationForm.empty(value=field.kind.written(known.value), review_on=field.review_on(today()))
    # What stands beside the form is what a new answer is to be judged by.
    form.shown.data = known.row.version if known.row else 0
    html = render_template(
        "registration.html",
        form=form,
        client=found.client,
        name=found.name,
        field=field,
        known=known,
        conflict=conflict,
        in_place=bool(back),
        searched=searched,
        **caseload_return.cancel(back, client_id, searched),
    )
    return (html, 409 if conflict else 400) if sent else html
