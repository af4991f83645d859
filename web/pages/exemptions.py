"""Exemptions decided by two: the draft of the client's own coach, and the page of the person who reads it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from werkzeug.wrappers import Response

from application import exemptions as operations
from domain.refusal import Conflict, Refused
from web.context import colleagues, look, services, today
from web.exemption_forms import ApproveForm, DraftForm, ReturnForm, WithdrawForm
from web.freshness import recorded
from web.permissions import access

page = Blueprint("exemptions", __name__)


@page.route("/clients/<uuid:client_id>/exemption", methods=["GET", "POST"])
@access(operations.draft_exemption)
def draft(client_id: UUID) -> str | Response | tuple[str, int]:
    """Write the draft, or write it anew."""
    found = operations.exemption_to_draft(services(), look(), client_id)
    form, now = DraftForm(), found.now
    if not form.is_submitted():
        form = DraftForm.empty(basis=found.basis, until=now.draft_until if now else None)
        form.show(found)
        return _drafting(form, found)
    try:
        command = form.drafting(client_id, now.exemption_id if now else None)
        answer = operations.draft_exemption(services(), look(), command, form.once)
        return _to_file(answer.position, client_id)
    except Refused as refused:
        form.refuse_all(refused)
        if conflict := isinstance(refused, Conflict):
            found = operations.exemption_to_draft(services(), look(), client_id)
            form.show(found)
        return _drafting(form, found, conflict=conflict), _status(refused)


@page.post("/clients/<uuid:client_id>/exemption/<uuid:exemption_id>/withdraw")
@access(operations.withdraw_exemption)
def withdraw(client_id: UUID, exemption_id: UUID) -> Response | tuple[str, int]:
    """The draft is not wanted any more."""
    form = WithdrawForm()
    try:
        command = form.withdrawing(client_id, exemption_id)
        answer = operations.withdraw_exemption(services(), look(), command, form.once)
        return _to_file(answer.position, client_id)
    except Refused as refused:
        found = operations.exemption_to_draft(services(), look(), client_id)
        again = DraftForm.empty(basis=found.basis, until=found.now.draft_until if found.now else None)
        again.show(found)
        again.refuse_all(refused)
        return _drafting(again, found), _status(refused)


@page.get("/exemptions")
@access(operations.exemptions_to_read)
def to_read() -> str:
    """The drafts of the team that wait for a reader."""
    found = operations.exemptions_to_read(services(), look())
    return render_template("exemptions.html", found=found, names=colleagues(), as_of=today())


@page.get("/clients/<uuid:client_id>/exemption/read")
@access(operations.exemption_to_read)
def read(client_id: UUID) -> str:
    """A draft, and the two answers to it."""
    return _reading(ReturnForm.empty(), operations.exemption_to_read(services(), look(), client_id))


@page.post("/clients/<uuid:client_id>/exemption/<uuid:exemption_id>/approve")
@access(operations.approve_exemption)
def approve(client_id: UUID, exemption_id: UUID) -> Response | tuple[str, int]:
    form = ApproveForm()
    try:
        command = form.approving(client_id, exemption_id)
        answer = operations.approve_exemption(services(), look(), command, form.once)
        return _to_file(answer.position, client_id)
    except Refused as refused:
        return _read_again(refused, ReturnForm.empty(), client_id)


@page.post("/clients/<uuid:client_id>/exemption/<uuid:exemption_id>/return")
@access(operations.return_exemption)
def give_back(client_id: UUID, exemption_id: UUID) -> Response | tuple[str, int]:
    """Return the draft, and say what has to be different."""
    form = ReturnForm()
    try:
        command = form.returning(client_id, exemption_id)
        answer = operations.return_exemption(services(), look(), command, form.once)
        return recorded(answer.position, "exemptions.to_read")
    except Refused as refused:
        return _read_again(refused, form, client_id)


def _read_again(refused: Refused, form: ReturnForm, client_id: UUID) -> tuple[str, int]:
    """The draft as it is now, with what was refused; where none waits any more, that alone."""
    form.refuse_all(refused)
    found = operations.exemption_to_read(services(), look(), client_id, answered=True)
    return _reading(form, found), _status(refused)


def _to_file(position: int, client_id: UUID) -> Response:
    return recorded(position, "client.client", client_id=client_id, _anchor="exemption")


def _status(refused: Refused) -> int:
    return 409 if isinstance(refused, Conflict) else 400


def _drafting(form: DraftForm, found: operations.ExemptionDraft, *, conflict: bool = False) -> str:
    return render_template("exemption_draft.html", form=form, found=found, conflict=conflict)


def _reading(form: ReturnForm, found: operations.ExemptionDraft) -> str:
    form.show(found)
    return render_template("exemption_read.html", form=form, found=found, names=colleagues())
