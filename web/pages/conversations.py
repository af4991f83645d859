"""Monthly conversations: planned by the manager, on figures the coach sees first, with what both agree."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField

from application import conversations as operations
from domain.conversation import ConfirmAgreement, NoteAgreement, ShareSheet
from domain.refusal import Refused
from web.context import colleagues, services, today, viewer
from web.fields import ChosenIdField, DayField, Needed
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

    def command(self, conversation_id: UUID, noted_by: UUID | None) -> operations.Step:
        if self.what.data == "share":
            return ShareSheet(conversation_id=conversation_id, remark=self.remark.data)
        if self.what.data == "note":
            return NoteAgreement(conversation_id=conversation_id, text=self.text.data)
        if self.what.data == "confirm":
            return ConfirmAgreement(conversation_id=conversation_id, noted_by=noted_by)
        raise Refused("Choose what happened.")


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
    sheet = operations.conversation_sheet(services(), viewer(), conversation_id)
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
        "conversation.html",
        form=form,
        c=sheet.conversation,
        is_coach=sheet.is_coach,
        names=colleagues(),
        words=sheet.words,
        figures=sheet.figures,
        open_to_me=sheet.open,
        may_confirm=sheet.may_confirm,
        now=sheet.now,
        earlier=sheet.earlier,
    )
    return (html, 400) if form.is_submitted() else html
