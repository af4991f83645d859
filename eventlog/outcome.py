"""What came of the commands of a request, noted where the log stores them: whoever tells people about it asks here.

Whatever fails afterwards, a command that was stored was stored; and one whose connection was lost in the middle may
have been.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout, TooManyRequests


class Outcome(IntEnum):
    """Of several commands, the last of these holds."""

    NOTHING = 0
    UNKNOWN = 1
    STORED = 2


_outcome: ContextVar[Outcome] = ContextVar("outcome", default=Outcome.NOTHING)


def begin() -> None:
    """Forget what came of the request before this one."""
    _outcome.set(Outcome.NOTHING)


def of_this_request() -> Outcome:
    return _outcome.get()


def note(outcome: Outcome) -> None:
    _outcome.set(max(outcome, _outcome.get()))


@contextmanager
def noted() -> Iterator[None]:
    """Note what comes of storing something."""
    try:
        yield
    except Exception as error:
        if not surely_not_stored(error):
            note(Outcome.UNKNOWN)
        raise
    note(Outcome.STORED)


# A server that goes down may have committed before.
GOING_DOWN = ("08", "57P", "XX")


def surely_not_stored(error: Exception) -> bool:
    """Whether an error that storing ended in says that nothing was stored."""
    cause = error.__cause__ or error
    if isinstance(cause, PoolTimeout | PoolClosed | TooManyRequests):
        return True
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate is not None and not cause.sqlstate.startswith(GOING_DOWN)
    if isinstance(cause, sqlite3.Error):
        return "disk I/O" not in str(cause)
    # No database said so: it was not asked yet.
    return True
