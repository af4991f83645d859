"""Counting a figure again from the raw log: who counts, who does not and why, out of how many events."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from uuid import UUID

from domain.client import FIRST_EVENTS, ClientErased
from domain.definition import definition_id
from eventlog.events import Event
from eventlog.log import EventLog
from explaining.defined import SUBJECTS, Chosen, Defined, defined
from explaining.figures import Figure
from explaining.life import AMSTERDAM, Life, Opened, that_stand

EVENTS_AT_ONCE = 20_000
FEWEST_OF_A_MEDIAN = 5


@dataclass(frozen=True, slots=True)
class When:
    """A day, and the moment by which something had to be recorded to be known; None for all that is recorded."""

    day: date
    known_by: datetime | None = None

    @classmethod
    def end_of(cls, day: date) -> When:
        """A day when it is over in Amsterdam."""
        return cls(day, datetime.combine(day + timedelta(days=1), time(), AMSTERDAM))


@dataclass(frozen=True, slots=True)
class Of:
    """Whose clients are counted: of a team, of a coach, or everybody's."""

    team: UUID | None = None
    coach: UUID | None = None

    def includes(self, life: Life) -> bool:
        """As far as the client's file has begun: an application is nobody's."""
        return (self.team is None or life.team == self.team) and (self.coach is None or life.coach == self.coach)


@dataclass(frozen=True, slots=True)
class Stream:
    """One client's events, whatever became of them, and what opens them."""

    client_id: UUID
    events: Sequence[Event]
    opened: Opened

    def known(self, when: When, by: Defined) -> Life:
        """The life as it was known by a moment. A clock that was put back may have dated a later event earlier: without
        what came before, it makes no sense."""
        lost = isinstance(self.events[-1], ClientErased)
        events = self.events
        if when.known_by is not None:
            upto = next((n for n, e in enumerate(events) if e.recorded_at >= when.known_by), len(events))
            lost, events = lost and upto < len(events), events[:upto]
        else:
            lost = False
        return Life(self.client_id, that_stand(events), self.opened, by, lost)


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure counted again. `clients` are those who count in it, `excluded` how many do not, by the first reason that
    holds; `events` and `beside` how many events were read, and how many clients are not among those asked about."""

    figure: Figure
    when: When
    of: Of
    by: Defined
    number: int | None
    clients: frozenset[UUID]
    excluded: Mapping[str, int]
    beside: int
    events: int
    position: int


def client_streams(log: EventLog, upto: int) -> Iterator[Stream]:
    """Every client's stream, up to a position."""
    with log.placing(), closing(log.by_stream(upto)) as stored:
        chunk: list[list[Event]] = []
        size = 0
        for one in stored:
            events = log.load(one)
            if not events or type(events[0]) not in FIRST_EVENTS:
                continue
            chunk.append(events)
            size += len(events)
            if size >= EVENTS_AT_ONCE:
                yield from _opened(log, chunk)
                chunk, size = [], 0
        yield from _opened(log, chunk)


def _opened(log: EventLog, chunk: Sequence[list[Event]]) -> Iterator[Stream]:
    ids = [events[0].originator_id for events in chunk]
    opener = log.opener(ids)
    for stream_id, events in zip(ids, chunk, strict=True):
        yield Stream(stream_id, events, opener.value)


def streams_of(log: EventLog, client_ids: Sequence[UUID]) -> Iterator[Stream]:
    """The streams of some clients."""
    yield from _opened(log, [events for _, events in log.streams(client_ids) if events])


def definition_events(log: EventLog) -> list[Event]:
    """All that was ever revised, or withdrawn, of any definition."""
    return [event for _, events in log.streams([definition_id(subject) for subject in SUBJECTS]) for event in events]


def count_in_log(log: EventLog, figure: Figure, when: When, of: Of, chosen: Sequence[Chosen] = ()) -> Counted:
    """A figure by every event of the log.

    Raises:
        NoSuchVersionError: there is no such version of a definition.
        PoisonError: an event can't be used.
    """
    position = log.head()
    by = defined(definition_events(log), when.day, when.known_by, chosen)
    return count(client_streams(log, position), figure, when, of, by, position)


def count(streams: Iterable[Stream], figure: Figure, when: When, of: Of, by: Defined, position: int = 0) -> Counted:
    """A figure of these clients."""
    excluded: Counter[str] = Counter()
    numbers: dict[UUID, int] = {}
    beside = events = 0
    for stream in streams:
        life = stream.known(when, by)
        if not life.events:
            continue
        events += len(life.events)
        if life.begun and not of.includes(life):
            beside += 1
        elif reason := why_not(life, figure, when.day):
            excluded[reason] += 1
        else:
            numbers[life.client_id] = figure.measure(life, when.day)
    number = _median(numbers.values()) if figure.median else sum(numbers.values())
    return Counted(figure, when, of, by, number, frozenset(numbers), dict(excluded), beside, events, position)


def why_not(life: Life, figure: Figure, day: date) -> str | None:
    """The first reason for which a client does not count in a figure on a day; None for one who does."""
    return next((step.excluded for step in figure.steps if not step.passes(life, day)), None)


def _median(numbers: Iterable[int]) -> int | None:
    found = sorted(numbers)
    return int(median(found)) if len(found) >= FEWEST_OF_A_MEDIAN else None
