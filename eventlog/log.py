"""The event log: append sealed events, read them back in order, find what a command wrote, erase a stream."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import groupby
from operator import itemgetter
from typing import TypeVar
from uuid import UUID

import msgspec
from eventsourcing.persistence import EventStore, PersistenceError

from eventlog import outcome
from eventlog.events import Event, Page, Recorded, Sealed, shape_of, topics
from eventlog.keyring import Hanging, KeyGoneError, Keyring, VaultError, WrappedKey
from eventlog.mapper import SealingMapper
from eventlog.marks import MARKS
from eventlog.poison import PoisonError
from eventlog.recording import (
    Append,
    Erasure,
    KeyRotatedError,
    Recorder,
    Row,
    StreamErasedError,
    StreamRow,
    Written,
)
from eventlog.rotation import Rotated, rotate
from eventlog.sealing import Opener, Place, StreamKey, StreamOpener
from eventlog.unopened import Unopened, unopened
from eventlog.vaults import judge

T = TypeVar("T")
ATTEMPTS = 3  # a rotation may come between twice, if another one follows at once


class EventLog:
    """One log, one order, for every kind of stream.

    `recorder` stores the bytes, `keyring` seals personal values, `event_types` lists every class ever recorded; `marks`
    makes keyed marks. Whatever reads events raises UnreadableError for one that can't be decoded.
    """

    def __init__(self, recorder: Recorder, keyring: Keyring, event_types: Iterable[type[Event]]) -> None:
        self._recorder, self._keyring = recorder, keyring
        self.marks = keyring.marks
        self._topics = topics(event_types)
        self._personal_topics = [topic for topic, kind in self._topics.items() if shape_of(kind).personal]
        self.mapper = SealingMapper(self._topics)
        self.store: EventStore[UUID] = EventStore(self.mapper, recorder.as_library())

    @property
    def seen(self) -> str:
        """Which incarnation of the log this process knows: what was read under another one doesn't hold any more."""
        door = self._recorder.door
        return door.look().incarnation if door.seen is None else door.seen

    def append(
        self, events: Sequence[Event], commands: Sequence[tuple[UUID, int] | None] = (), seen: str | None = None
    ) -> Sequence[int]:
        """Store stamped events of one or more streams in one transaction; their positions.

        `commands` gives for each event the id of its command and its ordinal in it; `seen` the incarnation of the log
        that they were decided on.

        Raises:
            eventsourcing.persistence.IntegrityError: a stream has moved on, or a command was stored before, or the log
                was replaced.
            StreamErasedError: a stream was erased.
            KeyGoneError: something personal, in a stream whose key is missing or can't be opened.
            VaultError: a new key is needed, and another key-encryption key wraps the vault.
            ClosedError: nothing can be written now.
        """

        def store() -> Sequence[int]:
            keys, new_keys = self._keys_for(events)
            stored = [self.mapper.seal(event, keys.get(event.originator_id)) for event in events]
            with outcome.noted():
                return self._recorder.append(stored, Append(commands, new_keys, seen))

        return self._under_the_right_key(store)

    def _under_the_right_key(self, store: Callable[[], T]) -> T:
        """Do what may wrap a new key; again, when a rotation let another key-encryption key wrap meanwhile."""
        for _ in range(ATTEMPTS):
            try:
                return store()
            except KeyRotatedError:
                self.check()
        raise VaultError("The key-encryption key keeps changing. Nothing was stored; please try again.")

    def _new_key(self, stream_id: UUID) -> tuple[WrappedKey, StreamKey]:
        if not self._keyring.admitted:
            self.check()
        return self._keyring.new_key(stream_id)

    def _keys_for(self, events: Sequence[Event]) -> tuple[Mapping[UUID, StreamKey], list[WrappedKey]]:
        personal = {e.originator_id for e in events if shape_of(type(e)).personal}
        keys = dict(self._keyring.keys(personal)) if personal else {}
        new_keys: list[WrappedKey] = []
        for event in events:
            # Only a stream's first event makes a key: a later one without a key belongs to someone erased.
            stream_id = event.originator_id
            if stream_id not in personal or stream_id in keys:
                continue
            if event.originator_version == 1:
                wrapped, keys[stream_id] = self._new_key(stream_id)
                new_keys.append(wrapped)
            elif any(getattr(event, name) is not None for name in shape_of(type(event)).personal):
                raise self._gone(stream_id)
        return keys, new_keys

    def _gone(self, stream_id: UUID) -> Exception:
        if self._recorder.erased([stream_id]):
            return StreamErasedError("Nothing can be recorded for one who was erased.")
        return KeyGoneError(stream_id)

    def erase(self, event: Event, command_id: UUID, reason: str, seen: str | None = None) -> int:
        """Record the erasing event and destroy the stream's key; the event's position."""
        erasure = Erasure(event.originator_id, event.recorded_at, reason, event.actor)
        with outcome.noted():
            return self._recorder.erase(self.mapper.seal(event, None), command_id, erasure, seen)

    def reseal(self, event: Event, command_id: UUID, seen: str | None = None) -> int:
        """Record an event under a new key of its stream, and destroy the key of before; the event's position.

        What earlier events of the stream sealed can't be opened any more: the event holds what is to be kept of it.

        Raises:
            KeyGoneError: the key of before is missing or can't be opened, so nobody knows what was to be kept.
        """
        stream_id = event.originator_id

        def store() -> int:
            if stream_id not in self._keyring.keys([stream_id]):
                raise self._gone(stream_id)
            wrapped, key = self._new_key(stream_id)
            sealed = self.mapper.seal(event, key)
            with outcome.noted():
                return self._recorder.reseal(sealed, command_id, wrapped, seen)

        return self._under_the_right_key(store)

    def finish_erasures(self) -> int:
        """Finish erasures that a crash interrupted; called at every start."""
        return self._recorder.finish_erasures()

    def scrub(self) -> bool:
        """Remove what the database still holds on disk of deleted rows; whether others let it."""
        return self._recorder.scrub()

    def shut(self, stream_ids: Sequence[UUID]) -> set[UUID]:
        """Those of these streams of which no sealed value can be opened now."""
        opener = self.opener(stream_ids)
        return {
            stream_id
            for stream_id, events in self.streams(stream_ids)
            if all(opener.value(e, name) is None for e in events for name in shape_of(type(e)).personal)
        }

    def erasures(self) -> list[Erasure]:
        return self._recorder.erasures()

    def written_by(self, command_id: UUID) -> list[Written]:
        """What a command wrote, in order; empty when it never came through."""
        return self._recorder.select_command(command_id)

    def known_commands(self, command_ids: Sequence[UUID]) -> set[UUID]:
        return self._recorder.select_commands(command_ids)

    def stream(self, stream_id: UUID, upto: int | None = None) -> list[Event]:
        """The events of one stream, up to a version or all."""
        stored = self._recorder.as_library().select_events(stream_id, lte=upto)
        with self.placing():
            return [self.mapper.to_domain_event(s) for s in stored]  # type: ignore[misc]  # the library has no types

    def page(self, after: int, limit: int, upto: int | None = None) -> list[Recorded]:
        """At most `limit` events after a position, in order."""
        return self._loaded(self._recorder.page(after, limit, upto))

    def following(self, position: int, known: str | None, limit: int, upto: int | None = None) -> Page | None:
        """At most `limit` events after a position, None where another event than the `known` one stands at it.

        Whether that one can be read does not matter.
        """
        rows = self._recorder.page(max(position - 1, 0), limit + 1, upto)
        if position:
            if not rows or (rows[0][0], event_identity(*rows[0][1:3])) != (position, known):
                return None
            rows = rows[1:]
        rows = rows[:limit]
        return self._page(rows, rows[-1] if rows else None, position, known)

    def following_among(
        self, topics: frozenset[str], position: int, known: str | None, limit: int, upto: int | None = None
    ) -> Page | None:
        """The same of some topics, and of those that this code does not know; the others are passed without a look."""
        if position and self.identity_at(position) != known:
            return None
        head = self.head()
        end = head if upto is None else min(upto, head)
        rows = self._recorder.page(position, limit, end, without=self.mapper.topics - topics)
        last = rows[-1:] if len(rows) == limit else self._recorder.page(max(position, end - 1), 1, end)
        return self._page(rows, last[0] if last else None, position, known)

    def _page(self, rows: Sequence[Row], last: Row | None, position: int, known: str | None) -> Page:
        events = self._loaded(rows)
        return Page(events, last[0], event_identity(*last[1:3])) if last else Page(events, position, known)

    def _loaded(self, rows: Sequence[Row]) -> list[Recorded]:
        load = self.mapper.load
        page: list[Recorded] = []
        for row in rows:
            try:
                page.append(Recorded(row[0], load(*row[1:])))
            except PoisonError as error:
                error.position = row[0]
                raise
        return page

    def identity_at(self, position: int) -> str | None:
        """Which event stands at a position, whatever it says; None where there is none."""
        rows = self._recorder.page(position - 1, 1, position)
        return event_identity(*rows[0][1:3]) if rows else None

    @contextmanager
    def placing(self) -> Iterator[None]:
        """What happens in here says, of an event that can't be used, where it stands in the log."""
        try:
            yield
        except PoisonError as error:
            if error.position is None:
                # It may be one that was never recorded, and the database may be away.
                with suppress(IndexError, PersistenceError):
                    error.position = self.position(error.stream_id, error.version)
            raise

    def versions(self, stream_id: UUID, versions: Sequence[int]) -> dict[int, Event]:
        """These events of one stream, by version."""
        load = self.mapper.load
        with self.placing():
            return {row[2]: load(*row[1:]) for row in self._recorder.versions(stream_id, versions)} if versions else {}

    def at(self, places: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Event]:
        """The events at these places, each a stream and a version."""
        load = self.mapper.load
        with self.placing():
            return {(row[1], row[2]): load(*row[1:]) for row in self._recorder.at(places)} if places else {}

    def streams(self, stream_ids: Sequence[UUID]) -> Iterator[tuple[UUID, list[Event]]]:
        """Some streams with all their events, in order."""
        load = self.mapper.load
        rows = self._recorder.of_streams(stream_ids) if stream_ids else []
        for stream_id, group in groupby(rows, key=itemgetter(1)):
            with self.placing():
                events = [load(*row[1:]) for row in group]
            yield stream_id, events

    def by_stream(self, upto: int, buckets: Sequence[int] | None = None) -> Generator[StreamRow, None, None]:
        """All streams up to a position, as they are stored; of some buckets only, if they are given."""
        return self._recorder.by_stream(upto, buckets)

    def load(self, stream: StreamRow) -> list[Event]:
        """The events of a stored stream, in order."""
        return self.mapper.load_stream(*stream)

    def position(self, stream_id: UUID, version: int) -> int:
        """Where an event stands in the log."""
        return self._recorder.versions(stream_id, [version])[0][0]

    def count(self, upto: int, buckets: Sequence[int] | None = None) -> int:
        """How many events there are up to a position."""
        return self._recorder.count(upto, buckets)

    def head(self) -> int:
        """The position of the last event, 0 for an empty log."""
        return self._recorder.head()

    def seal(self, value: object, place: Place) -> Sealed | None:
        """A value sealed under its stream's key, for what is kept outside the log; None when the key is gone."""
        key = self._keyring.keys([place.stream_id]).get(place.stream_id)
        return None if key is None else key.seal(value, place)

    def keys_kept(self, stream_ids: Sequence[UUID] | None) -> list[WrappedKey]:
        """The wrapped keys that exist of these streams, or all of them."""
        return self._recorder.all_keys() if stream_ids is None else self._recorder.select_keys(stream_ids)

    def stored(self, after: int, limit: int) -> list[Row]:
        """At most `limit` events after a position, as they are stored."""
        return self._recorder.page(after, limit)

    def opener(self, stream_ids: Iterable[UUID]) -> Opener:
        """Opens the sealed values of these streams, as far as their keys still exist."""
        return self._keyring.opener(stream_ids)

    def opened(self, stream_id: UUID) -> tuple[list[Event], StreamOpener]:
        """The events of one stream and what opens them: no event was sealed under another key between the two."""
        before = self._keyring.keys([stream_id]).get(stream_id)
        for _ in range(ATTEMPTS):
            events = self.stream(stream_id)
            key = self._keyring.keys([stream_id]).get(stream_id)
            if (key and key.key_id) == (before and before.key_id):
                break
            before = key
        return events, StreamOpener(key, self._keyring.marks)

    def check(self) -> None:
        """Prove that log, vault and key-encryption key belong together; nothing is made or changed.

        Raises:
            VaultError: one of them is wrong or missing; says which, and what to do.
        """
        judge(self._recorder, self._keyring, self._personal_topics)

    def create(self) -> None:
        """Make the tables of log and vault where they are missing, and bind the two; raises VaultError as `check`."""
        unbound = judge(self._recorder, self._keyring, self._personal_topics)
        self._recorder.create_table()
        if unbound is not None:
            self._recorder.bind(unbound)
            self.check()
        if not self._recorder.select_keys([MARKS]):
            self._under_the_right_key(lambda: self._recorder.keep_key(self._new_key(MARKS)[0]))

    def rotate_key(self, progress: Callable[[int, int], None]) -> Rotated:
        """Wrap all keys by the first key-encryption key of the settings; see `rotation.rotate`."""
        return rotate(self._recorder, self._keyring, progress)

    def hanging(self) -> Hanging:
        """How many keys hang on which key-encryption key."""
        return self._keyring.hanging(self._recorder.keys_by_kek())

    def unopened(self, buckets: Sequence[int] | None = None) -> Iterator[Unopened]:
        """The streams of which something can't be opened that should; of some buckets only, if they are given."""
        return unopened(self, self._recorder, self._keyring, self._personal_topics, buckets)

    def close(self) -> None:
        self._recorder.close()


def event_identity(stream_id: UUID, version: int) -> str:
    """Which event it is, whatever its position."""
    return f"{stream_id}/{version}"


def stamped(event: Event, **stamp: object) -> Event:
    return msgspec.structs.replace(event, **stamp)
