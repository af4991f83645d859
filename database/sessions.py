"""The sessions of SQLAlchemy's pools: how they are begun, and which of them are not used any more."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from database.addresses import session_arguments
from database.patience import PatientConnection, may_be_gone

NEW = 3.0  # seconds that a session counts as new
MOST_BESIDE = 10  # sessions beside those that a pool keeps

# Not of the transaction, which says what it was begun as.
IS_READ_ONLY = (
    "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
    " THEN 'on' ELSE 'off' END"
)


def sqlite_engine(url: str, pool_size: int, lock_timeout: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        hide_parameters=True,
        pool_size=pool_size,
        max_overflow=MOST_BESIDE,
        connect_args={"timeout": lock_timeout, "check_same_thread": False},
    )
    _use_explicit_transactions(engine)
    return engine


def postgres_engine(url: str, pool_size: int, lock_timeout: int) -> Engine:
    engine = create_engine(
        make_url(url).set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=MOST_BESIDE,
        hide_parameters=True,
        connect_args=session_arguments(url, lock_timeout),
        # The session that was used last knows best what it is asked.
        pool_use_lifo=True,
    )
    _look_at_sessions(engine)
    event.listen(engine, "do_connect", _connect_patiently)
    return engine


def _connect_patiently(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    return PatientConnection.connect(*arguments, **options)


def _look_at_sessions(engine: Engine) -> None:
    """Look at each session before it is used: one that is broken is made anew, with all of its age; so is one that has
    turned read-only, as they do in a failover, unless it is new, and the server takes no writes at all."""

    @event.listens_for(engine, "connect")
    def connect(_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["made_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def checkout(connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        try:
            read_only = _is_read_only(connection)
            # A look that was read-only leaves "read and write" behind, whatever the database says by now.
            connection.read_only = None
        except psycopg.Error:
            raise InvalidatePoolError from None
        if read_only and time.monotonic() - record.info["made_at"] > NEW:
            raise InvalidatePoolError


def _is_read_only(connection: psycopg.Connection[Any]) -> bool:
    """Whether a session takes no writes, as far as the server said when it was last used; from 14 on it says so."""
    told = [connection.info.parameter_status(name) for name in ("default_transaction_read_only", "in_hot_standby")]
    if None not in told and not may_be_gone(connection):
        return "on" in told
    # Else the question would begin a transaction.
    connection.autocommit = True
    (read_only,) = connection.execute(IS_READ_ONLY).fetchone()  # type: ignore[misc]  # the library has no types
    connection.autocommit = False
    return bool(read_only == "on")


def _use_explicit_transactions(engine: Engine) -> None:
    # A transaction that reads first and writes later could fail half-way on SQLite; writers say so up front.
    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("werkpad_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
