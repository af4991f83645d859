"""Compare read models with a fold of the log, and name every difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, select

from eventlog.recording import BUCKETS
from projections.database import Row
from projections.engine import Engine, positions, rows_of
from projections.folding import Folded, fold_all
from projections.readmodel import Projection, key_of
from projections.rebuild import Progress, no_progress


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that is not what the log says; columns are named, values are not: they may be personal."""

    projection: str
    table: str
    stream_id: UUID
    what: str

    def __str__(self) -> str:
        return f"{self.projection}: {self.table}, stream {self.stream_id}: {self.what}"


def verify(
    engine: Engine, names: Iterable[str] = (), progress: Progress = no_progress, *, buckets: int = BUCKETS
) -> Iterator[Difference]:
    """Every difference between the named read models (all, by default) and the log.

    They are compared as of their own positions, from one snapshot, so they may go on being written to meanwhile.
    With fewer `buckets` than the log has, a sample of the clients: those in the first so many.
    """
    chosen = [engine.projections[name] for name in (list(names) or engine.projections)]
    sample = None if buckets >= BUCKETS else list(range(buckets))
    with engine.database.read() as connection:
        at = dict(connection.execute(select(positions.c.projection, positions.c.position)).tuples().all())
        # Those that stand at the same position are compared in one pass over the log.
        groups: dict[int, list[Projection]] = {}
        for projection in chosen:
            groups.setdefault(at.get(projection.name, 0), []).append(projection)
        done = 0
        total = sum(engine.log.count(position, sample) for position in groups)
        for position, projections in groups.items():
            seen: dict[Table, set[UUID]] = {table: set() for p in projections for table in p.tables}
            for folded in fold_all(engine.log, projections, position, buckets=sample):
                for projection in projections:
                    yield from _compare(connection, projection, folded, seen)
                done += folded.events
                progress(done, total)
            if sample is None:
                for projection in projections:
                    yield from _strangers(connection, projection, seen)


def _compare(
    connection: Connection, projection: Projection, folded: Folded, seen: dict[Table, set[UUID]]
) -> Iterator[Difference]:
    for table in projection.tables:
        stream, key = table.columns[0].name, key_of(table)
        expected: dict[tuple[UUID, Any], Row] = {(row[stream], key(row)): row for row in folded.rows[table]}
        seen[table].update(row[stream] for row in folded.rows[table])
        for stream_id, there in rows_of(connection, table, folded.streams).items():
            for row_key, row in there.items():
                wanted = expected.pop((stream_id, row_key), None)
                if wanted is None:
                    yield Difference(projection.name, table.name, stream_id, "a row too many")
                elif row != wanted:
                    wrong = [name for name in row if row[name] != wanted[name]]
                    yield Difference(projection.name, table.name, stream_id, f"wrong: {', '.join(wrong)}")
        for stream_id, _ in expected:
            yield Difference(projection.name, table.name, stream_id, "a row is missing")


def _strangers(connection: Connection, projection: Projection, seen: dict[Table, set[UUID]]) -> Iterator[Difference]:
    """Rows of streams of which the log gives no row at all."""
    for table in projection.tables:
        for stream_id in connection.scalars(select(table.columns[0]).distinct()):
            if stream_id not in seen[table]:
                yield Difference(projection.name, table.name, stream_id, "the log knows no such row")
