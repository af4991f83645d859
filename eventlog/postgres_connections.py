"""Connections to the log on PostgreSQL: with all that the address says, and none that turned read-only."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg
from eventsourcing.persistence import InternalError
from eventsourcing.postgres import ConnectionPool, PostgresDatastore
from psycopg import Connection, errors
from psycopg.rows import DictRow, dict_row
from psycopg_pool import PoolTimeout

from database.addresses import IDLE_IN_TRANSACTION, connection_arguments, session_arguments
from database.patience import PatientConnection, may_be_gone

CONNECTING = 5  # seconds, for a server to answer, and for a connection to become free
SOON = 0.2  # seconds after which it is asked whether there is a server
KNOWN = 1.0  # seconds in which it is not asked again

P = ParamSpec("P")
T = TypeVar("T")


def reach(url: str) -> None:
    """Connect once. A pool tries again by itself, and says that it could not, but not why.

    Raises:
        psycopg.OperationalError: the server can't be reached, or lets this user not in.
    """
    PatientConnection.connect(**{"connect_timeout": CONNECTING} | connection_arguments(url)).close()


def _check(connection: Connection[DictRow]) -> None:
    if may_be_gone(connection):
        ConnectionPool.check_connection(connection)


class Pool(ConnectionPool[Connection[DictRow]]):
    """A pool that says at once when there is no server: of itself it would have each who asks wait for its timeout."""

    def __init__(self, url: str, *, size: int, lock_timeout: int, configure: Callable[[Any], None]) -> None:
        super().__init__(
            get_password_func=None,
            kwargs={**session_arguments(url, lock_timeout), "row_factory": dict_row},
            connection_class=PatientConnection,
            configure=configure,
            check=_check,
            min_size=1,
            max_size=size,
            timeout=CONNECTING,
            open=False,
            # Else it waits longer and longer between its attempts, and stays away for minutes after the server is back.
            reconnect_timeout=5.0,
        )
        self._url = url
        self._away = ""
        self._known_until = 0.0

    def getconn(self, timeout: float | None = None) -> Connection[DictRow]:
        if self._away and time.monotonic() < self._known_until:
            raise psycopg.OperationalError(self._away)
        try:
            return super().getconn(min(SOON, timeout or SOON))
        except PoolTimeout:
            # All are in use, or there is no server: whoever connects knows.
            if time.monotonic() >= self._known_until:
                self._reach()
        return super().getconn(timeout)

    def _reach(self) -> None:
        self._away = ""
        try:
            reach(self._url)
        except psycopg.OperationalError as error:
            self._away = str(error)
            raise
        finally:
            self._known_until = time.monotonic() + KNOWN


class Datastore(PostgresDatastore):
    """The library's datastore, for an address with all that it says, which drops sessions that turned read-only.

    After a failover a session may go on that takes nothing any more; the pool's own check lets it pass.
    """

    def __init__(self, url: str, *, pool_size: int, lock_timeout: int) -> None:
        super().__init__(
            dbname="",
            host="",
            port="",
            user="",
            password="",
            lock_timeout=lock_timeout,
            idle_in_transaction_session_timeout=IDLE_IN_TRANSACTION,
        )
        self.pool = Pool(url, size=max(pool_size, 1), lock_timeout=lock_timeout, configure=self.after_connect_func())

    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        try:
            with super().get_connection() as connection:
                yield connection
        except InternalError as error:
            if is_read_only(error):
                self.pool.drain()
            raise


def is_read_only(error: Exception) -> bool:
    return isinstance(error.__cause__, errors.ReadOnlySqlTransaction)


def written_anew(write: Callable[P, T]) -> Callable[P, T]:
    """Once more, where the session turned out to be read-only: nothing was stored, and a new session may do it."""

    @wraps(write)
    def attempt(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return write(*args, **kwargs)
        except InternalError as error:
            if not is_read_only(error):
                raise
            return write(*args, **kwargs)

    return attempt
