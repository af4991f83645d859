"""Rotating the key-encryption key: every key is wrapped anew, in batches, while others go on and however it ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from eventlog.keyring import Keyring, VaultError
from eventlog.recording import Recorder

BATCH = 500


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation came to: how many keys it wrapped anew, how many nobody can open, and by which key it wrapped."""

    moved: int
    shut: int
    kek_id: str


def rotate(recorder: Recorder, keyring: Keyring, progress: Callable[[int, int], None]) -> Rotated:
    """Let the first of our key-encryption keys wrap the vault, and wrap all its keys by it.

    First the vault changes hands, in one step: from then on nobody wraps by the key before. Then the keys follow, each
    batch in a transaction that changes them where they are, so that who is erased meanwhile stays erased. `progress`
    is told how many keys were looked at, of how many.

    Raises:
        VaultError: another rotation came between.
    """
    kek_id = keyring.kek_id
    before = recorder.wrapping()
    if before is None:
        raise VaultError("The vault was not set up. Run werkpad init.")
    keyring.admit(before)
    if before.kek_id != kek_id:
        recorder.hand_over(before.kek_id, keyring.wrapping(before.vault_id, previous_kek_id=before.kek_id))
    moved = shut = looked_at = 0
    total = sum(count for each, count in recorder.keys_by_kek().items() if each != kek_id)
    after = None
    while batch := recorder.rewrap(kek_id, after, BATCH, partial(keyring.rewrapped, kek_id=kek_id)):
        after, moved, shut = batch.upto, moved + batch.moved, shut + batch.shut
        looked_at += batch.moved + batch.shut
        progress(looked_at, max(total, looked_at))
    recorder.end_rotation(kek_id)
    now = recorder.wrapping()
    if now is None or now.kek_id != kek_id:
        raise VaultError(
            "Another rotation of the key-encryption key came between. Look at the settings and run it again."
        )
    keyring.admit(now)
    if moved:
        recorder.scrub()
    return Rotated(moved, shut, kek_id)
