"""Monthly conversations: planned by the manager, on figures the coach sees first, with what both agree."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import conversations as operations
from domain.conversation import ConfirmAgreement, NoteAgreement, ShareSheet
from domain.refusal import Refused
from web.context import as_uuid, colleagues, command_id, services, today, viewer
from web.forms import needed_day, sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("conversations", __name__, url_prefix="/conversations")


@page.route("", methods=["GET", "POST"])
@access(operations.own_conversations)
def conversations() -> str | Response | tuple[str, int]:
    found = operations.own_conversations(services(), viewer())
    errors = []
    if request.method == "POST":
        if not found.plans:
            abort(403)
        try:
            held_on = needed_day(request.form.get("held_on"), "held_on")
            coach_id = as_uuid(request.form.get("coach"))
            answer = operations.plan_conversation(services(), viewer(), coach_id, held_on, command_id())
            return recorded(answer.position, "conversations.conversations")
        except Refused as refused:
            errors.append(sentence(refused))
    html = render_template(
        "conversations.html",
        rows=found.rows,
        plans=found.plans,
        coaches=found.coaches,
        names=colleagues(),
        errors=errors,
        posted=request.form,
        as_of=today(),
    )
    return (html, 400) if errors else html


@page.route("/<uuid:conversation_id>", methods=["GET", "POST"])
@access(operations.conversation_sheet)
def one(conversation_id: UUID) -> str | Response | tuple[str, int]:
    """The sheet of one conversation."""
    sheet = operations.conversation_sheet(services(), viewer(), conversation_id)
    errors = []
    if request.method == "POST":
        try:
            command = _step(conversation_id, sheet.conversation["noted_by"])
            answer = operations.take_step(services(), viewer(), command, command_id())
            return recorded(answer.position, "conversations.one", conversation_id=conversation_id)
        except Refused as refused:
            errors.append(sentence(refused))
    html = render_template(
        "conversation.html",
        c=sheet.conversation,
        is_coach=sheet.is_coach,
        names=colleagues(),
        errors=errors,
        words=sheet.words,
        figures=sheet.figures,
        open_to_me=sheet.open,
        posted=request.form,
        may_confirm=sheet.may_confirm,
        now=sheet.now,
    )
    return (html, 400) if errors else html


def _step(conversation_id: UUID, noted_by: UUID | None) -> operations.Step:
    what = request.form.get("what")
    if what == "share":
        return ShareSheet(conversation_id=conversation_id, remark=request.form.get("remark", ""))
    if what == "note":
        return NoteAgreement(conversation_id=conversation_id, text=request.form.get("text", ""))
    if what == "confirm":
        return ConfirmAgreement(conversation_id=conversation_id, noted_by=noted_by)
    raise Refused("Choose what happened.")
