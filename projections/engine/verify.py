"""Compare read models with a fold of the log, and name every difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Table, func, select

from eventlog.recording import BUCKETS
from projections.engine.engine import Engine
from projections.engine.filling import Progress, no_progress
from projections.engine.folding import Folded, fold_all
from projections.engine.pages import CHUNK
from projections.engine.positions import positions
from projections.engine.readmodel import Projection


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
    with engine.database.read(long=True) as connection:
        columns = (positions.c.projection, positions.c.position, positions.c.parameters)
        at = {name: (position, parameters) for name, position, parameters in connection.execute(select(*columns))}
        # Those that stand at the same position, under the same rules, are compared in one pass over the log.
        groups: dict[tuple[int, str], list[Projection]] = {}
        for projection in chosen:
            groups.setdefault(at.get(projection.name, (0, engine.rulebook.as_declared)), []).append(projection)
        done = 0
        total = sum(engine.log.count(position, sample) for position, _ in groups)
        for (position, parameters), projections in groups.items():
            seen: dict[Table, set[UUID]] = {table: set() for p in projections for table in p.tables}
            expected: Counter[Table] = Counter()
            compare = partial(_compare_all, connection, projections, seen, expected)
            # The database looks up one chunk's rows while the next chunk is folded.
            with ThreadPoolExecutor(1, "comparing") as behind:
                comparing: Future[list[Difference]] | None = None
                for folded in fold_all(
                    engine.log, projections, position, buckets=sample, rules=engine.rulebook.under(parameters)
                ):
                    if comparing:
                        yield from comparing.result()
                    comparing = behind.submit(compare, folded)
                    done += folded.events
                    progress(done, total)
                if comparing:
                    yield from comparing.result()
            if sample is None:
                for projection in projections:
                    yield from _strangers(connection, projection, seen, expected)


def _compare_all(
    connection: Connection,
    projections: Sequence[Projection],
    seen: dict[Table, set[UUID]],
    expected: Counter[Table],
    folded: Folded,
) -> list[Difference]:
    expected.update({table: len(rows) for table, rows in folded.rows.items()})
    return [d for projection in projections for d in _compare(connection, projection, folded, seen)]


def _compare(
    connection: Connection, projection: Projection, folded: Folded, seen: dict[Table, set[UUID]]
) -> Iterator[Difference]:
    for table in projection.tables:
        names = [column.name for column in table.columns]
        values, keys = itemgetter(*names), [names.index(c.name) for c in table.primary_key.columns]
        key = itemgetter(*keys)
        expected = {key(row): row for row in map(values, folded.rows[table])}
        seen[table].update(row[0] for row in expected.values())
        for row in _rows(connection, table, folded.streams):
            wanted = expected.pop(key(row), None)
            if wanted is None:
                yield Difference(projection.name, table.name, row[0], "a row too many")
            elif row != wanted:
                wrong = [name for name, is_, should in zip(names, row, wanted, strict=True) if is_ != should]
                yield Difference(projection.name, table.name, row[0], f"wrong: {', '.join(wrong)}")
        for wanted in expected.values():
            yield Difference(projection.name, table.name, wanted[0], "a row is missing")


def _rows(connection: Connection, table: Table, stream_ids: Sequence[UUID]) -> Iterator[tuple[Any, ...]]:
    if connection.dialect.name == "postgresql":
        # Plain tuples from the driver; its values are what the columns' types make of them.
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        statement = f'SELECT {names} FROM "{table.name}" WHERE "{table.columns[0].name}" = ANY(%s)'  # noqa: S608 - ours
        cursor: Any = connection.connection.cursor(binary=True)
        with cursor:
            yield from cursor.execute(statement, [list(stream_ids)])
        return
    for at in range(0, len(stream_ids), CHUNK):
        yield from map(
            tuple, connection.execute(select(table).where(table.columns[0].in_(stream_ids[at : at + CHUNK])))
        )


def _strangers(
    connection: Connection, projection: Projection, seen: dict[Table, set[UUID]], expected: Mapping[Table, int]
) -> Iterator[Difference]:
    """Rows of streams of which the log gives no row at all; where there are no more rows than it gives, none are."""
    for table in projection.tables:
        if connection.scalar(select(func.count()).select_from(table)) == expected[table]:
            continue
        for stream_id in connection.scalars(select(table.columns[0]).distinct()):
            if stream_id not in seen[table]:
                yield Difference(projection.name, table.name, stream_id, "the log knows no such row")
