"""Whether log, vault and key-encryption key belong together: asked at every start, before anything is made."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from eventlog.keyring import Keyring, VaultError, Wrapping
from eventlog.recording import Evidence, Halves, Recorder
from eventlog.vault_on_sqlite import missing


def judge(recorder: Recorder, keyring: Keyring, topics: Sequence[str]) -> Wrapping | None:
    """Admit the key-encryption key that wraps the vault; or what log and vault are to be bound by, where they aren't.

    `topics` are those of events with personal values: a stream that begins with one has a key, or was erased. Nothing
    is made or changed.

    Raises:
        VaultError: a half is missing or belongs to another database, or the settings hold another key.
    """
    halves = recorder.halves()
    vault = halves.wrapping
    if vault is not None and halves.bound_to is not None and vault.vault_id != halves.bound_to:
        raise _another(recorder)
    if vault is not None and halves.bound_to is not None and halves.has_keys:
        keyring.admit(vault)
        return None
    evidence = recorder.evidence(topics)
    _refuse_a_missing_half(recorder, halves, evidence)
    if vault is None:
        return keyring.proven(halves.bound_to or uuid4(), evidence.samples)
    keyring.admit(vault)
    return vault if halves.bound_to is None else None


def _refuse_a_missing_half(recorder: Recorder, halves: Halves, evidence: Evidence) -> None:
    if evidence.sealed and not evidence.with_key:
        raise _another(recorder) if halves.has_keys else missing(recorder.vault_place())
    if halves.wrapping is None and halves.bound_to is not None and halves.has_events and not halves.has_keys:
        # Nobody's key may have been in it, but who was erased was.
        raise missing(recorder.vault_place())
    if halves.bound_to is None and not evidence.with_key and (halves.has_keys or halves.wrapping is not None):
        raise VaultError(
            f"The log is missing: the vault in {recorder.vault_place()} belongs to a database, and there is no event"
            " with personal values in the one that WERKPAD_DATABASE_URL names. Put that database back, or restore a"
            " backup; for a new one, move the vault away. Nothing was changed."
        )


def _another(recorder: Recorder) -> VaultError:
    return VaultError(
        f"The vault in {recorder.vault_place()} belongs to another database than the one that WERKPAD_DATABASE_URL"
        " names: the keys of this one are not in it. Put its own vault back (with SQLite WERKPAD_VAULT_PATH says where"
        " it is looked for), or restore a backup of log and vault. Nothing was changed."
    )
