"""The keyring: one key a stream, wrapped by a key-encryption key, fetched when needed and never cached."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventlog.marks import MARKS, Marks
from eventlog.sealing import KEY_BYTES, NONCE_BYTES, Opener, StreamKey, tell_unopened

KNOWN_TEXT = b"werkpad: this key-encryption key wraps this vault"


class VaultError(Exception):
    """Log, vault and key-encryption key don't belong together. Says which of them is wrong, and what to do."""


class WrongKeyEncryptionKeyError(VaultError):
    """The vault's keys were wrapped by another key-encryption key than those in the settings."""


class KeyGoneError(Exception):
    """Nothing personal can be recorded for a stream: its key is not in the vault, or can't be opened."""

    outcome = "refused"

    def __init__(self, stream_id: UUID) -> None:
        super().__init__(
            f"The key of {stream_id} is missing or damaged, so what is personal can't be recorded there. Nothing was"
            " stored. Whoever runs Werkpad can bring the key back from a backup of the vault."
        )
        self.stream_id = stream_id


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A stream's key as the vault keeps it: useless without the key-encryption key."""

    stream_id: UUID
    key_id: UUID
    wrapped: bytes
    kek_id: str


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Which key-encryption key wraps a vault's new keys, with a known text sealed under it as the proof.

    While a rotation goes on, `previous_kek_id` is the one that keys may still hang on.
    """

    vault_id: UUID
    kek_id: str
    proof: bytes
    previous_kek_id: str | None = None


@dataclass(frozen=True, slots=True)
class Hanging:
    """How many keys of a vault are wrapped by the key-encryption key that wraps from now on, by the one before, and by
    one that the settings don't hold."""

    by_current: int
    by_previous: int
    by_unknown: int


class Vault(Protocol):
    """Where wrapped keys live, apart from the events: a schema on PostgreSQL, a file on SQLite."""

    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]: ...
    def wrapping(self) -> Wrapping | None: ...


def _nothing_new() -> Sequence[bytes]:
    return ()


