"""What both recorders share: which commands and keys come with an append, buckets, and how they refuse."""

from __future__ import annotations

import zlib
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from eventlog.door import Door
from eventlog.keyring import WrappedKey

BUCKETS = 64

# position, stream id, version, topic, state
Row = tuple[int, UUID, int, str, bytes]
# stream id, and of its events 1, 2, 3 … the topics and the states
StreamRow = tuple[UUID, Sequence[str], Sequence[bytes]]


class BrokenLogError(Exception):
    """A stream lacks an event: somebody changed the log's table."""


class StreamErasedError(Exception):
    """Nothing can be appended to a stream that was erased."""


def whole(row: StreamRow, last: int) -> StreamRow:
    """The row, if it has every event up to version `last`. Raises BrokenLogError."""
    if len(row[1]) != last:
        raise BrokenLogError(f"Stream {row[0]} has {len(row[1])} events, and its last one has number {last}.")
    return row


def bucket_of(stream_id: UUID | str) -> int:
    """The shard bucket (0 to 63) that all events of a stream are stored with."""
    return zlib.crc32(str(stream_id).encode()) % BUCKETS


@dataclass(frozen=True, slots=True)
class Erasure:
    """What erasing a stream leaves behind: when, by whom and why (a code), and never who it was."""

    stream_id: UUID
    erased_at: datetime
    reason: str
    actor: UUID | None


@dataclass(frozen=True, slots=True)
class Written:
    """One event that a command wrote: enough to give the same answer again."""

    position: int
    stream_id: UUID
    version: int
    topic: str


@dataclass(frozen=True, slots=True)
class Append:
    """What is written beside the events, in the same transaction.

    `commands` has for each event the id of its command and the event's ordinal in it, or None. `seen` is the
    incarnation of the log that the events were decided on, None where that doesn't matter.
    """

    commands: Sequence[tuple[UUID, int] | None] = ()
    new_keys: Sequence[WrappedKey] = field(default=())
    seen: str | None = None


class Recorder(Protocol):
    """What the event log asks of a recorder, PostgreSQL's or SQLite's."""

    door: Door

    def append(self, stored_events: Sequence[StoredEvent], append: Append) -> Sequence[int]: ...
    def erase(self, stored_event: StoredEvent, command_id: UUID, erasure: Erasure, seen: str | None = None) -> int: ...
    def reseal(self, stored_event: StoredEvent, command_id: UUID, key: WrappedKey, seen: str | None = None) -> int: ...
    def unfinished_erasures(self) -> int: ...
    def scrub(self) -> None: ...
    def erasures(self) -> list[Erasure]: ...
    def all_keys(self) -> list[WrappedKey]: ...
    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]: ...
    def select_command(self, command_id: UUID) -> list[Written]: ...
    def select_commands(self, command_ids: Sequence[UUID]) -> set[UUID]: ...
    def page(self, after: int, limit: int, upto: int | None = None) -> list[Row]: ...
    def versions(self, stream_id: UUID, versions: Sequence[int]) -> list[Row]: ...
    def of_streams(self, stream_ids: Sequence[UUID]) -> list[Row]: ...
    def at(self, places: Sequence[tuple[UUID, int]]) -> list[Row]: ...
    def by_stream(self, upto: int, buckets: Sequence[int] | None = None) -> Generator[StreamRow, None, None]: ...
    def count(self, upto: int, buckets: Sequence[int] | None = None) -> int: ...
    def head(self) -> int: ...
    def create_table(self) -> None: ...
    def as_library(self) -> ApplicationRecorder: ...
    def close(self) -> None: ...
