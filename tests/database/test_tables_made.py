"""Tables that are missing are made, and a start asks once which ones are there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Column, Engine, Integer, MetaData, Table, event, inspect

from application.services import Services

MANY = 12


def tables(count: int) -> MetaData:
    made = MetaData()
    for nth in range(count):
        Table(f"made_{nth}", made, Column("number", Integer, primary_key=True), Column("other", Integer, index=True))
    return made


@contextmanager
def asked(engine: Engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_only_what_is_missing_is_made_with_its_indexes(services: Services) -> None:
    database = services.database
    database.create(tables(2))
    with database.write() as connection:
        connection.execute(tables(1).tables["made_0"].insert().values(number=1, other=2))
    database.create(tables(MANY))
    with database.read() as connection:
        found = inspect(connection)
        assert {f"made_{nth}" for nth in range(MANY)} <= set(found.get_table_names())
        assert all(len(found.get_indexes(f"made_{nth}")) == 1 for nth in range(MANY))
        assert connection.execute(tables(1).tables["made_0"].select()).all() == [(1, 2)]


def test_where_all_are_there_it_is_asked_once(services: Services) -> None:
    services.database.create(tables(MANY))
    with asked(services.database.engine) as one:
        services.database.create(tables(1))
    with asked(services.database.engine) as many:
        services.database.create(tables(MANY))
    assert len(many) == len(one)
