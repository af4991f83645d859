"""Rows and the columns they need on both databases, and the quickest ways to write many of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, TypeVar
from uuid import UUID

import msgspec
import psycopg
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    DateTime,
    Dialect,
    MetaData,
    Result,
    Table,
    TextClause,
    TypeDecorator,
    Uuid,
    bindparam,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError

# A row as a fold works on it. Queries give structs.
Row = dict[str, Any]
S = TypeVar("S", bound=msgspec.Struct)

MANY = 100  # rows, from which on it is worth copying them
VARIABLES = 30_000  # of one statement; SQLite takes 32,766: https://sqlite.org/limits.html


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, on SQLite too, which keeps none of the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class RepeatedUuid(Uuid[UUID]):
    """Ids of which a query finds each many times: SQLite has texts, and to make an id of each takes longer than all
    else. One is made of each text that differs."""

    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        if dialect.name == "postgresql":
            # Its driver makes ids itself.
            return None
        made: dict[str, UUID] = {}

        def once(text: str | None) -> UUID | None:
            if text is None:
                return None
            found = made.get(text)
            if found is None:
                found = made[text] = UUID(int=int(text, 16))
            return found

        return once


def repeated(column: ColumnElement[UUID]) -> ColumnElement[UUID]:
    """A column of ids, for a query that finds each of them many times."""
    return type_coerce(column, RepeatedUuid()).label(column.key)


def rows_as(kind: type[S], found: Result[Any], **read: Callable[[Any], Any]) -> list[S]:
    """What a query found, as structs whose fields have the names of its columns; `read` makes something else of a
    column's value. A frozen `msgspec.Struct` takes half the time of a dictionary or a data class."""
    pick = _picking(kind, tuple(found.keys()))
    if not read:
        # All at once: to ask for each row takes as long as to make it.
        return [kind(*pick(row)) for row in found.all()]
    readers = [(nth, read[name]) for nth, name in enumerate(kind.__struct_fields__) if name in read]
    made = []
    for row in found.all():
        values = list(pick(row))
        for nth, reader in readers:
            values[nth] = reader(values[nth])
        made.append(kind(*values))
    return made


def row_as(kind: type[S], found: Result[Any], **read: Callable[[Any], Any]) -> S | None:
    """The one row that a query found, if any."""
    return next(iter(rows_as(kind, found, **read)), None)


@lru_cache(maxsize=256)
def _picking(kind: type[msgspec.Struct], names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    return itemgetter(*(names.index(name) for name in kind.__struct_fields__))


def part_of(kind: type[S], row: msgspec.Struct, **beside: Any) -> S:
    """What a struct has of a row, and what is given beside: for a view, which leaves out what is sealed."""
    return kind(*(beside[name] if name in beside else getattr(row, name) for name in kind.__struct_fields__))


def copy_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows that are not there yet, as fast as the database takes them."""
    if not rows:
        return
    names = [column.name for column in table.columns]
    values = itemgetter(*names)
    quoted = _quoted(names)
    if connection.dialect.name != "postgresql":
        _insert_many(connection, table, names, _bound(table, map(values, rows)))
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


def _insert_many(connection: Connection, table: Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Many rows a statement, which takes two thirds of the time of one for each row."""
    one = f"({', '.join('?' * len(names))})"
    most = VARIABLES // len(names)
    for at in range(0, len(rows), most):
        some = rows[at : at + most]
        statement = f'INSERT INTO "{table.name}" ({_quoted(names)}) VALUES {", ".join([one] * len(some))}'  # noqa: S608 - ours
        connection.exec_driver_sql(statement, tuple(chain.from_iterable(some)))


def _bound(table: Table, rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows as SQLite's driver wants them: text for ids and days in one go, times as SQLAlchemy's type stores them."""
    times = [nth for nth, column in enumerate(table.columns) if isinstance(column.type, UtcDateTime)]
    if times:
        changing = [list(row) for row in rows]
        for nth in times:
            for row in changing:
                if (time := row[nth]) is not None:
                    utc = time if time.tzinfo is UTC else time.astimezone(UTC)
                    row[nth] = utc.isoformat(" ", "microseconds")[:-6]
        return _rows.decode(_json.encode(changing))
    return _rows.decode(_json.encode(list(rows)))


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
