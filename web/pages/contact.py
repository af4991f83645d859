"""Recording a contact in one short form; correcting one, or striking it out."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from msgspec.structs import asdict
from werkzeug.wrappers import Response
from wtforms import (
    DateField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from application import contacts as operations
from application.client_file import ContactShown
from domain.client import Channel, CorrectContact, Outcome, RecordContact, StartedBy, StrikeContact, Topic
from domain.refusal import Conflict, Refused
from web.context import as_uuid, look, new_id, services, today, viewer
from web.fields import IdField, Marked, VersionField
from web.forms import CommandForm, blank_to_none
from web.freshness import recorded
from web.going import go
from web.permissions import access
from web.words import choices

page = Blueprint("contact", __name__, url_prefix="/clients/<uuid:client_id>")

# What a draft keeps of the form: by the contact's id one sees that it was recorded. Tokens are made anew.
KEPT = frozenset(
    (
        "contact_id",
        "held_on",
        "channel",
        "outcome",
        "started_by",
        "topics",
        "own_words",
        "note",
        "agreed_next",
        "agreed_on",
        "minutes_with_client",
        "minutes_administration",
    )
)


class ContactForm(CommandForm):
    contact_id = IdField(default=new_id)
    held_on = DateField(lazy_gettext("Day"), [InputRequired()], default=today)
    channel = RadioField(lazy_gettext("How"), [InputRequired()], choices=lambda: choices("channel"), default="phone")
    outcome = RadioField(
        lazy_gettext("Outcome"), [InputRequired()], choices=lambda: choices("outcome"), default="spoken"
    )
    started_by = SelectField(lazy_gettext("Started by"), choices=lambda: choices("started_by"), default="coach")
    topics = SelectMultipleField(
        lazy_gettext("Topics"),
        choices=lambda: choices("topic"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    own_words = TextAreaField(
        lazy_gettext("In the client's own words"),
        description=lazy_gettext("What did the client say that should not get lost? Never required."),
    )
    note = TextAreaField(lazy_gettext("Note"))
    agreed_next = StringField(lazy_gettext("Agreed next"))
    agreed_on = DateField(lazy_gettext("On which day"), [Optional()])
    minutes_with_client = IntegerField(lazy_gettext("Minutes with the client"), [Optional()])
    minutes_administration = IntegerField(lazy_gettext("Minutes on administration"), [Optional()])

    # By which button it was sent.
    go_on = StringField("", default="")

    def command(self, client_id: UUID) -> RecordContact:
        return RecordContact(contact_id=self.contact_id.data or abort(400), **self._said(client_id))

    def kept(self) -> dict[str, list[str]]:
        """What a draft keeps of it."""
        return {name: self[name].raw_data for name in KEPT if self[name].raw_data}

    def _said(self, client_id: UUID) -> dict[str, Any]:
        return {
            "client_id": client_id,
            "held_on": self.held_on.data,
            "channel": Channel(self.channel.data),
            "started_by": StartedBy(self.started_by.data),
            "outcome": Outcome(self.outcome.data),
            "topics": [Topic(code) for code in self.topics.data or []],
            "note": blank_to_none(self.note.data),
            "own_words": blank_to_none(self.own_words.data),
            "minutes_with_client": self.minutes_with_client.data,
            "minutes_administration": self.minutes_administration.data,
            "agreed_next": blank_to_none(self.agreed_next.data),
            "agreed_on": self.agreed_on.data,
        }


class CorrectionForm(ContactForm):
    shown = VersionField()
    reason = StringField(lazy_gettext("What was wrong"), [InputRequired()])

    def correction(self, client_id: UUID, contact_id: UUID) -> CorrectContact:
        return CorrectContact(
            contact_id=contact_id, reason=self.reason.data, shown=self.shown.data, **self._said(client_id)
        )


class StrikeForm(CommandForm):
    reason = StringField(
        lazy_gettext("Why should it not have been recorded?"), [Marked()], default="", render_kw={"maxlength": 500}
    )
    shown = VersionField()

    def command(self, client_id: UUID, contact_id: UUID) -> StrikeContact:
        return StrikeContact(client_id=client_id, contact_id=contact_id, reason=self.reason.data, shown=self.shown.data)


@page.route("/contact", methods=["GET", "POST"])
@access(operations.record_contact)
def record(client_id: UUID) -> str | Response | tuple[str, int]:
    if request.method == "GET":
        given = operations.contact_form(services(), look(), client_id)
        return _shown(ContactForm(data=_begun(given)), given, begun=True)
    form = ContactForm()
    if form.go_on.data == "draft" and not form.too_long:
        operations.keep_draft(services(), look(), client_id, form.kept())
        return go(url_for("today.today_page"), 303)
    if form.validate():
        try:
            answer = operations.record_contact(services(), look(), form.command(client_id), form.once)
            if form.go_on.data == "next":
                return _to_next(answer.position, client_id)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Refused as refused:
            form.refuse(refused)
    given = operations.contact_form(services(), look(), client_id)
    return _shown(form, given), 400


def _to_next(position: int, client_id: UUID) -> Response:
    """Straight to the next client whose contact is due."""
    following = operations.next_due(services(), viewer(), but=client_id)
    if following is None:
        return recorded(position, "today.today_page")
    return recorded(position, "contact.record", client_id=following)


@page.post("/contact/draft")
@access(operations.keep_draft)
def keep_draft(client_id: UUID) -> Response:
    """Keep what the form holds while it is being written; sent by the page itself now and then."""
    form = ContactForm()
    form.refuse_too_long()
    operations.keep_draft(services(), look(), client_id, form.kept())
    return Response(status=204)


@page.post("/contact/draft/forget")
@access(operations.forget_draft)
def forget_draft(client_id: UUID) -> Response:
    operations.forget_draft(services(), look(), client_id)
    return go(url_for("contact.record", client_id=client_id), 303)


def _begun(given: operations.ContactForm) -> dict[str, Any] | None:
    """What the form begins with, as its fields take it."""
    if given.draft is None:
        return {"channel": given.channel, "topics": list(given.topics)} if given.channel else None
    draft = given.draft
    values: dict[str, Any] = {name: texts[0] for name, texts in draft.items() if texts and name != "topics"}
    if as_uuid(values.get("contact_id")) is None:
        values.pop("contact_id", None)
    for name in ("held_on", "agreed_on"):
        try:
            values[name] = date.fromisoformat(values.get(name, ""))
        except ValueError:
            values.pop(name, None)
    for name in ("minutes_with_client", "minutes_administration"):
        if not str(values.get(name, "")).isdecimal():
            values.pop(name, None)
    return values | {"topics": draft.get("topics", [])}


@page.route("/contacts/<uuid:contact_id>", methods=["GET", "POST"])
@access(operations.correct_contact)
def correct(client_id: UUID, contact_id: UUID) -> str | Response | tuple[str, int]:
    found = operations.contact_to_correct(services(), look(), client_id, contact_id)
    row = found.contact
    form = CorrectionForm(data=None if request.method == "POST" else asdict(row) | {"shown": row.version})
    if not form.is_submitted():
        return _shown(form, found, row)
    theirs = None
    if form.validate():
        try:
            command = form.correction(client_id, contact_id)
            answer = operations.correct_contact(services(), look(), command, form.once)
            return recorded(answer.position, "client.client", client_id=client_id)
        except Conflict as conflict:
            form.refuse(conflict)
            theirs = row
            form.shown.data = row.version
        except Refused as refused:
            form.refuse(refused)
    return (_shown(form, found, row, theirs=theirs), 409 if theirs else 400)


@page.post("/contacts/<uuid:contact_id>/strike-out")
@access(operations.strike_contact)
def strike_out(client_id: UUID, contact_id: UUID) -> Response:
    form = StrikeForm()
    answer = operations.strike_contact(services(), look(), form.command(client_id, contact_id), form.once)
    return recorded(answer.position, "client.client", client_id=client_id)


def _shown(
    form: ContactForm,
    of: operations.ContactForm | operations.ContactToCorrect,
    contact: ContactShown | None = None,
    *,
    begun: bool = False,
    theirs: ContactShown | None = None,
) -> str:
    if form.errors and not form.form_errors:
        form.form_errors.append(gettext("Please mend what is marked below."))
    kept_at = of.kept_at if begun and isinstance(of, operations.ContactForm) else None
    return render_template(
        "contact.html",
        form=form,
        strike=StrikeForm(formdata=None, data={"shown": contact.version}) if contact else None,
        client=of.client,
        name=of.name,
        contact=contact,
        theirs=theirs,
        kept_at=kept_at,
    )
