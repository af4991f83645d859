"""The database that read models and lasting facts live in, through SQLAlchemy, on PostgreSQL or SQLite."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from eventsourcing.persistence import PersistenceError
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TextClause,
    TypeDecorator,
    bindparam,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InvalidatePoolError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from eventlog import private
from eventlog.addresses import HARDLY_WAITING, NO_TIMEOUTS, session_arguments
from eventlog.door import Door
from eventlog.patience import PatientConnection, may_be_gone
from eventlog.postgres_door import ENTER, stored
from eventlog.turns import TurnTimeoutError, turns_of

Row = dict[str, Any]

# Not of the transaction, which says what it was begun as.
IS_READ_ONLY = (
    "SELECT CASE WHEN pg_is_in_recovery() OR current_setting('default_transaction_read_only')::boolean"
    " THEN 'on' ELSE 'off' END"
)
NEW = 3.0  # seconds that a session counts as new
MANY = 100  # rows, from which on it is worth copying them

# Advisory locks, known to the whole database server.
SETTING_UP, REBUILDING, FINISHING, COMPARING = range(7_202_610, 7_202_614)
COUNTING = 7_202_630
# one process at a time hands mail over
MAILING = 7_202_620
PATIENCE = 120  # seconds for such a lock
BACKING_UP, RESTORING = 7_202_651, 7_202_652


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, on SQLite too, which keeps none of the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


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
        if self.is_sqlite:
            self.engine = create_engine(
                address, poolclass=QueuePool, hide_parameters=True, pool_size=pool_size, max_overflow=10,
                connect_args={"timeout": lock_timeout, "check_same_thread": False},
            )  # fmt: skip
            _use_explicit_transactions(self.engine)
        else:
            self.engine = create_engine(
                address.set(drivername="postgresql+psycopg"), pool_size=pool_size, max_overflow=10,
                hide_parameters=True, connect_args=session_arguments(url, lock_timeout),
                # The session that was used last knows best what it is asked.
                pool_use_lifo=True,
            )  # fmt: skip
            _look_at_sessions(self.engine)
            event.listen(self.engine, "do_connect", _connect_patiently)

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
            self._allow(connection, long=long)
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

    def _allow(self, connection: Connection, *, long: bool, brief: bool = False) -> None:
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
    def alone(self, lock: int, *, wait: bool = True, share: bool = False) -> Iterator[bool]:
        """While this lasts, no other process holds the same lock; tells whether we do.

        With `share`, others that share it may hold it too, and nobody holds it alone.

        A lock ends with its process, however that ends: on PostgreSQL an advisory lock, on SQLite that of a file.
        """
        if self._path is not None:
            path = self._path.with_name(f"{self._path.name}.{lock}.lock")
            with _file_lock(path, wait=wait, share=share) as held:
                yield held
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
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

    def create(self, metadata: MetaData) -> None:
        """Make the tables that are missing."""
        with self.write() as connection:
            metadata.create_all(connection)

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


def _connect_patiently(_dialect: Any, _record: Any, arguments: list[Any], options: dict[str, Any]) -> Any:
    return PatientConnection.connect(*arguments, **options)


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@contextmanager
def _file_lock(path: Path, *, wait: bool, share: bool) -> Iterator[bool]:
    with os.fdopen(private.open_file(path, os.O_WRONLY), "w") as file:
        try:
            kind = fcntl.LOCK_SH if share else fcntl.LOCK_EX
            fcntl.flock(file, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


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
    (read_only,) = connection.execute(IS_READ_ONLY).fetchone()  # type: ignore[misc]
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


def copy_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that are not there yet, as fast as the database takes them."""
    if not rows:
        return
    names = [column.name for column in table.columns]
    values = itemgetter(*names)
    quoted = _quoted(names)
    if connection.dialect.name != "postgresql":
        statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608 - ours
        connection.exec_driver_sql(statement, _bound(connection, table, map(values, rows)))
        return
    data = _as_csv(map(values, rows))
    cursor: Any = connection.connection.cursor()
    try:
        with cursor, cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN {"" if data is None else CSV}') as copy:
            if data is not None:
                copy.write(data)
                return
            for row in rows:
                copy.write_row(values(row))
    except psycopg.Error as error:
        # The driver was asked directly; who catches errors knows those of SQLAlchemy.
        raise DBAPIError.instance(None, None, error, psycopg.Error, dialect=connection.dialect) from error


