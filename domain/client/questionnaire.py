"""The client's questionnaire: sent, returned once, and what of its answers waits until the coach has looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

import msgspec

from domain.calendar import add_months, local_day
from domain.catalogue import Choice, Choices, Field, Source, State, Value, load
from domain.client.aggregate import Client, ClientCommand, ClientEvent, Mark, open_file, unchanged
from domain.client.registrations import LONGEST_REASON, FieldDeclined, FieldEvent, FieldRegistered, checked
from domain.refusal import Refused
from domain.text import optional_text, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

HOLDS = timedelta(days=14)
LONGEST_WORDS = 200
# When to ask again what a client would rather not say, of a field that is never out of date.
ASKED_AGAIN_MONTHS = 6
BORN = "birth_date"


class SentHow(StrEnum):
    """How the questionnaire comes to the client."""

    MAIL = "mail"
    LETTER = "letter"
    # in the coach's browser, in a conversation
    TOGETHER = "together"


class Settled(StrEnum):
    """What became of an answer that stood beside what was known."""

    TAKEN = "taken"
    KEPT = "kept"
    # the client answered once more
    REPLACED = "replaced"


# events


class QuestionnaireSent(ClientEvent, frozen=True):
    """The client was asked; the link works up to and including a day."""

    questionnaire_id: UUID
    how: SentHow
    until: date

    def apply(self, client: Client) -> None:
        client.questionnaire = (self.questionnaire_id, self.until)


class QuestionnaireEnded(ClientEvent, frozen=True):
    """The link works no more: the coach ended it, or sent another one."""

    questionnaire_id: UUID

    def apply(self, client: Client) -> None:
        client.questionnaire = None


class QuestionnaireReturned(ClientEvent, frozen=True):
    """The client sent the answers: which fields were answered, of which the client does not know or would rather not
    say. The answers themselves are events of their own, stored with this one."""

    questionnaire_id: UUID
    answered: list[str]
    unknown: list[str]
    declined: list[str]

    def apply(self, client: Client) -> None:
        client.questionnaire = None
        client.unseen = True


class AnswerOffered(FieldEvent, frozen=True):
    """An answer of the client that is not simply registered: something else is known, or it is said in words that no
    option has. It stands beside what is known until the coach settles it."""

    value: Personal[Value] | None
    words: Personal[str] | None
    declined: bool
    known_on: date

    def apply(self, client: Client) -> None:
        client.answers[self.field] = self.originator_version


class AnswerSettled(FieldEvent, frozen=True):
    """An answer stands beside what is known no more."""

    outcome: Settled

    def apply(self, client: Client) -> None:
        client.answers.pop(self.field, None)


class AnswersLookedAt(ClientEvent, frozen=True):
    """The client's own coach looked at what the client changed."""

    def apply(self, client: Client) -> None:
        client.unseen = False


# commands


class SendQuestionnaire(ClientCommand, frozen=True):
    """Ask the client; a link that was sent before works no more."""

    questionnaire_id: UUID
    how: SentHow

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        born = client.fields.get(BORN)
        if born is None or born.state is not State.KNOWN:
            raise Refused("Register the birth date first: the client needs it to open the questionnaire.", field=BORN)
        before = client.questionnaire
        ended = [QuestionnaireEnded(questionnaire_id=before[0])] if before else []
        until = local_day(context.at) + HOLDS
        return [*ended, QuestionnaireSent(questionnaire_id=self.questionnaire_id, how=self.how, until=until)]


