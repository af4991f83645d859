"""A password that is refused takes the same work, whatever there is of an account: time tells nobody of it."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from records import passwords


@pytest.mark.parametrize(
    "to_hash",
    [None, "none", "", "$argon2id$broken", passwords._hasher.hash("another one")],
    ids=["nobody", "a word", "empty", "broken", "another"],
)
def test_each_refusal_hashes_once(to_hash: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> bool:
            right = super().verify(hash, password)
            hashed.append(hash)
            return right

    monkeypatch.setattr(passwords, "_NOBODY", passwords._hasher.hash("not the password"))
    monkeypatch.setattr(passwords, "_hasher", Counting())
    assert not passwords.belongs("not the password", to_hash)
    # One that is another password's raises after it hashed; all others have to be hashed against nobody's.
    assert len(hashed) == (0 if to_hash and to_hash.count("$") > 2 else 1)
