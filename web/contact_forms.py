"""The forms of a contact: recorded with what came of it, corrected, struck out; and what a draft keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask import abort
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict
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

from application.contacts import Settled, Texts
from domain.catalogue import load
from domain.client import Channel, CorrectContact, Outcome, RecordContact, StartedBy, StrikeContact, Topic
from web.context import as_uuid, new_id, today
from web.field_answers import own_of, parts_in
from web.fields import IdField, Marked, TextsField, VersionField
from web.forms import CommandForm, blank_to_none
from web.next_parts import PREFIXES
from web.words import choices

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
        "done",
    )
)
# Of these a form may bring several.
SEVERAL = ("topics", "done")


class ContactForm(CommandForm):
    contact_id = IdField(default=new_id)
    held_on = DateField(lazy_gettext("Day"), [InputRequired()], default=today)
    channel = RadioField(
        lazy_gettext("Channel"), [InputRequired()], choices=lambda: choices("channel"), default="phone"
    )
    outcome = RadioField(
        lazy_gettext("Outcome"), [InputRequired()], choices=lambda: choices("outcome"), default="spoken"
    )
    started_by = SelectField(lazy_gettext("Initiated by"), choices=lambda: choices("started_by"), default="coach")
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
    agreed_next = StringField(lazy_gettext("Next step agreed"))
    agreed_on = DateField(lazy_gettext("On which day"), [Optional()])
    minutes_with_client = IntegerField(lazy_gettext("Minutes with the client"), [Optional()])
    minutes_administration = IntegerField(lazy_gettext("Minutes on administration"), [Optional()])
    # Of what was promised and to be done, each that is done now: its kind and its id.
    done = TextsField("")

    # By which button it was sent.
    go_on = StringField("", default="")

    def posted(self) -> MultiDict[str, str] | None:
        """What was sent of the contact; the parts about fields read their own."""
        return own_of(super().posted())

    def command(self, client_id: UUID) -> RecordContact:
        return RecordContact(contact_id=self.contact_id.data or abort(400), **self._said(client_id))

    @property
    def settled(self) -> list[Settled]:
        """What is done now, each once."""
        pairs = [text.partition(":") for text in self.done.data]
        found = [Settled(kind, item_id) for kind, _colon, text in pairs if (item_id := as_uuid(text))]
        return list(dict.fromkeys(found))

    def kept(self) -> dict[str, list[str]]:
        """What a draft keeps of it, and of its parts."""
        own = {name: self[name].raw_data for name in KEPT if self[name].raw_data}
        parts = parts_in(super().posted())
        known = {*load().fields, *PREFIXES}
        return own | {name: parts.getlist(name) for name in parts if name.partition("-")[0] in known}

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


def answered_in(names: Iterable[str]) -> frozenset[str]:
    """The fields that some names of a form or a draft are about."""
    return frozenset(key for name in names if "-" in name and (key := name.partition("-")[0]) not in PREFIXES)


def begun(draft: Texts) -> dict[str, Any]:
    """What a draft has, as the form's own fields take it."""
    values: dict[str, Any] = {name: texts[0] for name, texts in draft.items() if texts and name not in SEVERAL}
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
    return values | {name: draft.get(name, []) for name in SEVERAL}
