"""Sealing personal values: AES-256-GCM under the stream's own key, bound to the very place a value stands in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.events import Event, Sealed, shape_of
from eventlog.marks import Marks

NONCE_BYTES = 12
KEY_BYTES = 32

# So many places are told of, each once.
MOST_TOLD = 10_000

log = structlog.get_logger()

_json = msgspec.json.Encoder()
_value = msgspec.json.Decoder()


_told: set[tuple[UUID, str]] = set()


def tell_unopened(stream_id: UUID, what: str) -> None:
    """Warn, once for each place in a process, of what can't be opened; `what` is no value."""
    if (stream_id, what) not in _told and len(_told) < MOST_TOLD:
        _told.add((stream_id, what))
        log.warning("not_readable", stream=str(stream_id), what=what)


class TamperedError(Exception):
    """A sealed value does not belong where it was found, or the key-encryption key is another one."""


class Place(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where a sealed value stands; all of it is authenticated, so a value can't be moved elsewhere."""

    stream_id: UUID
    version: int
    topic: str
    attribute: str


class SealedRef(msgspec.Struct, frozen=True, array_like=True):
    """A sealed value with its place: what a read model keeps so that a page can open it later."""

    place: Place
    sealed: Sealed

    def dump(self) -> str:
        return _json.encode(self).decode()

    @staticmethod
    def load(text: str) -> SealedRef:
        return _ref.decode(text)


_ref = msgspec.json.Decoder(SealedRef)


class StreamKey:
    """The unwrapped key of one stream; lives as long as the request or page that needed it.

    What is authenticated with a value: the key's id, the stream, the version, the topic and the attribute.
    """

    __slots__ = ("_bound_to", "_cipher", "_stream_id", "key_id")

    def __init__(self, key_id: UUID, stream_id: UUID, cipher: AESGCM) -> None:
        self.key_id = key_id
        self._cipher = cipher
        self._stream_id = stream_id
        self._bound_to = key_id.bytes + b"|" + stream_id.bytes + b"|"

    def seal(self, value: object, place: Place, nonce: Callable[[int], bytes] = os.urandom) -> Sealed:
        iv = nonce(NONCE_BYTES)
        bound_to = self._bound_to + _within(place.version, place.topic, place.attribute)
        return Sealed(self.key_id, iv + self._cipher.encrypt(iv, _json.encode(value), bound_to))

    def derived(self, purpose: str) -> bytes:
        """A key that follows from this one, which seals nothing besides: it is made with the nonce of all zeros."""
        return hashlib.sha256(self._cipher.encrypt(bytes(NONCE_BYTES), purpose.encode(), self._bound_to)).digest()

    def open(self, sealed: Sealed, place: Place) -> Any:
        """The JSON-natural value. Raises TamperedError when the box does not belong at this place."""
        box = sealed.box
        bound_to = self._bound_to + _within(place.version, place.topic, place.attribute)
        if place.stream_id != self._stream_id:
            raise _tampered(place)
        try:
            return _value.decode(self._cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound_to))
        except (InvalidTag, ValueError):
            raise _tampered(place) from None


def _tampered(place: Place) -> TamperedError:
    return TamperedError(f"The value {place.attribute} of event {place.version} of {place.stream_id} can't be opened.")


@lru_cache(maxsize=10_000)
def _within(version: int, topic: str, attribute: str) -> bytes:
    return f"{version}|{topic}|{attribute}".encode()


def place_of(event: Event, attribute: str) -> Place:
    return Place(event.originator_id, event.originator_version, shape_of(type(event)).topic, attribute)


def reference(event: Event, attribute: str) -> str | None:
    """The sealed value of an event as text for a read model, None where there is no value."""
    value = getattr(event, attribute)
    if value is None:
        return None
    return SealedRef(place_of(event, attribute), value).dump()


class StreamOpener:
    """Opens sealed values of one stream's events, each once: several read models fold them one after another.

    `marks` gives what makes keyed marks of what was opened.
    """

    __slots__ = ("_key", "_opened", "marks")

    def __init__(self, key: StreamKey | None, marks: Callable[[], Marks]) -> None:
        self._key = key
        self.marks = marks
        self._opened: dict[tuple[int, str], Any] = {}

    def value(self, event: Event, attribute: str) -> Any:
        """The personal attribute of an event, None where it is absent, its key was destroyed or it is damaged."""
        value = getattr(event, attribute)
        if not isinstance(value, Sealed):
            return value
        if self._key is None or value.key_id != self._key.key_id:
            return None  # erased, or redacted: sealed anew under another key
        where = (event.originator_version, attribute)
        try:
            return self._opened[where]
        except KeyError:
            opened = self._opened[where] = _readable(self._key, value, place_of(event, attribute))
            return opened


def _readable(key: StreamKey, sealed: Sealed, place: Place) -> Any:
    """The value, or None where it is damaged: the damage of one must not keep others' pages and folds from going on."""
    try:
        return key.open(sealed, place)
    except TamperedError:
        tell_unopened(place.stream_id, f"{place.attribute} of event {place.version}")
        return None


class Opener:
    """Opens sealed values with a handful of keys; one whose key is gone (erased), or that is damaged, opens to None."""

    def __init__(self, keys: Mapping[UUID, StreamKey], marks: Callable[[], Marks]) -> None:
        self._keys = keys
        # Most who open something make no marks; who makes many asks the vault once.
        self.marks = cache(marks)

    def stream(self, stream_id: UUID) -> StreamOpener:
        return StreamOpener(self._keys.get(stream_id), self.marks)

    def value(self, event: Event, attribute: str) -> Any:
        """The personal attribute of an event, None where it is absent, its key was destroyed or it is damaged."""
        return self.stream(event.originator_id).value(event, attribute)

    def text(self, reference: str | None) -> Any:
        """What a read model's reference stands for, None as for an event's value."""
        if reference is None:
            return None
        ref = SealedRef.load(reference)
        key = self._keys.get(ref.place.stream_id)
        return None if key is None or ref.sealed.key_id != key.key_id else _readable(key, ref.sealed, ref.place)
