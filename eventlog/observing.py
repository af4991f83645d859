"""What becomes of commands, told to whoever counts them: their names, and nothing of what they say."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import psycopg
from eventsourcing.persistence import IntegrityError, PersistenceError

ACCEPTED, UNCHANGED, REPEATED, REFUSED, CONFLICT, BUSY, UNAVAILABLE, FAILED = OUTCOMES = (
    "accepted",
    "unchanged",
    "repeated",
    "refused",
    "conflict",
    "busy",
    "unavailable",
    "failed",
)

# The name of a command, its outcome, and the seconds that it took.
Observe = Callable[[str, str, float], None]


def unobserved(_name: str, _outcome: str, _seconds: float) -> None:
    """For processes in which nobody counts."""


class Observation:
    """What became of commands that are carried out together, as far as no exception says it."""

    outcome = ACCEPTED


@contextmanager
def observed(observe: Observe, commands: Sequence[object]) -> Iterator[Observation]:
    """Tell what becomes of these commands, each by its name, when this ends."""
    began = time.monotonic()
    seen = Observation()
    try:
        yield seen
    except BaseException as error:
        seen.outcome = outcome_of(error)
        raise
    finally:
        seconds = time.monotonic() - began
        for command in commands:
            observe(type(command).__name__, seen.outcome, seconds)


def outcome_of(error: BaseException) -> str:
    """What an exception makes of a command: those that refuse say so in an attribute `outcome`."""
    if isinstance(error, IntegrityError):
        return BUSY
    if isinstance(error, PersistenceError | psycopg.Error | sqlite3.Error):
        return UNAVAILABLE
    told: str = getattr(error, "outcome", FAILED)
    return told
