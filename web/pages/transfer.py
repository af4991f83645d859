"""Handing a client to a colleague: asked, accepted or refused, or taken back."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from application import transfers
from domain.client import AcceptTransfer, RefuseTransfer
from domain.client.own_notes import NoteHandling
from domain.refusal import Refused
from web.confirmations import say_instead, way_back
from web.context import colleagues, look, services
from web.fields import ChosenIdField, CodeField, Marked
from web.forms import CommandForm
from web.freshness import recorded
from web.language import _
from web.permissions import access

page = Blueprint("transfer", __name__, url_prefix="/clients/<uuid:client_id>/transfer")


class TransferForm(CommandForm):
    what = StringField("", default="")
    coach = ChosenIdField(_("Colleague"), [Marked()])
    reason = TextAreaField(
        _("Why, and what your colleague should know"), [Marked()], default="", render_kw={"maxlength": 500}
    )

    own_note = CodeField(
        _("Your own note and mark"), codes=NoteHandling, words="note_handling", default=NoteHandling.KEEP
    )

    def offer(self, found: transfers.ClientToHandOver) -> None:
        """Let one choose a colleague, team by team."""
        self.coach.choices = [SelectChoice("", "–")] + [
            SelectChoice(str(coach.account_id), coach.full_name, optgroup=team.name)
            for team in found.teams.values()
            for coach in found.coaches
            if coach.team_id == team.team_id
        ]


class AnswerForm(CommandForm):
    what = StringField("", default="")
    reason = TextAreaField(_("Or refuse, and say why"), [Marked()], default="", render_kw={"maxlength": 500})

    @property
    def accepts(self) -> bool:
        return bool(self.what.data == "accept")

    def command(self, client_id: UUID) -> AcceptTransfer | RefuseTransfer:
        if self.accepts:
            return AcceptTransfer(client_id=client_id)
        return RefuseTransfer(client_id=client_id, reason=self.reason.data)


@page.route("", methods=["GET", "POST"])
@access(transfers.propose_transfer)
def propose(client_id: UUID) -> str | Response | tuple[str, int]:
    """Ask a colleague, of any team; the client stays until there is an answer."""
    form = TransferForm()
    if form.is_submitted():
        try:
            return recorded(_propose(form, client_id), "client.client", client_id=client_id)
        except Refused as refused:
            form.refuse(refused)
    found = transfers.client_to_hand_over(services(), look(), client_id)
    form.offer(found)
    html = render_template(
        "transfer.html",
        form=form,
        client=found.client,
        name=found.name,
        waiting=found.waiting,
        has_own=found.has_own,
        names=colleagues(),
    )
    return (html, 400) if form.is_submitted() else html


def _propose(form: TransferForm, client_id: UUID) -> int:
    if form.what.data == "withdraw":
        say_instead(gettext("The question is withdrawn: the client stays with you."))
        return transfers.withdraw_transfer(services(), look(), client_id, form.once).position
    coach_id, reason = form.coach.data, form.reason.data
    way_back(gettext("Withdraw the question"), "transfer.propose", client_id=client_id)
    # Not sent where there is nothing of one's own to ask about.
    own_note = form.own_note.data if form.own_note.raw_data else None
    return transfers.propose_transfer(services(), look(), client_id, coach_id, reason, form.once, own_note).position


@page.route("/answer", methods=["GET", "POST"])
@access(transfers.answer_transfer)
def answer(client_id: UUID) -> str | Response | tuple[str, int]:
    """Take the client over, or say why not. Who is asked sees who it is and why, and not the file."""
    form = AnswerForm()
    if form.is_submitted():
        try:
            done = transfers.answer_transfer(services(), look(), form.command(client_id), form.once)
            if form.accepts:
                return recorded(done.position, "client.client", client_id=client_id)
            return recorded(done.position, "today.today_page")
        except Refused as refused:
            form.refuse(refused)
    asked = transfers.asked_to_take_over(services(), look(), client_id)
    html = render_template(
        "transfer_answer.html",
        form=form,
        track=asked.track,
        name=asked.name,
        waiting=asked.waiting,
        reason=asked.reason,
        names=colleagues(),
    )
    return (html, 400) if form.is_submitted() else html
