"""One writer at a time for each SQLite file in this process, in the order in which they came.

SQLite lets one connection write at a time, whoever it is, and those who wait for it ask again and again, in no order.
Log and read models share a file, so they share its turns. A turn is taken before a connection is, and nobody who has
one waits for another's: readers take no turn, and get their connections at once. That is the one order of locks.
Between processes SQLite's own lock decides.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import WeakValueDictionary


class TurnTimeoutError(Exception):
    """Others went on writing for too long."""


class Turns:
    """A lock that is handed on first come, first served."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._writer: int | None = None
        self._waiting: deque[tuple[int, threading.Event]] = deque()

    @contextmanager
    def turn(self, patience: float) -> Iterator[None]:
        """While this lasts, nobody else has a turn. `patience` is how many seconds one waits for it.

        Raises:
            TurnTimeoutError: it did not come.
            RuntimeError: this thread has it already; two transactions of one thread would wait for each other.
        """
        self._take(patience)
        try:
            yield
        finally:
            self._pass_on()

    def _take(self, patience: float) -> None:
        me, called = threading.get_ident(), threading.Event()
        with self._lock:
            if self._writer is None:
                self._writer = me
                return
            if self._writer == me:
                raise RuntimeError("This thread is writing already: a transaction within another one.")
            self._waiting.append((me, called))
        if called.wait(patience):
            return
        with self._lock:
            # It may have come while we were giving up.
            if called.is_set():
                return
            self._waiting.remove((me, called))
        raise TurnTimeoutError("database is locked")

    def _pass_on(self) -> None:
        with self._lock:
            self._writer = None
            if self._waiting:
                self._writer, called = self._waiting.popleft()
                called.set()


_known: WeakValueDictionary[Path, Turns] = WeakValueDictionary()
_knowing = threading.Lock()


def turns_of(path: Path) -> Turns:
    """The turns of a file: the same for everybody in this process who writes to it."""
    with _knowing:
        turns = _known.get(path.absolute())
        if turns is None:
            turns = _known[path.absolute()] = Turns()
        return turns
