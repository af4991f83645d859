"""The database that read models and lasting facts live in, through SQLAlchemy, on PostgreSQL or SQLite."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Table,
    TypeDecorator,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from eventlog.door import Door
from eventlog.postgres_door import ENTER, stored

Row = dict[str, Any]

MANY = 100  # rows, from which on it is worth copying them

# Advisory locks, known to the whole database server.
SETTING_UP, REBUILDING, FINISHING, COMPARING = range(7_202_610, 7_202_614)
BACKING_UP, RESTORING = 7_202_651, 7_202_652


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, on SQLite too, which keeps none of the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Database:
    """Read and write transactions on one database."""

    def __init__(self, url: str, *, pool_size: int = 5, lock_timeout: int = 5, door: Door | None = None) -> None:
        address = make_url(url)
        self._door = door
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self._path = Path(address.database or "") if self.is_sqlite else None
        if self.is_sqlite:
            self.engine = create_engine(
                address, poolclass=QueuePool, hide_parameters=True, pool_size=pool_size, max_overflow=10,
                connect_args={"timeout": lock_timeout, "check_same_thread": False},
            )  # fmt: skip
            _use_explicit_transactions(self.engine)
        else:
            self.engine = create_engine(
                address.set(drivername="postgresql+psycopg"), pool_size=pool_size, max_overflow=10,
                pool_pre_ping=True, hide_parameters=True, connect_args={"options": f"-c lock_timeout={lock_timeout}s"},
            )  # fmt: skip

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """One consistent look."""
        level = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with self.engine.connect().execution_options(**level) as connection:
            yield connection

    @contextmanager
    def write(self, *, attach: Path | None = None) -> Iterator[Connection]:
        """One transaction, committed at the end; on SQLite it takes the write lock at once.

        `attach` is a second file of SQLite's, to be written to as the schema `vault`.

        Raises:
            ClosedError: nothing can be written now.
        """
        with (
            self._door.held() if self._door else nullcontext(),
            self.engine.connect().execution_options(werkpad_writes=True) as connection,
        ):
            if self.is_sqlite and attach:
                # Not in a transaction, where SQLite can't; the connection is not given to others with it.
                _driver(connection).execute("ATTACH DATABASE ? AS vault", (str(attach),))
                connection.detach()
            with connection.begin():
                if self._door and not self.is_sqlite:
                    self._door.judge(stored(connection.exec_driver_sql(ENTER).scalar_one()))
                yield connection

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
                connection.execute(select(getattr(func, f"pg_advisory_lock{kind}")(lock)))
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


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@contextmanager
def _file_lock(path: Path, *, wait: bool, share: bool) -> Iterator[bool]:
    with path.open("w") as file:
        try:
            kind = fcntl.LOCK_SH if share else fcntl.LOCK_EX
            fcntl.flock(file, kind | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True


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
    quoted = ", ".join(f'"{name}"' for name in names)
    if connection.dialect.name != "postgresql":
        statement = f'INSERT INTO "{table.name}" ({quoted}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608 - ours
        connection.exec_driver_sql(statement, _bound(connection, table, map(values, rows)))
        return
    cursor: Any = connection.connection.cursor()
    with cursor:
        data = _as_csv(map(values, rows))
        with cursor.copy(f'COPY "{table.name}" ({quoted}) FROM STDIN {"" if data is None else CSV}') as copy:
            if data is not None:
                copy.write(data)
                return
            for row in rows:
                copy.write_row(values(row))


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
    keys = [column.name for column in table.primary_key.columns]
    if connection.dialect.name == "postgresql" and len(rows) >= MANY:
        # Copying them beside the table and inserting from there takes a third of the time.
        beside = Table(f"incoming_{table.name}", MetaData(), *(Column(c.name, c.type) for c in table.columns))
        connection.execute(text(f'CREATE TEMPORARY TABLE "{beside.name}" (LIKE "{table.name}") ON COMMIT DROP'))
        copy_rows(connection, beside, rows)
        insert: Any = postgresql.insert(table).from_select([c.name for c in table.columns], select(beside))
        connection.execute(_replacing(insert, table, keys))
        connection.execute(text(f'DROP TABLE "{beside.name}"'))
        return
    insert = postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
    connection.execute(_replacing(insert, table, keys), rows)


def _replacing(insert: Any, table: Table, keys: Sequence[str]) -> Any:
    changes = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=changes)
