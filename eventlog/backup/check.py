"""Whether a backup brings everybody back: each stream with sealed values opens with its key, or was erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol
from uuid import UUID

from eventlog.backup.copies import Backup, BackupError, Counts
from eventlog.events import Sealed, shape_of
from eventlog.keyring import Keyring, WrappedKey, WrongKeyEncryptionKeyError
from eventlog.mapper import SealingMapper
from eventlog.poison import PoisonError
from eventlog.sealing import TamperedError, place_of

NAMED = 5  # streams, in a sentence

StoredRow = tuple[UUID, int, str, bytes]


class Contents(Protocol):
    """The two halves of a backup, read from its files alone."""

    def pairings(self) -> tuple[str, str]:
        """The pairing ids that stand in the log's file and in the vault's; empty where there is none."""

    def events(self) -> Iterator[StoredRow]: ...
    def keys(self) -> list[WrappedKey]: ...
    def tombstones(self) -> set[UUID]: ...


class _Kept:
    """The keys of a backup, as a vault."""

    def __init__(self, keys: Iterable[WrappedKey]) -> None:
        self._keys = {key.stream_id: key for key in keys}

    def select_keys(self, stream_ids: Iterable[UUID]) -> list[WrappedKey]:
        return [self._keys[stream_id] for stream_id in stream_ids if stream_id in self._keys]

    def wrapping(self) -> None:
        """What the vault says of itself is looked at where it is opened; here its keys speak."""


class LostStreamsError(BackupError):
    """Streams have sealed values of which none opens, though nobody erased them; `opened` is how many open."""

    def __init__(self, streams: Sequence[UUID], opened: int) -> None:
        named = ", ".join(map(str, streams[:NAMED])) + (" and others" if len(streams) > NAMED else "")
        super().__init__(
            f"{len(streams)} streams can't be opened, since their key is missing or another one, and nobody erased"
            f" them: {named}."
        )
        self.streams = streams
        self.opened = opened


def check(
    contents: Contents,
    mapper: SealingMapper,
    key_encryption_keys: Sequence[bytes],
    known: Collection[UUID] = (),
) -> Counts:
    """Open a value of every stream; how much there is. Those `known` could not be opened in the database either.

    Raises:
        LostStreamsError: some can't be opened.
        WrongKeyEncryptionKeyError: the keys were wrapped by another key-encryption key.
    """
    keys, tombstones = contents.keys(), contents.tombstones()
    keyring = Keyring(key_encryption_keys, _Kept(keys))
    by_kek: dict[str, list[WrappedKey]] = {}
    for key in keys:
        by_kek.setdefault(key.kek_id, []).append(key)
    keyring.proven(UUID(int=0), [(len(of), of) for of in by_kek.values()])
    streams: set[UUID] = set()
    opened: set[UUID] = set()
    shut: set[UUID] = set()
    events = 0
    for stream_id, version, topic, state in contents.events():
        events += 1
        streams.add(stream_id)
        if stream_id in opened or stream_id in tombstones:
            continue
        match _opens(mapper, keyring, (stream_id, version, topic, state)):
            case True:
                opened.add(stream_id)
            case False:
                shut.add(stream_id)
    if lost := sorted(shut - opened - set(known)):
        raise LostStreamsError(lost, len(opened))
    return Counts(events, len(streams), len(keys), len(tombstones))


def _opens(mapper: SealingMapper, keyring: Keyring, row: StoredRow) -> bool | None:
    """Whether a sealed value of the event opens, None where it has none, or where the event itself can't be read."""
    try:
        event = mapper.load(*row)
    except PoisonError:
        return None
    sealed = [
        (name, value) for name in shape_of(type(event)).personal if isinstance(value := getattr(event, name), Sealed)
    ]
    if not sealed:
        return None
    key = keyring.keys([row[0]]).get(row[0])
    for name, value in sealed:
        if key is None or value.key_id != key.key_id:
            continue  # redacted since: sealed anew in a later event, under another key
        try:
            key.open(value, place_of(event, name))
        except TamperedError:
            continue
        return True
    return False


def belongs(backup: Backup, contents: Contents) -> None:
    """Raise BackupError unless both halves are of this backup."""
    if not backup.pairing_id:
        return  # made by an earlier version
    log, vault = contents.pairings()
    for half, found, path in (("log", log, backup.log), ("vault", vault, backup.vault)):
        if found != backup.pairing_id:
            raise BackupError(
                f"The {half} at {path} belongs to another backup: its pairing id is {found or 'missing'}, the"
                f" manifest's {backup.pairing_id}. Put the {half} of this backup there, or take another backup."
            )


def usable(backup: Backup, contents: Contents, mapper: SealingMapper, key_encryption_keys: Sequence[bytes]) -> Counts:
    """Prove, by its files alone, that a backup can be restored; how much is in it. Raises BackupError."""
    if not backup.vault.exists():
        backup.whole()
    belongs(backup, contents)
    backup.whole()
    try:
        counts = check(contents, mapper, key_encryption_keys, backup.lost)
    except WrongKeyEncryptionKeyError as error:
        raise BackupError(f"The vault of this backup can't be opened. {error}") from None
    if backup.counts is not None and counts != backup.counts:
        raise BackupError(f"The backup holds {counts}; its manifest says {backup.counts}. Take another backup.")
    return counts
