"""The tables that a rebuild fills beside the served ones: made empty, indexed when full, put in their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

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


def index(connection: Connection, table: Table, generation: int) -> None:
    """Give a full one its key and indexes, as far as it lacks them, and PostgreSQL's planner its statistics."""
    there = inspect(connection)
    # Keys and indexes stay with the table that they were made of.
    stand_in = _copy(table)
    if not there.get_pk_constraint(stand_in.name)["constrained_columns"]:
        key = [stand_in.c[c.name] for c in table.primary_key.columns]
        connection.execute(AddConstraint(PrimaryKeyConstraint(*key, name=f"pk_{table.name}_{generation}")))
    names = {found["name"] for found in there.get_indexes(stand_in.name)}
    for statement in _indexes(table, stand_in, generation):
        if statement.element.name not in names:
            connection.execute(statement)
    if _is_postgres(connection):
        # A sample of a few thousand rows tells the planner enough.
        connection.execute(text("SET LOCAL default_statistics_target = 20"))
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
