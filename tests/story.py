"""Stories of one aggregate: what had happened, what somebody wants, and what comes of it; without a database."""

from __future__ import annotations

from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from domain.refusal import Refused
from eventlog.commands import Aggregate, Command, CommandContext, Evolve, given
from eventlog.events import Event

A = TypeVar("A", bound=Aggregate)


class Story(Generic[A]):
    """`Story(evolve, stream_id).given(...).when(command, context).then(...)`, or `.refused("a part of it")`."""

    def __init__(self, evolve: Evolve[A], stream_id: UUID) -> None:
        self._evolve = evolve
        self._stream_id = stream_id
        self._before: list[Event] = []
        self._happened: list[Event] | None = None
        self._no: Refused | None = None

    def given(self, *events: Event, by: UUID | None = None) -> Story[A]:
        """What had happened, done by somebody."""
        self._before += [msgspec.structs.replace(event, actor=by) for event in events]
        return self

    def when(self, command: Command[A], context: CommandContext) -> Story[A]:
        """What somebody wants. What comes of it has happened, too, for whatever follows."""
        state: Any = given(self._evolve, self._stream_id, self._before) if self._before else None
        try:
            self._happened, self._no = list(command.decide(state, context)), None
            self._before += [msgspec.structs.replace(event, actor=context.actor) for event in self._happened]
        except Refused as refused:
            self._happened, self._no = None, refused
        return self

    def then(self, *events: Event) -> Story[A]:
        """What happened by the last command: these events, and no others."""
        assert self._no is None, f"refused: {self._no}"
        assert self._happened == list(events)
        return self

    def refused(self, part: str, field: str | None = None) -> Story[A]:
        """The last command was refused, with this in the sentence and about this field."""
        assert self._no is not None, f"it was done: {self._happened}"
        assert part in str(self._no) and self._no.field == field, (str(self._no), self._no.field)
        return self
