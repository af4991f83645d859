"""What a query found becomes structs by the names of its columns, and a view's struct takes its part of them."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from sqlalchemy import Connection, create_engine, text

from database.rows import part_of, row_as, rows_as


class Pair(msgspec.Struct, frozen=True):
    first: int
    second: list[int]


class Part(msgspec.Struct, frozen=True):
    second: list[int]
    said: str


PAIRS = "SELECT '[2]' AS second, 3 AS third, 1 AS first UNION SELECT '[5]', 6, 4"


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_each_column_goes_to_the_field_of_its_name_and_others_are_left(connection: Connection) -> None:
    found = rows_as(Pair, connection.execute(text(PAIRS)), second=msgspec.json.decode)
    assert found == [Pair(1, [2]), Pair(4, [5])]


def test_one_row_or_none(connection: Connection) -> None:
    one = connection.execute(text("SELECT 1 AS first, 2 AS second"))
    assert row_as(Pair, one) == Pair(1, 2)  # type: ignore[arg-type] # SQLite has no lists
    assert row_as(Pair, connection.execute(text("SELECT 1 AS first, 2 AS second WHERE false"))) is None


def test_a_field_without_a_column_is_a_mistake(connection: Connection) -> None:
    with pytest.raises(ValueError, match="not in tuple"):
        rows_as(Pair, connection.execute(text("SELECT 1 AS first")))


def test_a_part_has_what_is_the_rows_and_what_is_given_beside() -> None:
    assert part_of(Part, Pair(1, [2]), said="opened") == Part([2], "opened")
    with pytest.raises(AttributeError):
        part_of(Part, Pair(1, [2]))
