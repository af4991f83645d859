"""Registrations: what is known of a client, field by field of the catalogue, and what will not be known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from domain.calendar import local_day, within_reach
from domain.catalogue import DateKind, Field, Source, State, Value, load
from domain.catalogue.reasons import REASONS, stored
from domain.client.aggregate import Client, ClientCommand, ClientEvent, Mark, open_file, unchanged
from domain.refusal import Refused
from domain.text import not_in_future, optional_text, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal, Upcast

LONGEST_REASON = 500


class FieldEvent(ClientEvent, frozen=True, kw_only=True):
    """Something happened to one field; which one, and its state, stay in the clear."""

    field: str


class FieldRegistered(FieldEvent, frozen=True):
    """A value became known."""

    value: Personal[Value]
    source: Source
    known_on: date

    def apply(self, client: Client) -> None:
        client.fields[self.field] = Mark(State.KNOWN, self.originator_version)


class FieldCorrected(FieldEvent, frozen=True):
    """The value known so far turned out to be wrong."""

    value: Personal[Value]
    source: Source
    known_on: date
    reason: Personal[str]

    def apply(self, client: Client) -> None:
        client.fields[self.field] = Mark(State.KNOWN, self.originator_version)


class FieldWithdrawn(FieldEvent, frozen=True):
    """What was recorded should not have been; the field is unknown again."""

    reason: Personal[str]

    def apply(self, client: Client) -> None:
        client.fields[self.field] = Mark(State.UNKNOWN, self.originator_version)
        if self.field == "service_track":
            client.track = None
        elif self.field == "plan_of_action":
            client.plan_on = None


def _with_a_code(state: dict[str, Any]) -> dict[str, Any]:
    """Version 2 may have, under the seal of its reason, a code and words in the place of words alone."""
    return state


class FieldDeclaredNotRelevant(FieldEvent, frozen=True):
    """The field does not matter for this client, until the review day."""

    upcasts: ClassVar[tuple[Upcast, ...]] = (_with_a_code,)

    reason: Personal[str | list[str]]
    review_on: date

    def apply(self, client: Client) -> None:
        client.fields[self.field] = Mark(State.NOT_RELEVANT, self.originator_version)


class FieldDeclined(FieldEvent, frozen=True):
    """The client would rather not say, until the review day."""

    upcasts: ClassVar[tuple[Upcast, ...]] = (_with_a_code,)

    reason: Personal[str | list[str]]
    review_on: date

    def apply(self, client: Client) -> None:
        client.fields[self.field] = Mark(State.DECLINED, self.originator_version)


class FieldCommand(ClientCommand, frozen=True, kw_only=True):
    """A wish about one field; `shown` is the version of it that the form showed (0: nothing), None for no check."""

    field: str
    shown: int | None = None

    def _open(self, client: Client | None) -> tuple[Client, Field, Mark | None]:
        client = open_file(client)
        field = load()[self.field]
        if field.specialised_only and not client.specialised:
            raise Refused("Only a specialised team can record this.", field=self.field)
        mark = client.fields.get(self.field)
        unchanged(mark.version if mark else None, self.shown, self.field)
        return client, field, mark


class RegisterField(FieldCommand, frozen=True):
    """Record a value that has become known."""

    value: object
    known_on: date
    source: Source = Source.CONVERSATION

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _, field, _ = self._open(client)
        return [
            FieldRegistered(
                field=self.field,
                value=checked(field, self.value, local_day(context.at)),
                source=self.source,
                known_on=not_in_future(self.known_on, local_day(context.at), field="known_on"),
            )
        ]


class CorrectField(FieldCommand, frozen=True):
    """Replace a value that was wrong."""

    value: object
    known_on: date
    reason: str
    source: Source = Source.CONVERSATION

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _, field, mark = self._open(client)
        if mark is None or mark.state is not State.KNOWN:
            raise Refused("Nothing is known here yet, so there is nothing to correct. Register it.", field=self.field)
        return [
            FieldCorrected(
                field=self.field,
                value=checked(field, self.value, local_day(context.at)),
                source=self.source,
                known_on=not_in_future(self.known_on, local_day(context.at), field="known_on"),
                reason=required_text(self.reason, field="reason", longest=LONGEST_REASON),
            )
        ]


class WithdrawField(FieldCommand, frozen=True):
    """Take back what was recorded: the field is unknown again."""

    reason: str

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _, _, mark = self._open(client)
        if mark is None or mark.state is State.UNKNOWN:
            raise Refused("Nothing is recorded here, so there is nothing to withdraw.", field=self.field)
        return [
            FieldWithdrawn(field=self.field, reason=required_text(self.reason, field="reason", longest=LONGEST_REASON))
        ]


class SetAside(FieldCommand, frozen=True, kw_only=True):
    """A field is set aside until a day to look again: `because` of a reason of the list, in own words, or both."""

    reason: str = ""
    because: str | None = None
    review_on: date

    def _reason(self, state: State) -> str | list[str]:
        if self.because is None:
            return required_text(self.reason, field="reason", longest=LONGEST_REASON)
        if self.because not in REASONS or REASONS[self.because].state is not state:
            raise Refused("Choose a reason that goes with the answer.", field="because")
        return stored(self.because, optional_text(self.reason, field="reason", longest=LONGEST_REASON))


class DeclareNotRelevant(SetAside, frozen=True):
    """Say that a field does not matter for this client, and when to look again."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        self._open(client)
        reason = self._reason(State.NOT_RELEVANT)
        return [FieldDeclaredNotRelevant(field=self.field, reason=reason, review_on=_ahead(self.review_on, context))]


class RecordDeclined(SetAside, frozen=True):
    """Record that the client would rather not say, and when to ask again."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        self._open(client)
        reason = self._reason(State.DECLINED)
        return [FieldDeclined(field=self.field, reason=reason, review_on=_ahead(self.review_on, context))]


def checked(field: Field, raw: object, today: date) -> Value:
    """A value as it is stored. Raises Refused, about the field, where it can't be registered."""
    if field.recorded_by != "registration":
        raise Refused("This is recorded with the plan.", field=field.key)
    value = field.check(raw)
    if isinstance(field.kind, DateKind) and field.kind.lies_ahead(value, today):
        raise Refused("This can't be in the future.", field=field.key)
    return value


def _ahead(review_on: date, context: CommandContext) -> date:
    if review_on <= local_day(context.at):
        raise Refused("The review day must be in the future.", field="review_on")
    return within_reach(review_on, local_day(context.at), field="review_on")
