"""Contacts with a client: recorded once, corrected or struck out later; history stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, ContactMark, open_file, unchanged
from domain.client.tasks import answered_calls
from domain.refusal import Checks, Refused
from domain.text import not_in_future, optional_text, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_NOTE, LONGEST_AGREED = 4000, 500
MAX_MINUTES = 600  # minutes: nobody talks with one client for more than ten hours


class Channel(StrEnum):
    OFFICE = "office"
    PHONE = "phone"
    VIDEO = "video"
    EMAIL = "email"
    LETTER = "letter"
    HOME_VISIT = "home_visit"
    WALKING_ALONG = "walking_along"


class StartedBy(StrEnum):
    COACH = "coach"
    CLIENT = "client"
    OTHER = "other"


class Outcome(StrEnum):
    SPOKEN = "spoken"
    NO_ANSWER = "no_answer"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class Topic(StrEnum):
    WORK = "work"
    TRAINING = "training"
    LANGUAGE = "language"
    HEALTH = "health"
    MONEY = "money"
    FAMILY = "family"
    HOUSING = "housing"
    PLAN = "plan"
    BENEFIT = "benefit"


class ContactEvent(ClientEvent, frozen=True, kw_only=True):
    """A contact as it stands after this event; date, channel, outcome and minutes stay in the clear."""

    contact_id: UUID
    held_on: date
    channel: Channel
    started_by: StartedBy
    outcome: Outcome
    # What was spoken of says much about a person: health, money, family.
    topics: Personal[list[Topic]] | None
    note: Personal[str] | None
    own_words: Personal[str] | None
    minutes_with_client: int | None
    minutes_administration: int | None
    agreed_next: Personal[str] | None
    agreed_on: date | None

    def apply(self, client: Client) -> None:
        client.contacts[self.contact_id] = ContactMark(self.held_on, self.originator_version)


class ContactRecorded(ContactEvent, frozen=True):
    """A contact took place, or was tried."""


class ContactCorrected(ContactEvent, frozen=True):
    """A contact was recorded wrongly; this is how it was."""

    reason: Personal[str]


class ContactStruckOut(ClientEvent, frozen=True):
    """A contact should not have been recorded; it stays in the history and counts nowhere."""

    contact_id: UUID
    reason: Personal[str]

    def apply(self, client: Client) -> None:
        mark = client.contacts[self.contact_id]
        client.contacts[self.contact_id] = ContactMark(mark.held_on, self.originator_version, struck=True)
        client.ask_again(self.contact_id)


class ContactCommand(ClientCommand, frozen=True, kw_only=True):
    """What a form says of a contact. `agreed_on` is the day that goes with what was agreed next."""

    contact_id: UUID
    held_on: date
    channel: Channel
    started_by: StartedBy = StartedBy.COACH
    outcome: Outcome = Outcome.SPOKEN
    topics: Sequence[Topic] = ()
    note: str | None = None
    own_words: str | None = None
    minutes_with_client: int | None = None
    minutes_administration: int | None = None
    agreed_next: str | None = None
    agreed_on: date | None = None

    def _checked(self, client: Client, context: CommandContext) -> dict[str, object]:
        today, checked = local_day(context.at), Checks()
        found: dict[str, object] = {
            "contact_id": self.contact_id,
            "held_on": checked(not_in_future, self.held_on, today, field="held_on", not_before=client.intake_on),
            "channel": self.channel,
            "started_by": self.started_by,
            "outcome": self.outcome,
            "topics": list(dict.fromkeys(self.topics)) or None,
            "note": checked(optional_text, self.note, field="note", longest=LONGEST_NOTE),
            "own_words": checked(optional_text, self.own_words, field="own_words", longest=LONGEST_NOTE),
            "minutes_with_client": checked(_minutes, self.minutes_with_client, "minutes_with_client"),
            "minutes_administration": checked(_minutes, self.minutes_administration, "minutes_administration"),
            "agreed_next": checked(optional_text, self.agreed_next, field="agreed_next", longest=LONGEST_AGREED),
            "agreed_on": checked(self._agreed_on, today),
        }
        checked.require()
        return found

    def _agreed_on(self, today: date) -> date | None:
        if self.agreed_on is None:
            return None
        if self.agreed_on < self.held_on:
            raise Refused("What was agreed can't be before the contact itself.", field="agreed_on")
        within_reach(self.agreed_on, today, field="agreed_on")
        if not (self.agreed_next or "").strip():
            raise Refused("Enter what was agreed for that day.", field="agreed_next")
        return self.agreed_on


class RecordContact(ContactCommand, frozen=True):
    """Record a contact that took place or was tried."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.contact_id in client.contacts:
            raise Refused("This contact has already been recorded.")
        recorded = ContactRecorded(**self._checked(client, context))  # type: ignore[arg-type]  # checked as the command's fields are
        spoken = self.outcome is Outcome.SPOKEN
        # Whoever called and was spoken to waits no longer.
        return [recorded, *(answered_calls(client, self.contact_id, self.held_on) if spoken else ())]


class CorrectContact(ContactCommand, frozen=True):
    """Put a contact right. `shown` is the version of it that the form showed, None for no check."""

    reason: str
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.contact_id, self.shown)
        reason = required_text(self.reason, field="reason", longest=500)
        return [ContactCorrected(**self._checked(client, context), reason=reason)]  # type: ignore[arg-type]  # checked as the command's fields are


class StrikeContact(ClientCommand, frozen=True):
    """Strike out a contact that should not have been recorded."""

    contact_id: UUID
    reason: str
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        _standing(client, self.contact_id, self.shown)
        reason = required_text(self.reason, field="reason", longest=500)
        return [ContactStruckOut(contact_id=self.contact_id, reason=reason)]


def _standing(client: Client, contact_id: UUID, shown: int | None) -> None:
    mark = client.contacts.get(contact_id)
    if mark is None:
        raise Refused("There is no such contact.")
    unchanged(mark.version, shown, "contact")
    if mark.struck:
        raise Refused("This contact was removed.")


def _minutes(minutes: int | None, field: str) -> int | None:
    if minutes is not None and not 0 <= minutes <= MAX_MINUTES:
        raise Refused("Minutes are between 0 and %(longest)d.", field=field, longest=MAX_MINUTES)
    return minutes
