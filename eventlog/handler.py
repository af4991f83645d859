"""Carrying out commands: fold the stream, decide, append; exactly once for a command id, retried when outrun."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any, Generic, TypeVar
from uuid import UUID

from eventsourcing.application import AggregateNotFoundError, LRUCache, Repository
from eventsourcing.persistence import IntegrityError, PersistenceError

from eventlog import outcome
from eventlog.commands import Aggregate, Answer, Command, CommandContext, Decision, Evolve, Step
from eventlog.events import Event
from eventlog.log import EventLog, stamped
from eventlog.observing import BUSY, REPEATED, UNCHANGED, Observation, Observe, observed, outcome_of, unobserved
from eventlog.recording import StreamErasedError
from eventlog.repeats import Asked, written_before

ATTEMPTS = 12
# Others were faster: what was decided on is no longer so, and looked at again the answer may be another.
OUTRUN = (IntegrityError, StreamErasedError)


A = TypeVar("A", bound=Aggregate)


class BusyError(Exception):
    """Others kept changing the same stream; the command was not stored and can be sent again."""

    outcome = BUSY


class NothingToDoError(Exception):
    """A command changes nothing."""


class _Remembered(Generic[A]):
    """What a handler keeps of one incarnation of the log: after a restore, nothing of it holds any more."""

    def __init__(self, log: EventLog, cache_size: int) -> None:
        self.seen = log.seen
        self.repository: Repository[UUID] = Repository(log.store, cache_maxsize=cache_size)
        # States after our own commands, without personal values. What is in here is never changed.
        self.states: LRUCache[UUID, A] = LRUCache(cache_size)


class Handler(Generic[A]):
    """Handles the commands of one kind of aggregate.

    `evolve` folds events into a state. `pause` is called with the number of the
    attempt before each retry, to wait a little, with jitter. `observe` is told what
    became of each command.
    """

    def __init__(
        self,
        log: EventLog,
        evolve: Evolve[A],
        pause: Callable[[int], None],
        *,
        cache_size: int = 1000,
        observe: Observe = unobserved,
    ) -> None:
        self._log = log
        self.observe = observe
        self._evolve = evolve
        self._pause = pause
        self._cache_size = cache_size
        self._kept: _Remembered[A] | None = None

    def _remembered(self) -> _Remembered[A]:
        kept = self._kept
        if kept is None or kept.seen != self._log.seen:
            kept = self._kept = _Remembered(self._log, self._cache_size)
        return kept

    def state(self, stream_id: UUID) -> A | None:
        """The stream folded up to now, None where there is none; without personal values.

        Raises:
            PoisonError: an event of it can't be used.
        """
        return self._state(stream_id, self._remembered())

    def _state(self, stream_id: UUID, kept: _Remembered[A]) -> A | None:
        try:
            with self._log.placing():
                return kept.repository.get(stream_id, projector_func=self._evolve)
        except AggregateNotFoundError:
            return None

    def handle(self, command: Command[A], context: CommandContext, command_id: UUID) -> Answer:
        """Carry out a command; the same id again has no effect and gets the same answer.

        Raises:
            Whatever the decision raises when it refuses, BusyError when others were faster all the time.
        """
        return self.handle_all([Step(command, context, command_id)])

    def handle_all(self, steps: Sequence[Step[A]]) -> Answer:
        """Carry out commands of one stream in one transaction: all of them or none."""
        with observed(self.observe, [step.command for step in steps]) as seen:
            return self._handle_all(steps, seen)

    def _handle_all(self, steps: Sequence[Step[A]], seen: Observation) -> Answer:
        stream_id = steps[0].command.stream_id
        if answer := self._from_memory(steps):
            return answer
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(attempt)
            try:
                kept = self._remembered()
                return self._carry_out(self._state(stream_id, kept), steps, kept)
            except NothingToDoError:
                seen.outcome = UNCHANGED
                return Answer(stream_id, self._log.head(), 0)
            except OUTRUN:
                if answer := self._answer_before(steps, seen):
                    return answer
            except PersistenceError:
                # Whether it was stored can't be asked now; sent again, it gets its answer.
                raise
            except Exception:
                # A repeat is refused by what its own first time did: then the first answer holds.
                if answer := self._answer_before(steps, seen):
                    return answer
                raise
        raise BusyError("Others are changing this at the same moment. Nothing was saved; please send it again.")

    def _from_memory(self, steps: Sequence[Step[A]]) -> Answer | None:
        """Carry out commands on the state after our own last one, which most likely still holds: appending proves it.

        None where that is not so, or where nothing comes of them: then the stream must be looked at.
        """
        stream_id = steps[0].command.stream_id
        kept = self._remembered()
        try:
            remembered = kept.states.get(stream_id)
        except KeyError:
            return None
        try:
            return self._carry_out(remembered, steps, kept)
        except Exception as error:
            if isinstance(error, PersistenceError) and not isinstance(error, IntegrityError):
                raise
            with suppress(KeyError):
                kept.states.get(stream_id, evict=True)
            return None

    def _carry_out(self, state: A | None, steps: Sequence[Step[A]], kept: _Remembered[A]) -> Answer:
        stream_id = steps[0].command.stream_id
        decision = self._decide(state, steps, kept.seen)
        if not decision.events:
            raise NothingToDoError
        positions = self._log.append(decision.events, decision.marks, kept.seen)
        evolved = self._evolve(deepcopy(state), decision.events)
        if evolved is not None:
            kept.states.put(stream_id, evolved)
        return Answer(stream_id, positions[-1], len(positions))

    def _answer_before(self, steps: Sequence[Step[A]], seen: Observation) -> Answer | None:
        return _answer_before(self._log, [(self._evolve, step) for step in steps], seen)

    def decide(self, steps: Sequence[Step[A]], *, new: bool = False) -> Decision:
        """What commands of one stream come to, without recording it: for batches of many streams.

        A stream that is known to be `new` is not looked up. Should it be there after all, it can't be recorded.
        """
        try:
            return self._decide_now(steps, new=new)
        except Exception as error:
            # They come to nothing; those that come to something are told of when they are recorded.
            for step in steps:
                self.observe(type(step.command).__name__, outcome_of(error), 0.0)
            raise

    def _decide_now(self, steps: Sequence[Step[A]], *, new: bool = False) -> Decision:
        kept = self._remembered()
        return self._decide(None if new else self._state(steps[0].command.stream_id, kept), steps, kept.seen)

    def _decide(self, state: A | None, steps: Sequence[Step[A]], seen: str) -> Decision:
        stream_id = steps[0].command.stream_id
        decision = Decision([], [], [step.command for step in steps], seen)
        if len(steps) > 1:
            state = deepcopy(state)
        for step in steps:
            version = state.version if state else 0
            decided = [
                stamped(
                    event,
                    originator_id=stream_id,
                    originator_version=version + nth,
                    recorded_at=step.context.at,
                    # What somebody else said before, and is only brought here, keeps who said it.
                    actor=event.actor or step.context.actor,
                    recorded_for=event.recorded_for if event.actor else step.context.recorded_for,
                )
                for nth, event in enumerate(step.command.decide(state, step.context), start=1)
            ]
            decision.events.extend(decided)
            decision.marks.extend((step.command_id, ordinal) for ordinal in range(len(decided)))
            if len(steps) > 1:
                state = self._evolve(state, decided)
        return decision

    def record(self, decisions: Sequence[Decision]) -> int:
        """Append many streams' decisions in one transaction; the last position. Raises IntegrityError as a whole."""
        with observed(self.observe, [command for decision in decisions for command in decision.commands]):
            return self._record(decisions)

    def _record(self, decisions: Sequence[Decision]) -> int:
        events = [event for decision in decisions for event in decision.events]
        marks = [mark for decision in decisions for mark in decision.marks]
        # Decided on different incarnations, they can't be recorded together: the first one's is outdated.
        seen = decisions[0].seen if decisions else None
        return self._log.append(events, marks, seen)[-1] if events else self._log.head()

    def erase(self, command: Command[A], context: CommandContext, command_id: UUID, reason: str) -> Answer:
        """Carry out the command that erases its stream: its one event, the key and the tombstone together."""
        return self._with_key(
            Step(command, context, command_id),
            lambda step: step,
            lambda event, seen: self._log.erase(event, command_id, reason, seen),
        )

    def reseal(
        self,
        command: Command[A],
        context: CommandContext,
        command_id: UUID,
        complete: Callable[[Command[A]], Command[A]] = lambda command: command,
    ) -> Answer:
        """Carry out the command whose one event is sealed under a new key, and destroy the key of before.

        `complete` puts into the command what is to be kept of what the key of before sealed, anew for each attempt:
        what others record meanwhile can't be opened afterwards any more.
        """
        return self._with_key(
            Step(command, context, command_id),
            lambda step: replace(step, command=complete(step.command)),
            lambda event, seen: self._log.reseal(event, command_id, seen),
        )

    def _with_key(
        self,
        step: Step[A],
        complete: Callable[[Step[A]], Step[A]],
        record: Callable[[Event, str | None], int],
    ) -> Answer:
        with observed(self.observe, [step.command]) as seen:
            return self._record_with_key(step, complete, record, seen)

    def _record_with_key(
        self,
        step: Step[A],
        complete: Callable[[Step[A]], Step[A]],
        record: Callable[[Event, str | None], int],
        seen: Observation,
    ) -> Answer:
        for attempt in range(ATTEMPTS):
            if attempt:
                self._pause(attempt)
            try:
                kept = self._remembered()
                state = self._state(step.command.stream_id, kept)
                # After the state: what was recorded between the two is seen here, and outruns what is decided there.
                step = complete(step)
                decision = self._decide(state, [step], kept.seen)
                (event,) = decision.events
                return Answer(step.command.stream_id, record(event, decision.seen), 1)
            except Exception as error:
                if answer := self._answer_before([step], seen):
                    return answer
                if not isinstance(error, OUTRUN):
                    raise
        raise BusyError("Others are changing this at the same moment. Nothing was erased; please try again.")


