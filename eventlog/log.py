"""The event log: append sealed events, read them back in order, find what a command wrote, erase a stream."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from uuid import UUID

import msgspec
from eventsourcing.persistence import EventStore

from eventlog.events import Event, Recorded, Sealed, shape_of, topics
from eventlog.keyring import Keyring, WrappedKey
from eventlog.mapper import SealingMapper, UnknownTopicError
from eventlog.recording import Append, Erasure, Recorder, Row, StreamRow, Written
from eventlog.sealing import Opener, Place, StreamKey


class UnreadableError(Exception):
    """An event of the log can't be decoded. Says which, and holds no value of it."""

    def __init__(self, row: Row, error: Exception) -> None:
        self.position, stream_id, version, topic, _ = row
        super().__init__(f"{topic}, event {version} of stream {stream_id}: {type(error).__name__}")


class EventLog:
    """One log, one order, for every kind of stream.

    `recorder` stores the bytes, `keyring` seals personal values, `event_types` lists every class ever recorded.
    """

    def __init__(self, recorder: Recorder, keyring: Keyring, event_types: Iterable[type[Event]]) -> None:
        self._recorder = recorder
        self._keyring = keyring
        self._topics = topics(event_types)
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
            ClosedError: nothing can be written now.
        """
        keys, new_keys = self._keys_for(events)
        stored = [self.mapper.seal(event, keys.get(event.originator_id)) for event in events]
        return self._recorder.append(stored, Append(commands, new_keys, seen))

    def _keys_for(self, events: Sequence[Event]) -> tuple[Mapping[UUID, StreamKey], list[WrappedKey]]:
        personal = {e.originator_id for e in events if shape_of(type(e)).personal}
        keys = dict(self._keyring.keys(personal)) if personal else {}
        new_keys: list[WrappedKey] = []
        for event in events:
            # Only a stream's first event makes a key: a later one without a key belongs to someone erased.
            stream_id = event.originator_id
            if event.originator_version == 1 and stream_id in personal and stream_id not in keys:
                wrapped, keys[stream_id] = self._keyring.new_key(stream_id)
                new_keys.append(wrapped)
        return keys, new_keys

    def erase(self, event: Event, command_id: UUID, reason: str, seen: str | None = None) -> int:
        """Record the erasing event and destroy the stream's key; the event's position."""
        erasure = Erasure(event.originator_id, event.recorded_at, reason, event.actor)
        return self._recorder.erase(self.mapper.seal(event, None), command_id, erasure, seen)

    def reseal(self, event: Event, command_id: UUID, seen: str | None = None) -> int:
        """Record an event under a new key of its stream, and destroy the key of before; the event's position.

        What earlier events of the stream sealed can't be opened any more: the event holds what is to be kept of it.
        """
        wrapped, key = self._keyring.new_key(event.originator_id)
        return self._recorder.reseal(self.mapper.seal(event, key), command_id, wrapped, seen)

    def finish_erasures(self) -> int:
        """Finish erasures that a crash interrupted; called at every start."""
        return self._recorder.unfinished_erasures()

    def scrub(self) -> None:
        """Remove what the database still holds on disk of deleted rows, as far as others let it."""
        self._recorder.scrub()

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
        return [self.mapper.to_domain_event(s) for s in stored]  # type: ignore[misc]

    def page(self, after: int, limit: int, upto: int | None = None) -> list[Recorded]:
        """At most `limit` events after a position, in order."""
        load = self.mapper.load
        page: list[Recorded] = []
        for row in self._recorder.page(after, limit, upto):
            try:
                page.append(Recorded(row[0], load(*row[1:])))
            except (UnknownTopicError, msgspec.MsgspecError) as error:
                raise UnreadableError(row, error) from error
        return page

    def versions(self, stream_id: UUID, versions: Sequence[int]) -> dict[int, Event]:
        """These events of one stream, by version."""
        load = self.mapper.load
        return {row[2]: load(*row[1:]) for row in self._recorder.versions(stream_id, versions)} if versions else {}

    def at(self, places: Sequence[tuple[UUID, int]]) -> dict[tuple[UUID, int], Event]:
        """The events at these places, each a stream and a version."""
        load = self.mapper.load
        return {(row[1], row[2]): load(*row[1:]) for row in self._recorder.at(places)} if places else {}

    def streams(self, stream_ids: Sequence[UUID]) -> Iterator[tuple[UUID, list[Event]]]:
        """Some streams with all their events, in order."""
        load = self.mapper.load
        rows = self._recorder.of_streams(stream_ids) if stream_ids else []
        for stream_id, group in groupby(rows, key=itemgetter(1)):
            yield stream_id, [load(*row[1:]) for row in group]

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

    def create(self) -> None:
        """Make the tables of log and vault where they are missing."""
        self._recorder.create_table()

    def close(self) -> None:
        self._recorder.close()


def stamped(event: Event, **stamp: object) -> Event:
    return msgspec.structs.replace(event, **stamp)
