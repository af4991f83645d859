"""A signal, folded from its events, and what its events and commands have in common."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import AMSTERDAM, local_day
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

LONGEST = 2000


class Kind(StrEnum):
    """What people argue about."""

    DATA_QUALITY = "data_quality"
    SERVICE_QUALITY = "service_quality"
    REPRESENTATION = "representation"
    DEFINITION = "definition"
    USABILITY = "usability"
    FAULT = "fault"
    IDEA = "idea"


class SignalState(StrEnum):
    LOGGED = "logged"
    NEEDS_ANSWER = "needs_answer"
    TRIAGED = "triaged"
    IN_DISCUSSION = "in_discussion"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    PLANNED = "planned"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"


# Nothing more happens to these by itself.
ENDED = frozenset({SignalState.DECLINED, SignalState.DUPLICATE, SignalState.DELIVERED, SignalState.CONFIRMED})


class Within(msgspec.Struct, frozen=True):
    """In how many working days a signal is triaged and answered."""

    triage: int = 5
    answer: int = 20


@dataclass(slots=True)
class Signal:
    """One signal. `reporter` is None where it was logged without a name; `before` is where a question or a mark as
    duplicate leads back to; `carried` has the voices that came with each duplicate of it."""

    id: UUID
    version: int = 0
    state: SignalState = SignalState.LOGGED
    before: SignalState = SignalState.LOGGED
    reporter: UUID | None = None
    nameless: bool = False
    supporters: set[UUID] = dataclasses.field(default_factory=set)
    followers: set[UUID] = dataclasses.field(default_factory=set)
    carried: dict[UUID, tuple[set[UUID], set[UUID]]] = dataclasses.field(default_factory=dict)
    duplicate_of: UUID | None = None
    team: UUID | None = None
    person: UUID | None = None
    delivered_on: date | None = None
    helped: set[UUID] = dataclasses.field(default_factory=set)
    reporter_helped: bool = False
    kind: Kind | None = None
    field: str | None = None

    @property
    def voices(self) -> set[UUID]:
        """Everybody who supports it, by a duplicate too."""
        return self.supporters.union(*(supporters for supporters, _ in self.carried.values()))

    @property
    def hearers(self) -> set[UUID]:
        """Everybody who hears what becomes of it, but for one who logged it without a name."""
        heard = self.voices | self.followers
        heard = heard.union(*(followers for _, followers in self.carried.values()))
        return heard | ({self.reporter} if self.reporter else set())


class SignalEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a signal."""

    category: ClassVar[str] = "signal"

    def apply(self, signal: Signal) -> None:
        """Change the folded signal accordingly."""


evolve_signal: Evolve[Signal] = evolver(Signal, SignalEvent)


class SignalCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one signal, by a viewer. `as_reporter`: the viewer logged it without a name, which only the sealed
    reporter tells."""

    signal_id: UUID
    viewer: Viewer
    as_reporter: bool = False

    @property
    def stream_id(self) -> UUID:
        return self.signal_id

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        """The events that follow. Raises Refused when none may."""
        raise NotImplementedError

    def is_reporter(self, signal: Signal) -> bool:
        return signal.reporter == self.viewer.account_id or (signal.nameless and self.as_reporter)


def existing(signal: Signal | None) -> Signal:
    if signal is None:
        raise Refused("There is no such signal.")
    return signal


def nameless(context: CommandContext) -> CommandContext:
    """The moment of a step by one who logged without a name: no actor, and of the time the day only."""
    midnight = datetime.combine(local_day(context.at), time(), AMSTERDAM)
    return CommandContext(midnight, None)
