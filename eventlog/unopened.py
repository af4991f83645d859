"""Whose data can't be opened though nobody erased it: a key that is missing or damaged, or a value that is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Protocol
from uuid import UUID

from eventlog.events import Event, Sealed, shape_of
from eventlog.keyring import Keyring
from eventlog.recording import Recorder, StreamRow
from eventlog.sealing import StreamKey, TamperedError, place_of

AT_ONCE = 500


class Log(Protocol):
    """What is needed of the event log."""

    def head(self) -> int: ...
    def load(self, stream: StreamRow) -> list[Event]: ...
    def stream(self, stream_id: UUID) -> list[Event]: ...


@dataclass(frozen=True, slots=True)
class Unopened:
    """A stream of which something can't be opened; says what, and holds no value of it."""

    stream_id: UUID
    what: str

    def __str__(self) -> str:
        return f"vault: stream {self.stream_id}: {self.what}"


def unopened(
    log: Log, recorder: Recorder, keyring: Keyring, topics: Sequence[str], buckets: Sequence[int] | None
) -> Iterator[Unopened]:
    """Every stream whose key is missing or can't be opened; and of those in some buckets (all, by default) that have a
    value which can't be. `topics` are those of events with personal values."""
    for stream_id in recorder.without_key(topics):
        yield Unopened(stream_id, "its key is missing, and it was not erased")
    after = None
    while page := recorder.keys_after(after, AT_ONCE):
        after = page[-1].stream_id
        for shut in keyring.opened(page)[1]:
            yield Unopened(shut.stream_id, f"its key can't be opened; key-encryption key {shut.kek_id} wrapped it")
    with closing(recorder.by_stream(log.head(), buckets)) as streams:
        while chunk := list(islice(streams, AT_ONCE)):
            keys = keyring.opened(recorder.select_keys([stream[0] for stream in chunk]))[0]
            for stored in chunk:
                if (key := keys.get(stored[0])) and (what := _damage(log.load(stored), key)):
                    # A passage may have been redacted between the two looks, under a new key.
                    again = keyring.opened(recorder.select_keys([stored[0]]))[0].get(stored[0])
                    if again and (what := _damage(log.stream(stored[0]), again)):
                        yield Unopened(stored[0], what)


def _damage(events: Sequence[Event], key: StreamKey) -> str | None:
    opened = others = 0
    damaged: list[str] = []
    for event in events:
        for name in shape_of(type(event)).personal:
            value = getattr(event, name)
            if not isinstance(value, Sealed):
                continue
            if value.key_id != key.key_id:
                others += 1
                continue
            try:
                key.open(value, place_of(event, name))
                opened += 1
            except TamperedError:
                damaged.append(f"{name} of event {event.originator_version}")
    if damaged:
        more = f" and {len(damaged) - 3} more" if len(damaged) > 3 else ""
        return f"can't be opened: {', '.join(damaged[:3])}{more}"
    return "its key in the vault is not the one that it was sealed under" if others and not opened else None
