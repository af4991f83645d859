"""The tables that a rebuild fills beside the served ones: made empty, indexed when full, put in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from sqlalchemy import Column, Connection, Index, MetaData, PrimaryKeyConstraint, Table, inspect, text
from sqlalchemy.schema import AddConstraint, CreateIndex

from projections.engine.readmodel import Projection

SUFFIX = "__fresh"

Fresh = Mapping[Table, Table]


def stand_ins(projections: Iterable[Projection]) -> Fresh:
    """For each table of the read models the fresh one that stands in for it."""
    return {table: _stand_in(table) for projection in projections for table in projection.tables}


@cache
def _stand_in(table: Table) -> Table:
    """The same each time: statements about it are compiled once."""
    return _copy(table)


def _copy(table: Table) -> Table:
    copied = table.to_metadata(MetaData(), name=table.name + SUFFIX)
    copied.indexes.clear()
    return copied


def make(connection: Connection, fresh: Fresh, generation: int) -> None:
    """Make them, empty. They get their indexes when they are full, which is faster; PostgreSQL also its keys."""
    drop_all(connection)
    for table, stand_in in fresh.items():
        if _is_postgres(connection) and not _comes_sorted(table):
            columns = (Column(c.name, c.type, nullable=c.nullable) for c in table.columns)
            Table(stand_in.name, MetaData(), *columns).create(connection)
        else:
            own = _copy(table)
            own.primary_key.name = f"pk_{table.name}_{generation}"
            own.create(connection)


class Indexed(NamedTuple):
    """What an interrupted rebuild has given the fresh tables already: which have a key, and the names of indexes."""

    keyed: frozenset[str]
    indexes: frozenset[str | None]


def indexed(connection: Connection, fresh: Fresh) -> Indexed:
    """Asked of all tables at once: to ask for each takes longer than to give an empty one its indexes."""
    there, names = inspect(connection), [stand_in.name for stand_in in fresh.values()]
    keys = there.get_multi_pk_constraint(filter_names=names)
    indexes = there.get_multi_indexes(filter_names=names)
    return Indexed(
        frozenset(name for (_, name), key in keys.items() if key and key["constrained_columns"]),
        frozenset(index["name"] for of_table in indexes.values() for index in of_table),
    )


def index(connection: Connection, table: Table, generation: int, already: Indexed) -> None:
    """Give a full one its key and indexes, as far as it lacks them, and PostgreSQL's planner its statistics."""
    # Keys and indexes stay with the table that they were made of.
    stand_in = _copy(table)
    if _is_postgres(connection):
        # As with its rows: nobody looks before the switch, whose commit is a synchronous one. And a sample of a few
        # thousand rows tells the planner enough.
        connection.execute(text("SET LOCAL synchronous_commit = off"))
        connection.execute(text("SET LOCAL default_statistics_target = 20"))
    if stand_in.name not in already.keyed:
        key = [stand_in.c[c.name] for c in table.primary_key.columns]
        connection.execute(AddConstraint(PrimaryKeyConstraint(*key, name=f"pk_{table.name}_{generation}")))
    for statement in _indexes(table, stand_in, generation):
        if statement.element.name not in already.indexes:
            connection.execute(statement)
    if _is_postgres(connection):
        connection.execute(text(f'ANALYZE "{stand_in.name}"'))


def _is_postgres(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"


def _comes_sorted(table: Table) -> bool:
    """Rows come stream by stream: a key that begins with the stream's id grows at its end only, which costs nothing."""
    return next(iter(table.primary_key.columns)) is table.columns[0]


def put_in_place(connection: Connection, fresh: Fresh) -> None:
    """Drop the served tables, which nobody would keep current, and give the fresh ones their names."""
    for table, stand_in in fresh.items():
        table.drop(connection, checkfirst=True)
        connection.execute(text(f'ALTER TABLE "{stand_in.name}" RENAME TO "{table.name}"'))


def drop_all(connection: Connection) -> None:
    """Drop what any rebuild has left."""
    for name in left(connection):
        connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))


def left(connection: Connection) -> list[str]:
    """The fresh tables that are there."""
    return [name for name in inspect(connection).get_table_names() if name.endswith(SUFFIX)]


def _indexes(table: Table, stand_in: Table, generation: int) -> list[CreateIndex]:
    # Names of indexes are unique in a schema, and the served table still holds those of the generation before.
    return [
        CreateIndex(
            Index(
                f"{own.name}_{generation}",
                *(stand_in.c[c.name] for c in own.columns),
                unique=own.unique,
                # of some rows only
                **{f"{kind}_where": own.dialect_options[kind]["where"] for kind in ("postgresql", "sqlite")},
            )
        )
        for own in table.indexes
    ]
