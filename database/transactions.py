"""Transactions of read models and lasting facts, through SQLAlchemy: looks that agree, and writes that take turns."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NotInTimeError

from database.addresses import HARDLY_WAITING, NO_TIMEOUTS
from database.door import Door
from database.locks import PATIENCE, file_lock, postgres_lock
from database.postgres_door import ENTER, stored
from database.sessions import IS_READ_ONLY, postgres_engine, sqlite_engine
from database.turns import Turns, TurnTimeoutError, turns_of


class Database:
    """Read and write transactions on one database."""

    def __init__(self, url: str, *, pool_size: int = 5, lock_timeout: int = 5, door: Door | None = None) -> None:
        self._shared: ContextVar[_SharedLook | None] = ContextVar("shared_look", default=None)
        address = make_url(url)
        self._door = door
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self._path = Path(address.database or "") if self.is_sqlite else None
        self._turns = turns_of(self._path) if self._path else None
        self._patience = lock_timeout
        # Who waits for the same lock in this process, in the order in which they came.
        self._waiting: dict[int, Turns] = {}
        make = sqlite_engine if self.is_sqlite else postgres_engine
        self.engine = make(url, pool_size, lock_timeout)

    @contextmanager
    def read(self, *, long: bool = False) -> Iterator[Connection]:
        """One consistent look; the one that is shared, inside `shared_look`.

        Long work says so: then it is a look of its own, and no timeout ends it, but those for locks.
        """
        look = self._shared.get()
        if look is not None and not long:
            try:
                yield look.connection()
            except BaseException:
                # A transaction in which something failed shows nothing any more.
                look.end()
                raise
            return
        with self._look() as connection:
            self._allow(connection, long=long, brief=False)
            yield connection

    @contextmanager
    def shared_look(self) -> Iterator[None]:
        """While this lasts, all reading of this thread is one look: one connection, one transaction, taken when it is
        first needed. It ends early with what this thread writes, and the next reading sees that."""
        token = self._shared.set(look := _SharedLook(self._look))
        try:
            yield
        finally:
            self._shared.reset(token)
            look.end()

    @contextmanager
    def _look(self) -> Iterator[Connection]:
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**level) as connection:
            yield connection
            # Nothing was written. But at a rollback the driver forgets which statements it has prepared.
            if not connection.invalidated:
                with suppress(DBAPIError):
                    connection.commit()

    @contextmanager
    def write(
        self, *, long: bool = False, brief: bool = False, aside: bool = False, attach: Path | None = None
    ) -> Iterator[Connection]:
        """One transaction, committed at the end; on SQLite it waits for its turn and takes the write lock at once.

        `aside` is what nobody reads in the look that is shared: that goes on. Long work says so, as for `read`; what
        is `brief` hardly waits for what others have locked. `attach` is a second file of SQLite's, to be written to as
        the schema `vault`.

        Raises:
            ClosedError: nothing can be written now.
        """
        if (look := self._shared.get()) and not aside:
            look.end()
        with (
            self._door.held() if self._door else nullcontext(),
            self._turn(),
            self.engine.connect().execution_options(werkpad_writes=True) as connection,
        ):
            if self.is_sqlite and attach:
                # Not in a transaction, where SQLite can't; the connection is not given to others with it.
                _driver(connection).execute("ATTACH DATABASE ? AS vault", (str(attach),))
                connection.detach()
            with connection.begin():
                if self._door and not self.is_sqlite:
                    self._door.judge(stored(connection.exec_driver_sql(ENTER).scalar_one()))
                self._allow(connection, long=long, brief=brief)
                yield connection

    def _allow(self, connection: Connection, *, long: bool, brief: bool) -> None:
        if self.is_sqlite:
            return
        if long:
            connection.exec_driver_sql(NO_TIMEOUTS)
        if brief:
            connection.exec_driver_sql(HARDLY_WAITING)

    @property
    def is_missing(self) -> bool:
        """Whether there is no file yet, on SQLite."""
        return self._path is not None and not self._path.exists()

    def takes_writes(self) -> bool:
        """Whether the database can be written to: it is not a standby, nor set to read only."""
        if self._path is not None:
            return os.access(self._path, os.W_OK)
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(IS_READ_ONLY).scalar() == "off"

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with ExitStack() as stack:
            if self._turns:
                try:
                    stack.enter_context(self._turns.turn(self._patience))
                except TurnTimeoutError as error:
                    raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError(str(error))) from None
            yield

    @contextmanager
    def advisory_lock(self, lock: int, *, wait: bool = True, share: bool = False) -> Iterator[bool]:
        """While this lasts, nobody else holds the same lock, in this process or another; tells whether we do.

        With `share`, others that share it may hold it too, and nobody holds it alone. On SQLite it is that of a file.
        """
        if (look := self._shared.get()) and wait:
            # What others did while we waited is to be seen.
            look.end()
        if self._path is not None:
            path = self._path.with_name(f"{self._path.name}.{lock}.lock")
            held = file_lock(path, wait=wait, share=share)
        else:
            held = postgres_lock(self.engine, lock, wait=wait, share=share)
        with self._in_turn(lock) if wait and not share else nullcontext(), held as ours:
            yield ours

    @contextmanager
    def _in_turn(self, lock: int) -> Iterator[None]:
        """One of this process at a time waits for a lock: each takes a connection while it waits, and whoever has the
        lock needs some, too."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._waiting.setdefault(lock, Turns()).turn(PATIENCE))
            except TurnTimeoutError:
                raise NotInTimeError("Others held a lock for too long.") from None
            yield

    def create(self, metadata: MetaData) -> None:
        """Make the tables that are missing."""
        with self.write() as connection:
            # All at once: each start asks, and to ask for each of some seventy takes longer than all else about it.
            there = set(inspect(connection).get_table_names())
            metadata.create_all(connection, [t for t in metadata.sorted_tables if t.name not in there])

    def close(self) -> None:
        self.engine.dispose()


class _SharedLook:
    """A connection that is taken when it is first asked for, and given back when the look ends."""

    def __init__(self, take: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._take = take
        self._held: ExitStack | None = None

    def connection(self) -> Connection:
        if self._held is None:
            with ExitStack() as held:
                self._connection = held.enter_context(self._take())
                self._held = held.pop_all()
        return self._connection

    def end(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            held.close()


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection
