"""Monthly conversations: planned by the manager, on figures the coach sees first, with what both agree."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from application import conversations as operations
from domain.conversation import (
    LONGEST_PROMISE,
    ChooseCases,
    ConfirmAgreement,
    MarkPromise,
    NoteAgreement,
    PromiseToCoach,
    ShareSheet,
)
from domain.refusal import Refused
from web.context import colleagues, look, services, today, viewer
from web.fields import ChosenIdField, DayField, IdField, Needed
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("conversations", __name__, url_prefix="/conversations")


class PlanForm(CommandForm):
    coach = ChosenIdField(_("Coach"), render_kw={"required": True})
    held_on = DayField(_("Day"), [Needed(_("Enter a day."))], render_kw={"required": True})


class SheetForm(CommandForm):
    what = StringField("", default="")
    remark = TextAreaField(_("Your remark on these figures"), default="", render_kw={"maxlength": 4000})
    text = TextAreaField(_("Write down what you agreed"), default="", render_kw={"maxlength": 4000, "required": True})
    promise = TextAreaField(
        _("What you promise"), default="", render_kw={"maxlength": LONGEST_PROMISE, "required": True, "rows": 2}
    )
    due_on = DayField(_("By which day"), render_kw={"required": True})
    # Of a promise: which one, and in which conversation it was made.
    promise_id = IdField("")
    made_in = IdField("")

    def command(self, conversation_id: UUID, noted_by: UUID | None) -> operations.Step:
        if self.what.data == "share":
            return ShareSheet(conversation_id=conversation_id, remark=self.remark.data)
        if self.what.data == "note":
            return NoteAgreement(conversation_id=conversation_id, text=self.text.data)
        if self.what.data == "confirm":
            return ConfirmAgreement(conversation_id=conversation_id, noted_by=noted_by)
        if self.what.data == "promise":
            due_on = self.due_on.given
            return PromiseToCoach(
                conversation_id=conversation_id, promise_id=self.once, text=self.promise.data, due_on=due_on
            )
        if self.what.data in ("done", "open"):
            done = self.what.data == "done"
            return MarkPromise(conversation_id=self.made_in.given, promise_id=self.promise_id.given, done=done)
        raise Refused("Choose what happened.")


class CasesForm(CommandForm):
    first = ChosenIdField(_("First client"))
    second = ChosenIdField(_("Second client"))

    def command(self, conversation_id: UUID) -> ChooseCases:
        chosen = [client_id for client_id in (self.first.data, self.second.data) if client_id]
        return ChooseCases(conversation_id=conversation_id, cases=chosen)


@page.route("", methods=["GET", "POST"])
@access(operations.own_conversations)
def conversations() -> str | Response | tuple[str, int]:
    found, form = operations.own_conversations(services(), viewer()), PlanForm()
    if form.is_submitted():
        if not found.plans:
            abort(403)
        try:
            form.check()
            coach_id, held_on = form.coach.data, form.held_on.given
            answer = operations.plan_conversation(services(), viewer(), coach_id, held_on, form.once)
            return recorded(answer.position, "conversations.conversations")
        except Refused as refused:
            form.refuse(refused)
    form.coach.offer([("", "–"), *((c.account_id, c.full_name) for c in found.coaches)])
    html = render_template(
        "conversations.html", form=form, rows=found.rows, plans=found.plans, names=colleagues(), as_of=today()
    )
    return (html, 400) if form.is_submitted() else html


@page.route("/<uuid:conversation_id>", methods=["GET", "POST"])
@access(operations.conversation_sheet)
def one(conversation_id: UUID) -> str | Response | tuple[str, int]:
    """The sheet of one conversation."""
    sheet = operations.conversation_sheet(services(), look(), conversation_id)
    form = SheetForm()
    if form.is_submitted():
        try:
            form.refuse_too_long()
            command = form.command(conversation_id, sheet.conversation.noted_by)
            answer = operations.take_step(services(), viewer(), command, form.once)
            return recorded(answer.position, "conversations.one", conversation_id=conversation_id)
        except Refused as refused:
            form.refuse(refused)
    html = render_template(
        "conversation.html", form=form, s=sheet, c=sheet.conversation, names=colleagues(), as_of=today()
    )
    return (html, 400) if form.is_submitted() else html


@page.route("/<uuid:conversation_id>/cases", methods=["GET", "POST"])
@access(operations.cases_to_choose)
def cases(conversation_id: UUID) -> str | Response | tuple[str, int]:
    """Choose whom of one's own clients to talk about."""
    found, form = operations.cases_to_choose(services(), look(), conversation_id), CasesForm()
    if form.is_submitted():
        try:
            form.check()
            answer = operations.choose_cases(services(), viewer(), form.command(conversation_id), form.once)
            return recorded(answer.position, "conversations.one", conversation_id=conversation_id)
        except Refused as refused:
            form.refuse(refused)
    else:
        form.first.data, form.second.data = (*found.chosen, None, None)[:2]
    for field in (form.first, form.second):
        field.offer([("", "–"), *found.clients.items()])
    html = render_template("conversation_cases.html", form=form, c=found.conversation)
    return (html, 400) if form.is_submitted() else html
