"""What an error of the database is about: itself, or what was asked of it."""

from __future__ import annotations

import psycopg
from eventsourcing.persistence import PersistenceError
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


def is_about_itself(error: BaseException) -> bool:
    """Whether an error tells of the database being away, locked, full or the like, and not of what was asked of it."""
    if isinstance(error, DBAPIError):
        asked_wrongly = isinstance(error, DataError | IntegrityError | ProgrammingError | NotSupportedError)
        # SQLite has no class of its own for what is missing.
        return not asked_wrongly and "no such " not in str(error.orig)
    return isinstance(error, PersistenceError | PoolTimeoutError)


def is_locked(error: OperationalError) -> bool:
    """Whether a statement waited in vain for what somebody has locked on PostgreSQL, where that may be one table."""
    return isinstance(error.orig, psycopg.errors.LockNotAvailable)