_json = msgspec.json.Encoder(uuid_format="hex")
_rows = msgspec.json.Decoder(list[tuple[Any, ...]])
CSV = "(FORMAT csv, QUOTE '\"', ESCAPE '\\', NULL 'null')"


def _as_csv(rows: Iterable[tuple[Any, ...]]) -> bytes | None:
    """Rows as CSV, None where that can't be.

    A line of JSON is CSV but for its brackets, and made many times faster than value by value. Of JSON's escapes
    CSV knows those of quotes and backslashes; with a control character it can't be used.
    """
    data = msgspec.json.Encoder().encode_lines(rows)[1:-2].replace(b"]\n[", b"\n")
    if b"\\" in data and b"\\" in data.replace(b"\\\\", b"").replace(b'\\"', b""):
        return None
    return data


def _bound(connection: Connection, table: Table, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as SQLite's driver wants them: text for ids and days in one go, times by their type's own rule."""
    times = [
        (nth, column.type.dialect_impl(connection.dialect).bind_processor(connection.dialect))
        for nth, column in enumerate(table.columns)
        if isinstance(column.type, UtcDateTime)
    ]
    bound: list[list[Any]] = [list(row) for row in rows]
    for nth, rule in times:
        for row in bound:
            if row[nth] is not None and rule is not None:
                row[nth] = rule(row[nth])
    return _rows.decode(_json.encode(bound))


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows, or replace those with the same primary key."""
    if not rows:
        return
    names = tuple(rows[0])
    if connection.dialect.name != "postgresql":
        connection.execute(_upsert(table, names), rows)
    elif len(rows) < MANY:
        connection.execute(_upsert_of_json(table, names), {"rows": msgspec.json.encode(rows).decode()})
    else:
        _upsert_by_copy(connection, table, rows)


def _upsert_by_copy(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    # Copying them beside the table and inserting from there takes a third of the time.
    beside = Table(f"incoming_{table.name}", MetaData(), *(Column(c.name, c.type) for c in table.columns))
    names = [column.name for column in table.columns]
    connection.execute(text(f'CREATE TEMPORARY TABLE "{beside.name}" (LIKE "{table.name}") ON COMMIT DROP'))
    copy_rows(connection, beside, rows)
    chosen = f'SELECT {_quoted(names)} FROM "{beside.name}"'  # noqa: S608 - ours
    connection.execute(text(f'INSERT INTO "{table.name}" ({_quoted(names)}) {chosen} {_or_replace(table, names)}'))
    connection.execute(text(f'DROP TABLE "{beside.name}"'))


@lru_cache(maxsize=256)
def _upsert(table: Table, names: tuple[str, ...]) -> TextClause:
    """The statement as text: SQLAlchemy's own would be compiled anew each time, which takes longer than it runs."""
    values = f"VALUES ({', '.join(f':{name}' for name in names)})"
    statement = text(f'INSERT INTO "{table.name}" ({_quoted(names)}) {values} {_or_replace(table, names)}')
    return statement.bindparams(*(bindparam(name, type_=table.columns[name].type) for name in names))


@lru_cache(maxsize=256)
def _upsert_of_json(table: Table, names: tuple[str, ...]) -> TextClause:
    """The same with one parameter: to put a hundred into a statement takes the driver longer than to run it."""
    rows = f'SELECT {_quoted(names)} FROM json_populate_recordset(CAST(NULL AS "{table.name}"), CAST(:rows AS json))'  # noqa: S608 - ours
    return text(f'INSERT INTO "{table.name}" ({_quoted(names)}) {rows} {_or_replace(table, names)}')


def _or_replace(table: Table, names: Sequence[str]) -> str:
    keys = [column.name for column in table.primary_key.columns]
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in keys)
    return f"ON CONFLICT ({_quoted(keys)}) DO {f'UPDATE SET {changes}' if changes else 'NOTHING'}"


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
