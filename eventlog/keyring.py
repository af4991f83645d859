"""The keyring: one key a stream, wrapped by a key-encryption key, fetched when needed and never cached."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.sealing import KEY_BYTES, NONCE_BYTES, Opener, StreamKey


class WrongKeyEncryptionKeyError(Exception):
    """The vault's keys were wrapped by another key-encryption key than the one in the settings."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A stream's key as the vault keeps it: useless without the key-encryption key."""

    stream_id: UUID
    key_id: UUID
    wrapped: bytes
    kek_id: str


class Vault(Protocol):
    """Where wrapped keys live, apart from the events: a schema on PostgreSQL, a file on SQLite."""

    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]: ...


class Keyring:
    """Makes, wraps and fetches the keys of streams.

    Keys are read from the vault each time: a key that another process destroyed can't be used here.
    """

    def __init__(self, key_encryption_key: bytes, vault: Vault, random: Callable[[int], bytes] = os.urandom) -> None:
        if len(key_encryption_key) != KEY_BYTES:
            raise ValueError(f"The key-encryption key has {len(key_encryption_key)} bytes, it needs {KEY_BYTES}.")
        self._kek = AESGCM(key_encryption_key)
        self._vault = vault
        self._random = random
        self.kek_id = hashlib.sha256(b"werkpad kek id" + key_encryption_key).hexdigest()[:16]

    def new_key(self, stream_id: UUID) -> tuple[WrappedKey, StreamKey]:
        key, key_id, iv = self._random(KEY_BYTES), uuid4(), self._random(NONCE_BYTES)
        wrapped = iv + self._kek.encrypt(iv, key, stream_id.bytes + key_id.bytes)
        return WrappedKey(stream_id, key_id, wrapped, self.kek_id), StreamKey(key_id, stream_id, AESGCM(key))

    def keys(self, stream_ids: Iterable[UUID]) -> Mapping[UUID, StreamKey]:
        """The keys that still exist, by stream; an erased stream is simply absent."""
        return {wrapped.stream_id: self._unwrap(wrapped) for wrapped in self._vault.select_keys(stream_ids)}

    def opener(self, stream_ids: Iterable[UUID]) -> Opener:
        return Opener(self.keys(stream_ids))

    def _unwrap(self, key: WrappedKey) -> StreamKey:
        box = key.wrapped
        try:
            plain = self._kek.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], key.stream_id.bytes + key.key_id.bytes)
        except InvalidTag:
            raise WrongKeyEncryptionKeyError(
                f"The vault's keys were wrapped by key-encryption key {key.kek_id}; the settings hold {self.kek_id}."
                " Set WERKPAD_KEY_ENCRYPTION_KEY to the one that this vault was made with."
            ) from None
        return StreamKey(key.key_id, key.stream_id, AESGCM(plain))
