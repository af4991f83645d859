"""Locks that one process at a time holds on a whole database, which end with the process, however that ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, func, select

from database import private

# Advisory locks of PostgreSQL, known to the whole server.
SETTING_UP, REBUILDING, FINISHING, COMPARING = range(7_202_610, 7_202_614)
COUNTING = 7_202_630
# one process at a time hands mail over
MAILING = 7_202_620
# one at a time makes files of persons, since each first looks whether there is one
TAKING_IN = 7_202_640
# one client at a time chooses a time that a coach offers to several
CHOOSING = 7_202_660
# one process at a time makes the report on representation
REPORTING = 7_202_670
BACKING_UP, RESTORING = 7_202_651, 7_202_652
PATIENCE = 120  # seconds for such a lock


@contextmanager
def postgres_lock(engine: Engine, lock: int, *, wait: bool, share: bool) -> Iterator[bool]:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        kind = "_shared" if share else ""
        if wait:
            # What is done alone may take longer than a row is ever locked: a migration, or six starts at once.
            connection.exec_driver_sql(f"SET lock_timeout = '{PATIENCE}s'; SET statement_timeout = 0")
            try:
                connection.execute(select(getattr(func, f"pg_advisory_lock{kind}")(lock)))
            finally:
                connection.exec_driver_sql("RESET lock_timeout; RESET statement_timeout")
        elif not connection.scalar(select(getattr(func, f"pg_try_advisory_lock{kind}")(lock))):
            yield False
            return
        try:
            yield True
        finally:
            # The connection goes back to the pool, and the lock would go with it.
            connection.execute(select(getattr(func, f"pg_advisory_unlock{kind}")(lock)))


@contextmanager
def file_lock(path: Path, *, wait: bool, share: bool) -> Iterator[bool]:
    with os.fdopen(private.open_file(path, os.O_WRONLY), "w") as file:
        try:
            kind = fcntl.LOCK_SH if share else fcntl.LOCK_EX
            fcntl.flock(file, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
