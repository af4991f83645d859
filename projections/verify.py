"""Compare read models with a fold of the log, and name every difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Table, select

from projections.engine import CHUNK, Engine, positions
from projections.readmodel import Key, Projection, Rows
from projections.rebuild import Progress, fold_all, no_progress


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says; columns are named, values are not: they may be personal."""

    projection: str
    table: str
    stream_id: UUID
    what: str

    def __str__(self) -> str:
        return f"{self.projection}: {self.table}, stream {self.stream_id}: {self.what}"


def verify(engine: Engine, names: Iterable[str] = (), progress: Progress = no_progress) -> Iterator[Difference]:
    """Every difference between the named read models (all, by default) and the log.

    Each is compared as of its own position, from one snapshot, so it may go on being written to meanwhile.
    """
    for name in list(names) or list(engine.projections):
        projection = engine.projections[name]
        with engine.database.read() as connection:
            position = connection.scalar(select(positions.c.position).where(positions.c.projection == name)) or 0
            seen: dict[Table, set[UUID]] = {table: set() for table in projection.tables}
            done = 0
            for events, folded in fold_all(engine.log, [projection], position):
                done += events
                for _, rows in folded:
                    yield from _compare(connection, projection, rows, seen)
                progress(done, position)
            yield from _strangers(connection, projection, seen)


def _compare(
    connection: Connection, projection: Projection, rows: Rows, seen: dict[Table, set[UUID]]
) -> Iterator[Difference]:
    for table, expected_rows, _ in rows.changes():
        stream_column = table.columns[0]
        keys = [c.name for c in table.primary_key.columns]
        expected: dict[Key, dict[str, object]] = {tuple(row[k] for k in keys): row for row in expected_rows}
        streams = list({row[stream_column.name] for row in expected_rows})
        seen[table].update(streams)
        for at in range(0, len(streams), CHUNK):
            found = connection.execute(select(table).where(stream_column.in_(streams[at : at + CHUNK]))).mappings()
            for row in found:
                key = tuple(row[k] for k in keys)
                wanted = expected.pop(key, None)
                if wanted is None:
                    yield Difference(projection.name, table.name, row[stream_column.name], "a row too many")
                    continue
                wrong = [c.name for c in table.columns if row[c.name] != wanted[c.name]]
                if wrong:
                    yield Difference(projection.name, table.name, row[stream_column.name], f"wrong: {', '.join(wrong)}")
        for missing in expected.values():
            stream_id = missing[stream_column.name]
            if isinstance(stream_id, UUID):
                yield Difference(projection.name, table.name, stream_id, "a row is missing")


def _strangers(connection: Connection, projection: Projection, seen: dict[Table, set[UUID]]) -> Iterator[Difference]:
    """Rows of streams for which the log gives no row at all."""
    for table in projection.tables:
        for stream_id in connection.scalars(select(table.columns[0]).distinct()):
            if stream_id not in seen[table]:
                yield Difference(projection.name, table.name, stream_id, "the log knows no such row")
