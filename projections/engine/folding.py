"""One pass over the log, client by client: the rows of read models as they are, or were, for whoever needs them all."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from database.rows import Row
from eventlog.events import Event
from eventlog.log import EventLog
from eventlog.recording import StreamRow
from eventlog.sealing import StreamOpener
from projections.engine.readmodel import Projection, Rows, fold

EVENTS_AT_ONCE = 20000


@dataclass(frozen=True, slots=True)
class Folded:
    """What some whole streams came to: how many events they had, and the rows of each table."""

    streams: list[UUID]
    events: int
    rows: dict[Table, list[Row]]


def fold_all(
    log: EventLog,
    projections: Sequence[Projection],
    upto: int,
    *,
    buckets: Sequence[int] | None = None,
    before: datetime | None = None,
    rules: Any,
) -> Iterator[Folded]:
    """Fold the events up to a position; of some buckets only, if they are given.

    `rules` are those of the definitions, for read models that take them. With `before`, a stream ends with its first
    event recorded at that time or later: the rows as they were then.

    Raises:
        PoisonError: an event can't be used.
    """
    with log.placing(), _no_garbage_collection(), closing(log.by_stream(upto, buckets)) as streams:
        for chunk in _chunks(streams):
            yield _fold(log, projections, chunk, before, rules)


def opened(
    log: EventLog, upto: int, event_types: frozenset[type[Event]]
) -> Iterator[tuple[UUID, list[Event], StreamOpener]]:
    """Every stream that begins with one of these classes: its events up to a position, and what opens them.

    Raises:
        UnreadableError: an event can't be decoded.
    """
    with log.placing(), _no_garbage_collection(), closing(log.by_stream(upto)) as streams:
        for chunk in _chunks(streams):
            opener = log.opener([stream[0] for stream in chunk])
            for stored in chunk:
                events = log.load(stored)
                if events and type(events[0]) in event_types:
                    yield stored[0], events, opener.stream(stored[0])


def _chunks(streams: Iterator[StreamRow]) -> Iterator[list[StreamRow]]:
    chunk: list[StreamRow] = []
    size = 0
    for stored in streams:
        chunk.append(stored)
        size += len(stored[1])
        if size >= EVENTS_AT_ONCE:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    # Events and rows have no cycles and go when their chunk is done; looking for cycles takes as long as folding.
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _fold(
    log: EventLog, projections: Sequence[Projection], chunk: list[StreamRow], before: datetime | None, rules: Any
) -> Folded:
    stream_ids = [stream[0] for stream in chunk]
    opens = any(projection.decrypts for projection in projections)
    opener = log.opener(stream_ids if opens else [])
    found: dict[Table, list[Row]] = {table: [] for projection in projections for table in projection.tables}
    for stored in chunk:
        events = log.load(stored)
        # A clock that was put back may have dated a later event earlier; without what came before it makes no sense.
        if before is not None:
            events = list(takewhile(lambda event: event.recorded_at < before, events))

        def earlier(event: Event, events: list[Event] = events) -> Sequence[Event]:
            return events[: event.originator_version - 1]

        stream_id = stored[0]
        values = opener.stream(stream_id)
        kinds = frozenset(stored[1])
        into = [
            (projection, Rows(stream_id, projection.tables, values, earlier, None, rules))
            for projection in projections
            if not projection.beginnings.isdisjoint(kinds)
        ]
        fold(events, into)
        for projection, rows in into:
            for table in projection.tables:
                found[table].extend(rows.all(table))
    return Folded(stream_ids, sum(len(stored[1]) for stored in chunk), found)