def handle_together(
    log: EventLog, parts: Sequence[tuple[Handler[Any], Sequence[Step[Any]]]], pause: Callable[[int], None]
) -> Answer:
    """Carry out commands of several streams, of several kinds, in one transaction: all of them or none.

    Each part has steps of one stream; those of several parts about the same one follow on each other. The answer is
    that of the first stream. Raises what a decision raises, BusyError when others were faster all the time.
    """
    commands = [step.command for _, steps in parts for step in steps]
    with observed(parts[0][0].observe, commands) as seen:
        return _handle_together(log, _stream_by_stream(parts), pause, seen)


def _handle_together(
    log: EventLog,
    parts: Sequence[tuple[Handler[Any], Sequence[Step[Any]]]],
    pause: Callable[[int], None],
    seen: Observation,
) -> Answer:
    first = parts[0][1][0]
    asked = [(handler._evolve, step) for handler, several in parts for step in several]
    for attempt in range(ATTEMPTS):
        if attempt:
            pause(attempt)
        try:
            decisions = [handler._decide_now(several) for handler, several in parts]
            recorded = sum(len(decision.events) for decision in decisions)
            return Answer(first.command.stream_id, parts[0][0]._record(decisions), recorded)
        except OUTRUN:
            if answer := _answer_before(log, asked, seen):
                return answer
        except PersistenceError:
            raise
        except Exception:
            if answer := _answer_before(log, asked, seen):
                return answer
            raise
    raise BusyError("Others are changing this at the same moment. Nothing was saved; please send it again.")


def _stream_by_stream(
    parts: Sequence[tuple[Handler[Any], Sequence[Step[Any]]]],
) -> list[tuple[Handler[Any], list[Step[Any]]]]:
    """The same steps, each stream once, since two decisions on the same version could not both be stored."""
    found: dict[UUID, tuple[Handler[Any], list[Step[Any]]]] = {}
    for handler, steps in parts:
        found.setdefault(steps[0].command.stream_id, (handler, []))[1].extend(steps)
    return list(found.values())


def _answer_before(log: EventLog, asked: Sequence[Asked], seen: Observation) -> Answer | None:
    """The answer that these commands were given the first time; None when they never came through."""
    written = written_before(log, asked)
    if not written:
        return None
    outcome.note(outcome.Outcome.STORED)
    seen.outcome = REPEATED
    return Answer(written[0].stream_id, max(event.position for event in written), len(written))
