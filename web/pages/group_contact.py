"""One contact with several clients at once, after a group meeting: what is said of all, recorded with each."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import DateField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from application import rights
from database.rows import Row
from domain.client import Channel, Outcome, RecordContact, Topic
from domain.refusal import Refused
from eventlog.commands import Step
from projections import caseload
from projections.caseload import Scope
from web.context import command_id, display_names, moment, services, today, viewer
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.language import _
from web.permissions import access
from web.words import choices

page = Blueprint("group_contact", __name__, url_prefix="/contacts")


class GroupContactForm(CommandForm):
    held_on = DateField(_("Day"), [InputRequired()], default=today)
    channel = RadioField(_("How"), [InputRequired()], choices=lambda: choices("channel"), default="office")
    topics = SelectMultipleField(
        _("Topics"), choices=lambda: choices("topic"),
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    note = TextAreaField(_("Note for all of them"))


@page.route("/group", methods=["GET", "POST"])
@access(rights.RECORD)
def record() -> str | Response | tuple[str, int]:
    form = GroupContactForm()
    with services().database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=viewer().account_id), limit=None)
    if not form.is_submitted():
        return _shown(form, rows)
    if form.validate():
        try:
            return recorded(_record_all(form, rows), "caseload.caseload")
        except Refused as refused:
            form.refuse(refused)
    return _shown(form, rows), 400


def _record_all(form: GroupContactForm, rows: list[Row]) -> int:
    """With each client, all in one transaction; the last position."""
    own = {str(row["client_id"]): row["client_id"] for row in rows}
    came, stayed_away = request.form.getlist("came"), request.form.getlist("stayed_away")
    if set(came) & set(stayed_away):
        raise Refused("Somebody can't both have come and have stayed away.", field="came")
    if not came and not stayed_away:
        raise Refused("Choose at least one client.", field="came")
    if {*came, *stayed_away} - own.keys():
        raise Refused("One of the clients chosen is not on your caseload.", field="came")
    steps = [
        _step(form, own[text], uuid5(command_id(), text), Outcome.SPOKEN if text in came else Outcome.NO_SHOW)
        for text in (*came, *stayed_away)
    ]
    return services().together([(services().clients, [step]) for step in steps]).position


def _step(form: GroupContactForm, client_id: UUID, step_id: UUID, outcome: Outcome) -> Any:
    spoken = outcome is Outcome.SPOKEN
    command = RecordContact(
        client_id=client_id, contact_id=step_id, held_on=form.held_on.data, channel=Channel(form.channel.data),
        outcome=outcome, topics=[Topic(code) for code in form.topics.data or []] if spoken else (),
        note=blank_to_none(form.note.data),
    )  # fmt: skip
    return Step(command, moment(), step_id)


def _shown(form: GroupContactForm, rows: list[Row]) -> str:
    names = display_names(rows)
    ordered = sorted(rows, key=lambda row: names[row["client_id"]].casefold())
    return render_template("group_contact.html", form=form, rows=ordered, names=names, posted=request.form)
