"""Handing a client to a colleague: asked, accepted or refused, or taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import transfers
from domain.client import AcceptTransfer, RefuseTransfer
from domain.refusal import Refused
from web.context import as_uuid, colleagues, command_id, look, services
from web.forms import sentence
from web.freshness import recorded
from web.permissions import access

page = Blueprint("transfer", __name__, url_prefix="/clients/<uuid:client_id>/transfer")


@page.route("", methods=["GET", "POST"])
@access(transfers.propose_transfer)
def propose(client_id: UUID) -> str | Response | tuple[str, int]:
    """Ask a colleague, of any team; the client stays until there is an answer."""
    errors = []
    if request.method == "POST":
        try:
            return recorded(_propose(client_id), "client.client", client_id=client_id)
        except Refused as refused:
            errors.append(sentence(refused))
    found = transfers.client_to_hand_over(services(), look(), client_id)
    html = render_template(
        "transfer.html",
        client=found.client,
        name=found.name,
        coaches=found.coaches,
        teams=found.teams,
        waiting=found.waiting,
        names=colleagues(),
        errors=errors,
        posted=request.form,
    )
    return (html, 400) if errors else html


def _propose(client_id: UUID) -> int:
    if request.form.get("what") == "withdraw":
        return transfers.withdraw_transfer(services(), look(), client_id, command_id()).position
    coach_id, reason = as_uuid(request.form.get("coach")), request.form.get("reason", "")
    return transfers.propose_transfer(services(), look(), client_id, coach_id, reason, command_id()).position


@page.route("/answer", methods=["GET", "POST"])
@access(transfers.answer_transfer)
def answer(client_id: UUID) -> str | Response | tuple[str, int]:
    """Take the client over, or say why not. Who is asked sees who it is and why, and not the file."""
    errors = []
    if request.method == "POST":
        accepted = request.form.get("what") == "accept"
        command = (
            AcceptTransfer(client_id=client_id)
            if accepted
            else RefuseTransfer(client_id=client_id, reason=request.form.get("reason", ""))
        )
        try:
            done = transfers.answer_transfer(services(), look(), command, command_id())
            if accepted:
                return recorded(done.position, "client.client", client_id=client_id)
            return recorded(done.position, "today.today_page")
        except Refused as refused:
            errors.append(sentence(refused))
    asked = transfers.asked_to_take_over(services(), look(), client_id)
    html = render_template(
        "transfer_answer.html",
        client=asked.client,
        name=asked.name,
        waiting=asked.waiting,
        reason=asked.reason,
        names=colleagues(),
        errors=errors,
    )
    return (html, 400) if errors else html