class EndQuestionnaire(ClientCommand, frozen=True):
    """Let a link work no more; where it works no more already, nothing happens."""

    questionnaire_id: UUID

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if client.questionnaire is None or client.questionnaire[0] != self.questionnaire_id:
            return []
        return [QuestionnaireEnded(questionnaire_id=self.questionnaire_id)]


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the client says of a field: a value, words beside the options, or rather nothing.

    `shown` is the version of the field that the answer was compared with, and `same` whether that says the same.
    """

    field: str
    value: object = None
    words: str | None = None
    declined: bool = False
    shown: int = 0
    same: bool = False


class ReturnQuestionnaire(ClientCommand, frozen=True):
    """Send the answers, once. `reason` is what is written down where the client would rather not say."""

    questionnaire_id: UUID
    answers: Sequence[Answer]
    reason: str
    unknown: Sequence[str] = ()

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        today = local_day(context.at)
        if client.questionnaire is None or client.questionnaire[0] != self.questionnaire_id:
            raise Refused("This questionnaire can no longer be sent.")
        if today > client.questionnaire[1]:
            raise Refused("This questionnaire can no longer be sent.")
        if not self.answers and not self.unknown:
            raise Refused("Nothing is filled in yet.")
        asked = [*(answer.field for answer in self.answers), *self.unknown]
        if len(set(asked)) < len(asked):
            raise Refused("A question was answered twice.")
        for key in self.unknown:
            _asked(key)
        happened = [event for answer in self.answers for event in self._answered(client, answer, today)]
        returned = QuestionnaireReturned(
            questionnaire_id=self.questionnaire_id,
            answered=[answer.field for answer in self.answers if not answer.declined],
            unknown=list(self.unknown),
            declined=[answer.field for answer in self.answers if answer.declined],
        )
        return [returned, *happened]

    def _answered(self, client: Client, answer: Answer, today: date) -> Iterator[ClientEvent]:
        field = _asked(answer.field)
        mark = client.fields.get(answer.field)
        unchanged(mark.version if mark else None, answer.shown, answer.field)
        value = None if answer.value is None else checked(field, answer.value, today)
        words = optional_text(answer.words, field=answer.field, longest=LONGEST_WORDS)
        if sum((value is not None or words is not None, answer.declined)) != 1:
            raise Refused("Give an answer or choose “I’d rather not say”, not both.", field=answer.field)
        if words is not None and not takes_words(field):
            raise Refused("This question can only be answered from its list.", field=answer.field)
        if answer.field in client.answers:
            yield AnswerSettled(field=answer.field, outcome=Settled.REPLACED)
        if words is not None or (_is_known(mark) and not answer.same):
            yield AnswerOffered(field=answer.field, value=value, words=words, declined=answer.declined, known_on=today)
        else:
            yield _registered(field, value, declined=answer.declined, known_on=today, reason=self.reason, today=today)


class Settlement(msgspec.Struct, frozen=True, kw_only=True):
    """What is to become of one answer. `answer` is the version of the event that offered it; what is taken is what the
    client said, or an option that the coach chose for the client's words."""

    field: str
    answer: int
    take: bool
    value: object = None
    declined: bool = False
    known_on: date
    shown: int | None = None


class SettleAnswers(ClientCommand, frozen=True):
    """Say that one has looked at what the client changed, and settle what differs: all of it or nothing."""

    reason: str
    settlements: Sequence[Settlement] = ()

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        today = local_day(context.at)
        happened = [event for each in self.settlements for event in self._settled(client, each, today)]
        return [*happened, *([AnswersLookedAt()] if client.unseen else [])]

    def _settled(self, client: Client, each: Settlement, today: date) -> Iterator[ClientEvent]:
        field = _asked(each.field)
        unchanged(client.answers.get(each.field), each.answer, each.field)
        if each.take:
            mark = client.fields.get(each.field)
            unchanged(mark.version if mark else None, each.shown, each.field)
            value = None if each.declined else checked(field, each.value, today)
            yield _registered(
                field, value, declined=each.declined, known_on=each.known_on, reason=self.reason, today=today
            )
        yield AnswerSettled(field=each.field, outcome=Settled.TAKEN if each.take else Settled.KEPT)


def takes_words(field: Field) -> bool:
    """Whether the client may say something else than the options."""
    return isinstance(field.kind, Choice | Choices)


def _asked(key: str) -> Field:
    field = load()[key]
    if not field.asked_of_client:
        raise Refused("The questionnaire does not ask for this.", field=key)
    return field


def _is_known(mark: Mark | None) -> bool:
    return mark is not None and mark.state is State.KNOWN


def _registered(
    field: Field, value: Value, *, declined: bool, known_on: date, reason: str, today: date
) -> FieldRegistered | FieldDeclined:
    if not declined:
        return FieldRegistered(field=field.key, value=value, source=Source.QUESTIONNAIRE, known_on=known_on)
    return FieldDeclined(
        field=field.key,
        reason=required_text(reason, field="reason", longest=LONGEST_REASON),
        review_on=add_months(today, field.stale_after_months or ASKED_AGAIN_MONTHS),
    )
