"""Passwords: hashed slowly on purpose, and so few at a time that everything else goes on."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from domain.refusal import Refused
from domain.text import not_longer

# Of the few threads that a process serves with, how many may be at passwords: one hash takes all cores and much memory.
AT_ONCE = 1
WAITING = 2
LONGEST_WAIT = 1.0  # seconds

SHORTEST, LONGEST = 10, 1000  # characters
# Everybody knows these: the demonstration's, which this repository tells.
WELL_KNOWN = ("werkpad-demo",)

_hasher = PasswordHasher()
# Checked against when there is no such account, so that both take as long: no password's hash, made at the cost of one.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$PADc+pyH9ST8mIbm8Wqkcg$/YMXLJJ/odX4XdE2gjBHYvXz6cFItR2s8GweqyOoTK0"


class TooManyAtOnceError(Exception):
    """Too many passwords are being checked just now; this one was not looked at."""


class _Turns:
    """A queue with an end: some are at it, some wait, and whoever comes besides is sent away at once."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._at_it = threading.BoundedSemaphore(at_once)
        self._inside = threading.BoundedSemaphore(at_once + waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        if not self._inside.acquire(blocking=False):
            raise TooManyAtOnceError
        try:
            if not self._at_it.acquire(timeout=LONGEST_WAIT):
                raise TooManyAtOnceError
            try:
                yield
            finally:
                self._at_it.release()
        finally:
            self._inside.release()


_turns = _Turns(AT_ONCE, WAITING)


def require_good(password: str, names: Iterable[str] = (), *, may_be_well_known: bool = False) -> None:
    """Raises Refused for what can't be a password: too short or too long, known to everybody, or one of the names of
    whoever is to have it, whatever digits stand beside it."""
    if len(password) < SHORTEST:
        raise Refused("A password has at least 10 characters.", field="password")
    not_longer(password, field="password", longest=LONGEST)
    if not password.isascii() and any(unicodedata.category(character) == "Cs" for character in password):
        raise Refused("One character in this password can't be read. Choose another password.", field="password")
    if not may_be_well_known and password.strip().lower().startswith((*WELL_KNOWN, "changeme")):
        raise Refused("Everybody knows this password. Choose another one.", field="password")
    if _letters(password) in {_letters(name) for name in names} - {""}:
        raise Refused("This is a name of this account. Choose another password.", field="password")


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))


def hash_password(password: str, names: Iterable[str] = (), *, may_be_well_known: bool = False) -> str:
    """Raises what `require_good` raises, and TooManyAtOnceError."""
    require_good(password, names, may_be_well_known=may_be_well_known)
    with _turns.turn():
        return _hasher.hash(password)


def belongs(password: str, to_hash: str | None) -> bool:
    """Whether a password is the one of this hash; it takes as long where there is none. Raises TooManyAtOnceError."""
    # What can't be a password is compared, too: to tell it apart at once would tell something.
    given = password.encode(errors="surrogatepass")
    with _turns.turn():
        try:
            return _hasher.verify(to_hash or _NOBODY, given) and bool(to_hash)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            # What is kept is no hash. It takes as long, or else that would tell that there is such an account.
            with suppress(VerifyMismatchError):
                _hasher.verify(_NOBODY, given)
            return False
