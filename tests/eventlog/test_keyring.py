"""What a vault from before check values is to say is found by what opens it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from eventlog.keyring import Keyring, Vault, WrappedKey, WrongKeyEncryptionKeyError

OLD, NEW, STRANGE = bytes(32), bytes(range(32)), bytes(reversed(range(32)))
VAULT = UUID(int=3)


class NoVault(Vault):
    """Nothing is asked of it here."""


def ring(*keys: bytes) -> Keyring:
    return Keyring(keys, NoVault())


def wrapped_by(key: bytes) -> WrappedKey:
    """A stream's key as a vault holds it, wrapped by one key-encryption key."""
    holder = ring(key)
    holder.admit(holder.wrapping(VAULT))
    return holder.new_key(uuid4())[0]


def test_the_one_that_wraps_most_is_found_and_the_other_is_the_one_before() -> None:
    both, old, new = ring(NEW, OLD), ring(OLD), ring(NEW)
    found = both.proven(VAULT, [(30, [wrapped_by(OLD)]), (1, [wrapped_by(NEW)])])
    assert (found.kek_id, found.previous_kek_id) == (new.kek_id, old.kek_id), "the first is to wrap if it does at all"
    both.admit(found)
    with pytest.raises(WrongKeyEncryptionKeyError, match="not finished"):
        new.admit(found)
    alone = both.proven(VAULT, [(30, [wrapped_by(OLD)])])
    assert (alone.kek_id, alone.previous_kek_id) == (old.kek_id, None)
    nothing = both.proven(VAULT, [])
    assert (nothing.kek_id, nothing.previous_kek_id) == (new.kek_id, None)


def test_a_few_keys_of_a_stranger_are_damage_and_many_are_another_vault() -> None:
    samples = [(10, [wrapped_by(OLD)]), (9, [wrapped_by(STRANGE)])]
    assert ring(OLD).proven(VAULT, samples).kek_id == ring(OLD).kek_id
    with pytest.raises(WrongKeyEncryptionKeyError, match=ring(STRANGE).kek_id):
        ring(OLD).proven(VAULT, [(10, [wrapped_by(OLD)]), (10, [wrapped_by(STRANGE)])])
