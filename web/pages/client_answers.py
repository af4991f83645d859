"""The coach's side of the questionnaire: sending it, its letter, and settling what the client answered otherwise."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from application import questionnaires as operations
from application.questionnaires import Choice, ClientAnswers
from domain.client import SentHow
from domain.refusal import Conflict, Refused
from web.context import colleagues, look, services
from web.fields import CodeField, NumberField, TextField, TextsField
from web.forms import CommandForm
from web.freshness import recorded
from web.pages.questionnaire import begin
from web.permissions import access
from web.session import new_token

page = Blueprint("client_answers", __name__, url_prefix="/clients/<uuid:client_id>")

TAKE, KEEP, LATER, OPTION = "take", "keep", "later", "option"


class SendForm(CommandForm):
    how = CodeField("", codes=SentHow, words="questionnaire_how")


class SettleForm(CommandForm):
    """What is to become of each answer that differs; `settle_form` adds the answers."""

    def choices(self, answers: ClientAnswers) -> list[Choice]:
        """What was chosen, but for what is left for later. Raises Refused."""
        self.refuse_too_long()
        found = []
        for each in answers.differing:
            key = each.fact.field.key
            chosen, version = self[f"c-{key}"].data, self[f"a-{key}"].data
            if chosen not in (TAKE, KEEP, OPTION) or version is None:
                continue
            value: object = None
            if chosen == OPTION:
                options = list(self[f"o-{key}"].data)
                value = options if each.fact.field.kind.several else next(iter(options), "")
            shown = self[f"k-{key}"].data or 0
            found.append(Choice(field=key, version=version, shown=shown, take=chosen != KEEP, value=value))
        return found


def settle_form(answers: ClientAnswers) -> SettleForm:
    fields: dict[str, Any] = {}
    for each in answers.differing:
        key = each.fact.field.key
        fields |= {f"c-{key}": TextField(""), f"o-{key}": TextsField("")}
        fields |= {f"a-{key}": NumberField(""), f"k-{key}": NumberField("")}
    form: SettleForm = type("SettleFormOfOne", (SettleForm,), fields)()
    return form


@page.post("/questionnaire")
@access(operations.send_questionnaire)
def send(client_id: UUID) -> Response:
    """Send the questionnaire by mail, make its letter, or open it here to fill it in together."""
    form = SendForm()
    form.check()
    how = form.how.given
    if how is SentHow.TOGETHER:
        token = new_token()
        operations.fill_in_together(services(), look(), client_id, token, form.once)
        return begin(token)
    answer = operations.send_questionnaire(services(), look(), client_id, how, form.once)
    if how is SentHow.LETTER:
        made = operations.question_id(form.once)
        return recorded(
            answer.position,
            "client_answers.letter",
            client_id=client_id,
            questionnaire_id=made,
        )
    return recorded(answer.position, "client.client", client_id=client_id)


@page.post("/questionnaire/<uuid:questionnaire_id>/end")
@access(operations.end_questionnaire)
def end(client_id: UUID, questionnaire_id: UUID) -> Response:
    """Let the link work no more."""
    form = CommandForm()
    answer = operations.end_questionnaire(services(), look(), client_id, questionnaire_id, form.once)
    return recorded(answer.position, "client.client", client_id=client_id)


@page.get("/questionnaire/<uuid:questionnaire_id>/letter")
@access(operations.printed_questionnaire)
def letter(client_id: UUID, questionnaire_id: UUID) -> str:
    """The letter, with the short code and the link as a picture for a phone."""
    where = services().settings.public_url or request.url_root.rstrip("/")
    at = where + url_for("questionnaire.enter")
    shown = operations.printed_questionnaire(services(), look(), client_id, questionnaire_id, at)
    picture = segno.make(shown.link, micro=False, error="m")
    svg = picture.svg_inline(scale=4, light="white", dark="black", title=gettext("The link as a picture for a phone"))
    return render_template(
        "questionnaire_letter.html",
        client=shown.client,
        subject=shown.subject,
        lines=shown.lines,
        picture=Markup(svg),  # noqa: S704 - drawn by the library from an address of ours
    )


@page.route("/answers", methods=["GET", "POST"])
@access(operations.settle_answers)
def answers(client_id: UUID) -> str | Response | tuple[str, int]:
    """What the client answered, and all that differs: settled with one form."""
    shown = operations.client_answers(services(), look(), client_id)
    form = settle_form(shown)
    conflict = False
    if form.is_submitted():
        try:
            reason = gettext("The client would rather not say (questionnaire).")
            answer = operations.settle_answers(services(), look(), client_id, form.choices(shown), reason, form.once)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            conflict = isinstance(refused, Conflict)
            form.refuse(Refused(refused.message, field=f"c-{refused.field}", **refused.values))
            shown = operations.client_answers(services(), look(), client_id)
    html = render_template(
        "client_answers.html", form=form, shown=shown, name=shown.name, client_id=client_id, names=colleagues()
    )
    return (html, 409 if conflict else 400) if form.is_submitted() else html