class Keyring:
    """Makes, wraps and fetches the keys of streams.

    Keys are read from the vault each time: a key that another process destroyed can't be used here. Of the
    key-encryption keys the first is the one to wrap with from now on, the others open; the vault says which of them
    wraps. `reread` gives them as the settings have them now, when the vault turns out to be wrapped by another.
    """

    def __init__(
        self,
        key_encryption_keys: Sequence[bytes],
        vault: Vault,
        reread: Callable[[], Sequence[bytes]] = _nothing_new,
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._keks: dict[str, AESGCM] = {}
        self._vault = vault
        self._reread = reread
        self._random = random
        self._wraps: str | None = None
        self.kek_id = self._learn(key_encryption_keys)

    def _learn(self, key_encryption_keys: Sequence[bytes]) -> str:
        ids = []
        for key in key_encryption_keys:
            if len(key) != KEY_BYTES:
                raise ValueError(f"The key-encryption key has {len(key)} bytes, it needs {KEY_BYTES}.")
            ids.append(hashlib.sha256(b"werkpad kek id" + key).hexdigest()[:16])
            self._keks[ids[-1]] = AESGCM(key)
        return ids[0]

    def _has(self, kek_id: str) -> bool:
        if kek_id not in self._keks and (keys := self._reread()):
            self.kek_id = self._learn(keys)
        return kek_id in self._keks

    # which key-encryption key wraps

    @property
    def admitted(self) -> bool:
        """Whether a key-encryption key was proved to be the vault's."""
        return self._wraps is not None

    def admit(self, wrapping: Wrapping) -> None:
        """Wrap new keys by the key-encryption key that wraps this vault.

        Raises:
            WrongKeyEncryptionKeyError: the settings don't have it, or not the one before while keys hang on that.
        """
        self._wraps = None
        if not self._has(wrapping.kek_id):
            raise self._wrong(wrapping.kek_id)
        if wrapping.previous_kek_id is not None and not self._has(wrapping.previous_kek_id):
            raise WrongKeyEncryptionKeyError(
                "The rotation of the key-encryption key is not finished: keys may still hang on key"
                f" {wrapping.previous_kek_id}, which the settings don't hold. Set WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY"
                " to it and run werkpad rotate-key."
            )
        try:
            self._decrypt(wrapping.kek_id, wrapping.proof, _bound_to(wrapping.vault_id, wrapping.kek_id))
        except InvalidTag:
            raise VaultError(
                "The vault's check value is damaged, or belongs to another vault. Restore a backup of log and vault."
            ) from None
        self._wraps = wrapping.kek_id

    def wrapping(self, vault_id: UUID, *, kek_id: str | None = None, previous_kek_id: str | None = None) -> Wrapping:
        """What a vault says when a key-encryption key of ours, by default the first, wraps it."""
        kek_id = kek_id or self.kek_id
        proof = self._encrypt(kek_id, KNOWN_TEXT, _bound_to(vault_id, kek_id))
        return Wrapping(vault_id, kek_id, proof, previous_kek_id)

    def proven(self, vault_id: UUID, samples: Sequence[tuple[int, Sequence[WrappedKey]]]) -> Wrapping:
        """What a vault without a check value is to say: which of our key-encryption keys opens what is in it.

        `samples` are, for each key-encryption key that the vault names, how many keys it wraps and some of them. A few
        keys that none of ours opens are somebody's damage; most of them must open.

        Raises:
            WrongKeyEncryptionKeyError: they don't.
        """
        ours: dict[str, int] = {}
        shut: dict[str, int] = {}
        for count, keys in samples:
            opened = next(filter(None, map(self._opened, keys)), None)
            where, kek_id = (ours, opened[0]) if opened else (shut, keys[0].kek_id)
            where[kek_id] = where.get(kek_id, 0) + count
        if shut and sum(shut.values()) >= sum(ours.values()):
            raise self._wrong(max(shut, key=lambda kek_id: shut[kek_id]))
        kek_id = self.kek_id if self.kek_id in ours or not ours else max(ours, key=lambda each: ours[each])
        others = [each for each in ours if each != kek_id]
        return self.wrapping(vault_id, kek_id=kek_id, previous_kek_id=others[0] if others else None)

    def _wrong(self, kek_id: str) -> WrongKeyEncryptionKeyError:
        return WrongKeyEncryptionKeyError(
            f"The vault's keys are wrapped by key-encryption key {kek_id}; WERKPAD_KEY_ENCRYPTION_KEY holds"
            f" {self.kek_id}. Set it to the one that wraps this vault: after a rotation the new one, for a backup of"
            " the vault from before it the one of then, which can stand in WERKPAD_PREVIOUS_KEY_ENCRYPTION_KEY."
        )

    # the keys of streams

    def new_key(self, stream_id: UUID) -> tuple[WrappedKey, StreamKey]:
        """A key for a stream. Raises VaultError where no key-encryption key was admitted."""
        if self._wraps is None:
            raise VaultError("The vault was not set up. Run werkpad init.")
        key, key_id = self._random(KEY_BYTES), uuid4()
        return self._wrap(stream_id, key_id, key, self._wraps), StreamKey(key_id, stream_id, AESGCM(key))

    def keys(self, stream_ids: Iterable[UUID]) -> Mapping[UUID, StreamKey]:
        """The keys that exist and can be opened, by stream; an erased stream is simply absent.

        Raises:
            WrongKeyEncryptionKeyError: the vault is wrapped by a key-encryption key that the settings don't hold.
        """
        if not (wanted := list(stream_ids)):
            return {}
        found, shut = self.opened(self._vault.select_keys(wanted))
        for key in shut:
            tell_unopened(key.stream_id, "its key in the vault")
        return found

    def opened(self, keys: Sequence[WrappedKey]) -> tuple[dict[UUID, StreamKey], list[WrappedKey]]:
        """Those that can be opened, by stream, and those that can't. Raises WrongKeyEncryptionKeyError as `keys`."""
        found: dict[UUID, StreamKey] = {}
        shut = self._open_into(found, keys)
        if shut and any(self._has(kek_id) for kek_id in {key.kek_id for key in shut} - self._keks.keys()):
            shut = self._open_into(found, shut)
        if shut:
            self._refuse_if_ours_is_another({key.kek_id for key in shut})
        return found, shut

    def _open_into(self, found: dict[UUID, StreamKey], keys: Iterable[WrappedKey]) -> list[WrappedKey]:
        shut = []
        for key in keys:
            if opened := self._opened(key):
                found[key.stream_id] = StreamKey(key.key_id, key.stream_id, AESGCM(opened[1]))
            else:
                shut.append(key)
        return shut

    def opener(self, stream_ids: Iterable[UUID]) -> Opener:
        return Opener(self.keys(stream_ids), self.marks)

    def marks(self) -> Marks:
        """What makes keyed marks. Raises VaultError where the vault has no key for them."""
        key = self.keys([MARKS]).get(MARKS)
        if key is None:
            raise VaultError("The vault has no key for marks. Run werkpad init.")
        return Marks(key.derived("marks"))

    def rewrapped(self, key: WrappedKey, kek_id: str) -> WrappedKey | None:
        """The same key wrapped by another key-encryption key of ours, None where it can't be opened."""
        opened = self._opened(key)
        return self._wrap(key.stream_id, key.key_id, opened[1], kek_id) if opened else None

    def hanging(self, by_kek: Mapping[str, int]) -> Hanging:
        """How many of so many keys, by what wraps them, hang on which of our key-encryption keys."""
        ours = {kek_id: count for kek_id, count in by_kek.items() if kek_id in self._keks}
        current = ours.pop(self.kek_id, 0)
        previous = sum(ours.values())
        return Hanging(current, previous, sum(by_kek.values()) - current - previous)

    def _refuse_if_ours_is_another(self, kek_ids: set[str]) -> None:
        # One row that doesn't open is one client's damage. A vault that is wrapped by a key that this process doesn't
        # have is ours: to go on would show everybody as if erased, and fold it so.
        if missing := kek_ids - self._keks.keys():
            wrapping = self._vault.wrapping()
            if wrapping is not None and missing & {wrapping.kek_id, wrapping.previous_kek_id}:
                self.admit(wrapping)

    def _wrap(self, stream_id: UUID, key_id: UUID, key: bytes, kek_id: str) -> WrappedKey:
        return WrappedKey(stream_id, key_id, self._encrypt(kek_id, key, stream_id.bytes + key_id.bytes), kek_id)

    def _opened(self, key: WrappedKey) -> tuple[str, bytes] | None:
        """Which of our key-encryption keys wraps it, and the key; None where none opens it."""
        for kek_id in [key.kek_id] if key.kek_id in self._keks else list(self._keks):
            try:
                return kek_id, self._decrypt(kek_id, key.wrapped, key.stream_id.bytes + key.key_id.bytes)
            except (InvalidTag, ValueError):
                continue
        return None

    def _encrypt(self, kek_id: str, plain: bytes, bound_to: bytes) -> bytes:
        iv = self._random(NONCE_BYTES)
        return iv + self._keks[kek_id].encrypt(iv, plain, bound_to)

    def _decrypt(self, kek_id: str, box: bytes, bound_to: bytes) -> bytes:
        return self._keks[kek_id].decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], bound_to)


def _bound_to(vault_id: UUID, kek_id: str) -> bytes:
    return vault_id.bytes + kek_id.encode()
