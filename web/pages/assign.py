"""Assigning a client to a coach, closing a file and reopening it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import assignments, closing
from domain.client import CloseClient, ClosingReason, ReopenClient
from domain.refusal import Refused
from web.context import as_uuid, colleagues, command_id, look, services, today
from web.forms import needed_day
from web.freshness import recorded
from web.permissions import access

page = Blueprint("assign", __name__, url_prefix="/clients/<uuid:client_id>")


@page.route("/assign", methods=["GET", "POST"])
@access(assignments.assign_client)
def assign(client_id: UUID) -> str | Response:
    if request.method == "POST":
        coach_id = as_uuid(request.form.get("coach"))
        answer = assignments.assign_client(services(), look(), client_id, coach_id, command_id())
        return recorded(answer.position, "client.client", client_id=client_id)
    found = assignments.client_to_assign(services(), look(), client_id)
    return render_template(
        "assign.html", client=found.client, name=found.name, coaches=found.coaches, names=colleagues()
    )


@page.route("/close", methods=["GET", "POST"])
@access(closing.close_file)
def close(client_id: UUID) -> str | Response:
    if request.method == "POST":
        if _closes():
            answer = closing.close_file(services(), look(), _close(client_id), command_id())
        else:
            answer = closing.reopen_file(services(), look(), _reopen(client_id), command_id())
        return recorded(answer.position, "client.client", client_id=client_id)
    found = closing.file_to_close(services(), look(), client_id)
    return render_template(
        "close.html", client=found.client, name=found.name, reasons=list(ClosingReason), today=today()
    )


def _closes() -> bool:
    """Whether it was the form for closing, whatever became of the file since it was shown."""
    step = request.form.get("step")
    return step == "close" if step else request.form.get("reason") in set(ClosingReason)


def _close(client_id: UUID) -> CloseClient:
    code = request.form.get("reason", "")
    if code not in set(ClosingReason):
        raise Refused("Choose a reason.", field="reason")
    closed_on = needed_day(request.form.get("day"), "day")
    return CloseClient(client_id=client_id, reason=ClosingReason(code), closed_on=closed_on)


def _reopen(client_id: UUID) -> ReopenClient:
    reopened_on = needed_day(request.form.get("day"), "day")
    return ReopenClient(client_id=client_id, reopened_on=reopened_on, reason=request.form.get("reason", ""))
