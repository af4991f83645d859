"""Connections to the log on PostgreSQL: with all that the address says, and none that turned read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from eventsourcing.persistence import InternalError
from eventsourcing.postgres import PostgresDatastore
from psycopg import Connection, errors
from psycopg.rows import DictRow, dict_row

from eventlog.addresses import IDLE_IN_TRANSACTION, session_arguments
from eventlog.patience import PatientConnection

P = ParamSpec("P")
T = TypeVar("T")


class Datastore(PostgresDatastore):
    """The library's connection pool, for an address with all that it says, which drops sessions that turned read-only.

    After a failover a session may go on that takes nothing any more; the pool's own check lets it pass.
    """

    def __init__(self, url: str, *, pool_size: int, lock_timeout: int) -> None:
        super().__init__(
            dbname="", host="", port="", user="", password="",
            pool_size=1, max_overflow=max(pool_size - 1, 0), lock_timeout=lock_timeout,
            idle_in_transaction_session_timeout=IDLE_IN_TRANSACTION, pre_ping=True,
        )  # fmt: skip
        self.pool.kwargs = {**session_arguments(url, lock_timeout), "row_factory": dict_row}
        self.pool.connection_class = PatientConnection
        # Else it waits longer and longer between its attempts, and stays away for minutes after the server is back.
        self.pool.reconnect_timeout = 5.0

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
