"""Sealing personal values: AES-256-GCM under the stream's own key, bound to the very place a value stands in."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.events import Event, Sealed, shape_of

NONCE_BYTES = 12
KEY_BYTES = 32

_json = msgspec.json.Encoder()
_value = msgspec.json.Decoder()


class TamperedError(Exception):
    """A sealed value does not belong where it was found, or the key-encryption key is another one."""


class Place(msgspec.Struct, frozen=True, array_like=True):
    """Where a sealed value stands; all of it is authenticated, so a value can't be moved elsewhere."""

    stream_id: UUID
    version: int
    topic: str
    attribute: str

    def authenticated(self, key_id: UUID) -> bytes:
        return b"|".join(
            (
                key_id.bytes,
                self.stream_id.bytes,
                b"%d" % self.version,
                self.topic.encode(),
                self.attribute.encode(),
            )
        )


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


@dataclass(frozen=True, slots=True)
class StreamKey:
    """The unwrapped key of one stream; lives as long as the request or page that needed it."""

    key_id: UUID
    cipher: AESGCM

    def seal(self, value: object, place: Place, nonce: Callable[[int], bytes] = os.urandom) -> Sealed:
        iv = nonce(NONCE_BYTES)
        box = self.cipher.encrypt(iv, _json.encode(value), place.authenticated(self.key_id))
        return Sealed(self.key_id, iv + box)

    def open(self, sealed: Sealed, place: Place) -> Any:
        """The JSON-natural value. Raises TamperedError when the box does not belong at this place."""
        box = sealed.box
        try:
            plain = self.cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place.authenticated(sealed.key_id))
        except InvalidTag:
            raise TamperedError(
                f"The value {place.attribute} of event {place.version} of {place.stream_id} can't be opened."
            ) from None
        return _value.decode(plain)


def place_of(event: Event, attribute: str) -> Place:
    return Place(event.originator_id, event.originator_version, shape_of(type(event)).topic, attribute)


def reference(event: Event, attribute: str) -> str | None:
    """The sealed value of an event as text for a read model, None where there is no value."""
    value = getattr(event, attribute)
    if value is None:
        return None
    return SealedRef(place_of(event, attribute), value).dump()


class Opener:
    """Opens sealed values with a handful of keys; a value whose key is gone (erased) opens to None."""

    def __init__(self, keys: Mapping[UUID, StreamKey]) -> None:
        self._keys = keys

    def value(self, event: Event, attribute: str) -> Any:
        """The personal attribute of an event, None where it is absent or its key was destroyed."""
        value = getattr(event, attribute)
        if not isinstance(value, Sealed):
            return value
        key = self._keys.get(event.originator_id)
        return None if key is None else key.open(value, place_of(event, attribute))

    def text(self, reference: str | None) -> Any:
        """What a read model's reference stands for, None where it is absent or its key was destroyed."""
        if reference is None:
            return None
        ref = SealedRef.load(reference)
        key = self._keys.get(ref.place.stream_id)
        return None if key is None else key.open(ref.sealed, ref.place)
