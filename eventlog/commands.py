"""Commands, what they are decided on and what comes of them: the words that whoever handles one needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from eventlog.events import Event
from eventlog.log import stamped
from eventlog.poison import FoldError


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Who acts, when and on whose behalf: handed in from above, so that nothing below asks the clock."""

    at: datetime
    actor: UUID | None = None
    # whom the actor stands in for
    recorded_for: UUID | None = None


class Aggregate(Protocol):
    """What an aggregate must have to be folded, cached and decided upon."""

    version: int

    @property
    def id(self) -> UUID: ...


A = TypeVar("A", bound=Aggregate)
A_contra = TypeVar("A_contra", bound=Aggregate, contravariant=True)
# Folds recorded events of one stream, in order, into what they make; None before the first.
Evolve = Callable[[A | None, Iterable[Event]], A | None]


class Command(Protocol[A_contra]):
    """A wish: decides, from what the stream has become, which events happen; raises when none may."""

    @property
    def stream_id(self) -> UUID: ...
    def decide(self, state: A_contra | None, context: CommandContext) -> Sequence[Event]: ...


@dataclass(frozen=True, slots=True)
class Step(Generic[A]):
    """A command with its moment and its id."""

    command: Command[A]
    context: CommandContext
    command_id: UUID


@dataclass(frozen=True, slots=True)
class Decision:
    """The events that commands came to, not yet recorded, each with its command's id and ordinal."""

    events: list[Event]
    marks: list[tuple[UUID, int] | None]
    commands: list[Command[Any]]
    # the incarnation of the log that was decided on
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to: its stream, and the position that a read model must reach to show it."""

    stream_id: UUID
    position: int
    events: int


def evolver(make: Callable[[UUID], A], kind: type[Event]) -> Evolve[A]:
    """How aggregates are folded whose events, all of a kind, apply themselves; `make` gives one for a stream of nothing
    yet. A stream of events of another kind is none of these aggregates, whoever asks for its id."""

    def evolve(aggregate: A | None, events: Iterable[Event]) -> A | None:
        for event in events:
            if aggregate is None:
                if not isinstance(event, kind):
                    return None
                aggregate = make(event.originator_id)
            aggregate.version = event.originator_version
            try:
                event.apply(aggregate)
            except Exception as error:
                raise FoldError(event, error) from error
        return aggregate

    return evolve


def given(evolve: Evolve[Any], stream_id: UUID, events: Iterable[Event]) -> Any:
    """Fold events that were not recorded, stamped one after another: for tests and previews."""
    return evolve(None, [stamped(e, originator_id=stream_id, originator_version=n) for n, e in enumerate(events, 1)])
