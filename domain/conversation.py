"""The monthly conversation of a team manager with a coach: about development, on figures that both see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.refusal import Refused
from domain.text import required_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event, Personal

LONGEST = 4000
LONGEST_PROMISE = 500
# How many of the own clients the coach brings along.
MOST_CASES = 2


@dataclass(slots=True)
class Conversation:
    """One conversation, folded from events."""

    id: UUID
    version: int = 0
    coach: UUID | None = None
    planned_by: UUID | None = None
    seen: bool = False
    noted: bool = False
    agreed: bool = False
    held_on: date | None = None
    cases: tuple[UUID, ...] = ()
    # what the manager promised, and whether that was done
    promises: dict[UUID, bool] = field(default_factory=dict)


# events


class ConversationEvent(Event, frozen=True, kw_only=True):
    """Something that happened around one conversation."""

    category: ClassVar[str] = "conversation"

    def apply(self, conversation: Conversation) -> None:
        """Change the folded conversation accordingly."""


class ConversationPlanned(ConversationEvent, frozen=True):
    """A conversation was planned; the coach's own figures of that day go with it, by name."""

    coach: UUID
    team: UUID
    held_on: date
    figures: Personal[list[tuple[str, int]]]

    def apply(self, conversation: Conversation) -> None:
        conversation.coach = self.coach
        conversation.planned_by = self.actor
        conversation.held_on = self.held_on


class SheetSeen(ConversationEvent, frozen=True):
    """The coach has seen the sheet, and from now on the manager may; with a remark, or without."""

    remark: Personal[str] | None

    def apply(self, conversation: Conversation) -> None:
        conversation.seen = True


class AgreementNoted(ConversationEvent, frozen=True):
    """What was agreed, as one of the two wrote it down."""

    text: Personal[str]

    def apply(self, conversation: Conversation) -> None:
        conversation.noted = True
        conversation.agreed = False


class AgreementConfirmed(ConversationEvent, frozen=True):
    """The other of the two says that this is what was agreed."""

    def apply(self, conversation: Conversation) -> None:
        conversation.agreed = True


class CasesChosen(ConversationEvent, frozen=True):
    """The coach chose which of the own clients to talk about, by their ids; none of them takes the choice back."""

    cases: tuple[UUID, ...]

    def apply(self, conversation: Conversation) -> None:
        conversation.cases = self.cases


class ManagerPromised(ConversationEvent, frozen=True):
    """The manager promised something by a day, apart from what both agreed."""

    promise_id: UUID
    text: Personal[str]
    due_on: date

    def apply(self, conversation: Conversation) -> None:
        conversation.promises[self.promise_id] = False


class ManagerPromiseMarked(ConversationEvent, frozen=True):
    """One of the two says that what the manager promised is done, or is still open after all."""

    promise_id: UUID
    done: bool

    def apply(self, conversation: Conversation) -> None:
        conversation.promises[self.promise_id] = self.done


CONVERSATION_EVENTS: tuple[type[ConversationEvent], ...] = (
    ConversationPlanned,
    SheetSeen,
    AgreementNoted,
    AgreementConfirmed,
    CasesChosen,
    ManagerPromised,
    ManagerPromiseMarked,
)


evolve_conversation: Evolve[Conversation] = evolver(Conversation, ConversationEvent)


# commands


class ConversationCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one conversation."""

    conversation_id: UUID

    @property
    def stream_id(self) -> UUID:
        return self.conversation_id


class PlanConversation(ConversationCommand, frozen=True):
    """Plan a conversation with a coach, on the coach's own figures of today."""

    coach: UUID
    team: UUID
    held_on: date
    figures: Mapping[str, int]

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        if conversation is not None:
            raise Refused("This conversation has already been planned.")
        if self.held_on < local_day(context.at):
            raise Refused("Choose today or a later day.", field="held_on")
        within_reach(self.held_on, local_day(context.at), field="held_on")
        planned = ConversationPlanned(
            coach=self.coach, team=self.team, held_on=self.held_on, figures=list(self.figures.items())
        )
        return [planned]


class ShareSheet(ConversationCommand, frozen=True):
    """Say that one has seen the own sheet, with a remark or without."""

    remark: str = ""

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        conversation = _of(conversation, context)
        if conversation.coach != context.actor:
            raise Refused("Only the coach whose figures these are can do this.")
        text = self.remark.strip()
        return [SheetSeen(remark=required_text(text, field="remark", longest=LONGEST) if text else None)]


class NoteAgreement(ConversationCommand, frozen=True):
    """Write down what was agreed; the other confirms it."""

    text: str

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        _of(conversation, context)
        return [AgreementNoted(text=required_text(self.text, field="text", longest=LONGEST))]


class ConfirmAgreement(ConversationCommand, frozen=True):
    """Confirm what the other wrote down. `noted_by` is who wrote it."""

    noted_by: UUID | None

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        conversation = _of(conversation, context)
        if not conversation.noted:
            raise Refused("Nothing was written down yet.")
        if self.noted_by == context.actor:
            raise Refused("The other of you confirms what you wrote.")
        return [] if conversation.agreed else [AgreementConfirmed()]


class ChooseCases(ConversationCommand, frozen=True):
    """Choose whom of the own clients to talk about. Whose clients they are, the operation asks."""

    cases: Sequence[UUID]

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        conversation = _of(conversation, context)
        if conversation.coach != context.actor:
            raise Refused("The coach chooses which clients to talk about.")
        if conversation.held_on is not None and conversation.held_on < local_day(context.at):
            raise Refused("This conversation is over. Choose clients for the next one.")
        cases = tuple(dict.fromkeys(self.cases))
        if len(cases) > MOST_CASES:
            raise Refused("Choose two clients at most.", field="first")
        return [] if cases == conversation.cases else [CasesChosen(cases=cases)]


class PromiseToCoach(ConversationCommand, frozen=True):
    """Write down what one promises the coach as a manager, and by which day."""

    promise_id: UUID
    text: str
    due_on: date

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        conversation = _of(conversation, context)
        if conversation.planned_by != context.actor:
            raise Refused("The manager writes down what the manager promised.")
        if self.promise_id in conversation.promises:
            raise Refused("This promise is written down already.")
        text = required_text(self.text, field="promise", longest=LONGEST_PROMISE)
        if self.due_on < local_day(context.at):
            raise Refused("Choose today or a later day.", field="due_on")
        within_reach(self.due_on, local_day(context.at), field="due_on")
        return [ManagerPromised(promise_id=self.promise_id, text=text, due_on=self.due_on)]


class MarkPromise(ConversationCommand, frozen=True):
    """Say that what the manager promised is done, or is still open after all: either of the two may."""

    promise_id: UUID
    done: bool

    def decide(self, conversation: Conversation | None, context: CommandContext) -> Sequence[ConversationEvent]:
        conversation = _of(conversation, context)
        if self.promise_id not in conversation.promises:
            raise Refused("There is no such promise in this conversation.")
        if conversation.promises[self.promise_id] == self.done:
            return []
        return [ManagerPromiseMarked(promise_id=self.promise_id, done=self.done)]


def _of(conversation: Conversation | None, context: CommandContext) -> Conversation:
    if conversation is None or context.actor not in (conversation.coach, conversation.planned_by):
        raise Refused("There is no such conversation.")
    return conversation
