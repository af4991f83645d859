"""What both recorders share: which commands and keys come with an append, buckets, and how they refuse."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, StoredEvent

from database.door import Door
from eventlog.keyring import WrappedKey, Wrapping

BUCKETS = 64

# position, stream id, version, topic, state
Row = tuple[int, UUID, int, str, bytes]
# stream id, and of its events 1, 2, 3 … the topics and the states
StreamRow = tuple[UUID, Sequence[str], Sequence[bytes]]


class BrokenLogError(Exception):
    """A stream lacks an event: somebody changed the log's table."""


class StreamErasedError(Exception):
    """Nothing can be appended to a stream that was erased."""

    outcome = "refused"


class KeyRotatedError(Exception):
    """A key was wrapped by a key-encryption key that does not wrap this vault, or no longer; nothing was stored."""


def require_complete(row: StreamRow, last: int) -> StreamRow:
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


@dataclass(frozen=True, slots=True)
class Halves:
    """What log and vault say of each other, as they were found: which vault the log was bound to, and whether it has
    events; how the vault is wrapped, and whether it has keys."""

    bound_to: UUID | None
    has_events: bool
    wrapping: Wrapping | None
    has_keys: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """Of the log's first streams that must have a key, how many were looked at and how many have one; and for each
    key-encryption key that the vault names how many keys it wraps, and some of them."""

    sealed: int
    with_key: int
    samples: Sequence[tuple[int, Sequence[WrappedKey]]]


# Wraps a key anew; None where it can't be opened.
Rewrap = Callable[[WrappedKey], WrappedKey | None]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some keys that were wrapped anew: up to which stream, how many, and how many couldn't be opened."""

    upto: UUID
    moved: int
    shut: int


class Recorder(Protocol):
    """What the event log asks of a recorder, PostgreSQL's or SQLite's."""

    door: Door

    def append(self, stored_events: Sequence[StoredEvent], append: Append) -> Sequence[int]: ...
    def erase(self, stored_event: StoredEvent, command_id: UUID, erasure: Erasure, seen: str | None = None) -> int: ...
    def reseal(self, stored_event: StoredEvent, command_id: UUID, key: WrappedKey, seen: str | None = None) -> int: ...
    def finish_erasures(self) -> int: ...
    def scrub(self) -> bool: ...
    def erasures(self) -> list[Erasure]: ...
    def all_keys(self) -> list[WrappedKey]: ...
    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]: ...
    def erased(self, stream_ids: Iterable[UUID]) -> set[UUID]: ...
    def without_key(self, topics: Sequence[str]) -> list[UUID]: ...
    def keys_after(self, after: UUID | None, limit: int) -> list[WrappedKey]: ...
    def vault_place(self) -> str: ...
    def halves(self) -> Halves: ...
    def evidence(self, topics: Sequence[str]) -> Evidence: ...
    def bind(self, wrapping: Wrapping) -> None: ...
    def keep_key(self, key: WrappedKey) -> None: ...
    def wrapping(self) -> Wrapping | None: ...
    def hand_over(self, old_kek_id: str, wrapping: Wrapping) -> None: ...
    def rewrap(self, kek_id: str, after: UUID | None, limit: int, anew: Rewrap) -> Batch | None: ...
    def end_rotation(self, kek_id: str) -> None: ...
    def keys_by_kek(self) -> Mapping[str, int]: ...
    def select_command(self, command_id: UUID) -> list[Written]: ...
    def select_commands(self, command_ids: Sequence[UUID]) -> set[UUID]: ...
    def page(self, after: int, limit: int, upto: int | None = None, without: Collection[str] = ()) -> list[Row]: ...
    def versions(self, stream_id: UUID, versions: Sequence[int]) -> list[Row]: ...
    def of_streams(self, stream_ids: Sequence[UUID]) -> list[Row]: ...
    def at(self, places: Sequence[tuple[UUID, int]]) -> list[Row]: ...
    def by_stream(self, upto: int, buckets: Sequence[int] | None = None) -> Generator[StreamRow, None, None]: ...
    def count(self, upto: int, buckets: Sequence[int] | None = None) -> int: ...
    def head(self) -> int: ...
    def create_table(self) -> None: ...
    def as_library(self) -> ApplicationRecorder: ...
    def close(self) -> None: ...
