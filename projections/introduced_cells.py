"""Fields that an installation introduced, in the caseload: all of a client in one column, as JSON by field, each with
its state, the day until which that holds, and its value.

A column of its own would have to be in a table that is made when the code is: with all of them in one, a field is there
the moment it is introduced, a filter reads it as it reads a column, and who introduces nothing keeps an empty column.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Boolean, Column, ColumnElement, Dialect, Integer, String, Text, cast, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from database.rows import Row

STATE, UNTIL, VALUE = range(3)
COLUMN = "introduced"


def column() -> Column[Any]:
    """The column that has them; none of them: null."""
    return Column(COLUMN, Text)


class _Day(TypeDecorator[date]):
    """A day as ISO text, which sorts as days do."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return value.isoformat() if isinstance(value, date) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


class _Part(FunctionElement[Any]):
    """A part of a field in the JSON of a column, as text; null where there is none."""

    inherit_cache = True
    name = "introduced_part"

    def __init__(self, cells: ColumnElement[Any], key: str, place: int, type_: Any) -> None:
        super().__init__(cells, literal(key), literal(str(place)))
        self.type = type_


@compiles(_Part, "postgresql")
def _in_postgres(part: _Part, compiler: Any, **options: Any) -> str:
    cells, key, place = part.clauses
    column, at, nth = (compiler.process(each, **options) for each in (cells, key, place))
    return f"jsonb_extract_path_text(CAST({column} AS jsonb), CAST({at} AS text), CAST({nth} AS text))"


@compiles(_Part, "sqlite")
def _in_sqlite(part: _Part, compiler: Any, **options: Any) -> str:
    cells, key, place = part.clauses
    column, at, nth = (compiler.process(each, **options) for each in (cells, key, place))
    return f"json_extract({column}, '$.' || {at} || '[' || {nth} || ']')"


def state_of(cells: ColumnElement[Any], key: str) -> ColumnElement[Any]:
    return _Part(cells, key, STATE, String())


def until_of(cells: ColumnElement[Any], key: str) -> ColumnElement[Any]:
    return _Part(cells, key, UNTIL, _Day())


def value_of(cells: ColumnElement[Any], key: str, type_: Any) -> ColumnElement[Any]:
    """The value; of yes and no, and of numbers, as such."""
    if type_ in (Boolean, Integer):
        # On SQLite JSON has numbers, and yes and no are 1 and 0, as in a column of its own.
        return cast(_Part(cells, key, VALUE, String()), type_())
    return _Part(cells, key, VALUE, type_())


def put(row: Row, key: str, state: str | None, until: date | None, value: Any) -> None:
    """Change a field in a row that is folded; a state of None takes it out."""
    cells = msgspec.json.decode(row[COLUMN]) if row[COLUMN] else {}
    cells.pop(key, None)
    if state is not None:
        cells[key] = [state, until.isoformat() if until else None, value]
    row[COLUMN] = msgspec.json.encode(dict(sorted(cells.items()))).decode() if cells else None


def read(cells: str | None, key: str) -> tuple[str | None, date | None, Any]:
    """A field of a row: its state, until when that holds, and its value."""
    found: Mapping[str, Any] = msgspec.json.decode(cells) if cells else {}
    state, until, value = found.get(key, (None, None, None))
    return state, date.fromisoformat(until) if until else None, value
