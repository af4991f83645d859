"""Between events and stored bytes: JSON whose personal attributes are sealed one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, cast
from uuid import UUID

import msgspec
from eventsourcing.domain import DomainEventProtocol
from eventsourcing.persistence import JSONTranscoder, Mapper, StoredEvent

from eventlog.events import Event, shape_of
from eventlog.sealing import Place, StreamKey

_encoder = msgspec.json.Encoder()


class UnknownTopicError(Exception):
    """The log holds an event whose class is not registered: the code is older than the data."""


class SealingMapper(Mapper[UUID]):
    """The library's mapper, with sealing: writing takes the stream's key, reading takes none.

    What is read back keeps its personal values sealed, so folding, caching and snapshotting need no key
    and hold nothing that an erasure would have to find.
    """

    def __init__(self, topics: Mapping[str, type[Event]]) -> None:
        super().__init__(transcoder=JSONTranscoder())
        self._decoders = {topic: msgspec.json.Decoder(event_type) for topic, event_type in topics.items()}

    def seal(self, event: Event, key: StreamKey | None) -> StoredEvent:
        """The stored form; `key` may be None only for an event without personal values."""
        shape = shape_of(type(event))
        state: dict[str, Any] = {name: getattr(event, name) for name in shape.clear}
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
        """The event, its personal values still sealed."""
        try:
            decoder = self._decoders[topic]
        except KeyError:
            raise UnknownTopicError(f"No event class is registered for the topic {topic}.") from None
        event = decoder.decode(state)
        msgspec.structs.force_setattr(event, "originator_id", stream_id)
        msgspec.structs.force_setattr(event, "originator_version", version)
        return event

    def load_stream(self, stream_id: UUID, topics: Sequence[str], states: Sequence[bytes]) -> list[Event]:
        """All events of a stream: `load`, without a call for each."""
        decoders, stamp = self._decoders, msgspec.structs.force_setattr
        events = []
        for version, topic, state in zip(count(1), topics, states):
            if topic not in decoders:
                raise UnknownTopicError(f"No event class is registered for the topic {topic}.")
            event = decoders[topic].decode(state)
            stamp(event, "originator_id", stream_id)
            stamp(event, "originator_version", version)
            events.append(event)
        return events

    def to_stored_event(self, domain_event: DomainEventProtocol[UUID]) -> StoredEvent:
        return self.seal(cast("Event", domain_event), None)

    def to_domain_event(self, stored_event: StoredEvent) -> DomainEventProtocol[UUID]:
        stream_id = cast("UUID", stored_event.originator_id)
        event = self.load(stream_id, stored_event.originator_version, stored_event.topic, stored_event.state)
        return cast("DomainEventProtocol[UUID]", event)
