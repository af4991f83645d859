"""How long a thread waits for a database that does not answer: a PostgreSQL connection that gives up in time.

PostgreSQL's own timeouts end with the server: one that hangs, or whose network is gone, holds whoever waits for it for
good. A thread that must not, such as one that serves a page, says how long a silence may last.
"""

from __future__ import annotations

import select
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import errors

CONNECTING = 3.0  # seconds, for whoever has all the time
DEADLINE = 1.5  # seconds for whoever only looks: a silence that long is an answer

_here = threading.local()


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """While this lasts, this thread waits no longer for a sign of life of the database, all waits together."""
    before = getattr(_here, "seconds", None), getattr(_here, "until", None)
    _here.seconds, _here.until = seconds, time.monotonic() + seconds
    try:
        yield
    finally:
        _here.seconds, _here.until = before


def left() -> float | None:
    """Seconds until this thread gives up, at least a few milliseconds; None when it has all the time."""
    until = getattr(_here, "until", None)
    return None if until is None else max(until - time.monotonic(), 0.005)


def _answered() -> None:
    if getattr(_here, "until", None) is not None:
        _here.until = time.monotonic() + _here.seconds


class PatientConnection(psycopg.Connection[Any]):
    """A connection that is closed, with an OperationalError, when the thread's patience is over."""

    @classmethod
    def connect(cls, conninfo: str = "", **kwargs: Any) -> PatientConnection:
        seconds = float(kwargs.get("connect_timeout", CONNECTING))
        if (remaining := left()) is not None:
            seconds = min(seconds, remaining)
        if seconds < 0.05:
            raise psycopg.OperationalError("the database does not answer")
        # libpq counts in whole seconds, from two on.
        kwargs["connect_timeout"] = max(round(seconds), 2)
        made = super().connect(conninfo, **kwargs)
        _answered()
        return made

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        remaining = left()
        if remaining is None or (timeout is not None and timeout <= remaining):
            return super().wait(gen, interval, timeout)
        try:
            answer = super().wait(gen, interval, remaining)
        except errors._WaitTimeout:
            # What it was about is not known any more: nobody can use it again.
            self.pgconn.finish()
            raise psycopg.OperationalError("the database does not answer") from None
        _answered()
        return answer


def may_be_gone(connection: psycopg.Connection[Any]) -> bool:
    """Whether the server may have ended a session that nobody uses: then it has said so, and its socket knows.

    To ask the server before each use would be a third of what a page asks it.
    """
    try:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    except (OSError, psycopg.Error):
        return True
