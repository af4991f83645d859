"""Between events and stored bytes: JSON whose personal attributes are sealed one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, Protocol, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from eventlog.events import Event, class_version, shape_of
from eventlog.poison import UnreadableError
from eventlog.sealing import Place, StreamKey

_encoder = msgspec.json.Encoder()


class UnknownTopicError(UnreadableError):
    """The log holds an event of a class, or of a version, that is not known: the code is older than the data."""


class _TooNewError(Exception):
    """A class is stored in a later version than the code's."""


class Decoder(Protocol):
    """Makes an event of its stored state."""

    def decode(self, state: bytes, /) -> Event: ...


def _decoder(event_type: type[Event]) -> Decoder:
    return _Upcasting(event_type) if event_type.upcasts else msgspec.json.Decoder(event_type)


class _Stored(msgspec.Struct):
    class_version: int = 1


class _Upcasting:
    """Decodes a class that was stored otherwise once: older states are lifted version by version."""

    def __init__(self, event_type: type[Event]) -> None:
        self._event_type = event_type
        self._version = class_version(event_type)
        self._stored = msgspec.json.Decoder(_Stored)
        self._current = msgspec.json.Decoder(event_type)

    def decode(self, state: bytes) -> Event:
        stored = self._stored.decode(state).class_version
        if stored == self._version:
            return self._current.decode(state)
        if stored > self._version:
            raise _TooNewError(f"stored in version {stored}; this code knows it up to {self._version}")
        lifted: dict[str, Any] = msgspec.json.decode(state)
        for upcast in self._event_type.upcasts[stored - 1 :]:
            lifted = upcast(lifted)
        return msgspec.convert(lifted, self._event_type)


class SealingMapper(Mapper[UUID]):
    """The library's mapper, with sealing: writing takes the stream's key, reading takes none.

    What is read back keeps its personal values sealed, so folding, caching and snapshotting need no key
    and hold nothing that an erasure would have to find.
    """

    def __init__(self, topics: Mapping[str, type[Event]]) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self.topics = frozenset(topics)
        self._decoders: dict[str, Decoder] = {topic: _decoder(event_type) for topic, event_type in topics.items()}

    def seal(self, event: Event, key: StreamKey | None) -> StoredEvent:
        """The stored form; `key` may be None only for an event without personal values."""
        shape = shape_of(type(event))
        state: dict[str, Any] = {name: getattr(event, name) for name in shape.clear}
        if event.recorded_for is None:
            # Nearly always: it costs no room in the log.
            del state["recorded_for"]
        if type(event).upcasts:
            state["class_version"] = class_version(type(event))
        for name in shape.personal:
            value = getattr(event, name)
            if value is None:
                state[name] = None
                continue
            if key is None:
                raise ValueError(f"{shape.topic} has personal values and can't be stored without a key.")
            place = Place(event.originator_id, event.originator_version, shape.topic, name)
            state[name] = key.seal(value, place)
        return StoredEvent(event.originator_id, event.originator_version, shape.topic, _encoder.encode(state))

    def load(self, stream_id: UUID, version: int, topic: str, state: bytes) -> Event:
        """The event, its personal values still sealed. Raises UnreadableError."""
        try:
            event = self._decoders[topic].decode(state)
        except Exception as error:
            raise self._unreadable(stream_id, version, topic, error) from error
        msgspec.structs.force_setattr(event, "originator_id", stream_id)
        msgspec.structs.force_setattr(event, "originator_version", version)
        return event

    def load_stream(self, stream_id: UUID, topics: Sequence[str], states: Sequence[bytes]) -> list[Event]:
        """All events of a stream: `load`, without a call for each. Raises UnreadableError."""
        decoders, stamp = self._decoders, msgspec.structs.force_setattr
        events = []
        version, topic = 0, ""
        try:
            for version, topic, state in zip(count(1), topics, states):
                event = decoders[topic].decode(state)
                stamp(event, "originator_id", stream_id)
                stamp(event, "originator_version", version)
                events.append(event)
        except Exception as error:
            raise self._unreadable(stream_id, version, topic, error) from error
        return events

    def _unreadable(self, stream_id: UUID, version: int, topic: str, error: Exception) -> UnreadableError:
        # The words of other errors may hold what is stored.
        if topic not in self._decoders:
            return UnknownTopicError(stream_id, version, topic, "UnknownTopicError, this code knows no such event")
        if isinstance(error, _TooNewError):
            return UnknownTopicError(stream_id, version, topic, f"UnknownTopicError, {error}")
        return UnreadableError(stream_id, version, topic, type(error).__name__)

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        return self.seal(cast("Event", domain_event), None)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        stream_id = cast("UUID", stored_event.originator_id)
        event = self.load(stream_id, stored_event.originator_version, stored_event.topic, stored_event.state)
        return cast("DomainEventProtocol[UUID]", event)
