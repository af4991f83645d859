"""Rebuilding read models from the start: fill fresh tables beside the served ones, catch up, switch in one go."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, takewhile
from typing import Any

from sqlalchemy import Connection, Index, MetaData, Table, inspect, select, text, update

from domain.calendar import local_day
from eventlog.events import Recorded
from eventlog.log import EventLog
from projections.database import REBUILDING, insert_rows
from projections.engine import PAGE, Engine, Tables, positions
from projections.readmodel import Projection, Rows, streams_to_open

FRESH = "__fresh"

Progress = Callable[[int, int], None]


class RebuildRunningError(Exception):
    """Another process is rebuilding."""


def no_progress(_done: int, _total: int) -> None:
    return None


def rebuild(engine: Engine, names: Iterable[str] = (), progress: Progress = no_progress) -> dict[str, dict[str, Any]]:
    """Fold the whole log into fresh tables and switch to them; for each read model, the figures that changed.

    The served tables go on serving, and being written to, until the switch. Interrupted anywhere, nothing has
    changed. `progress` is called with events done and events in all.

    Raises:
        RebuildRunningError: another process is rebuilding.
    """
    projections = [engine.projections[name] for name in (list(names) or engine.projections)]
    with engine.database.alone(REBUILDING, wait=False) as alone:
        if not alone:
            raise RebuildRunningError("Another process is rebuilding. Wait until it is done.")
        upto = engine.log.head()
        fresh = {p.name: _make_fresh(engine, p) for p in projections}
        _fill(engine, projections, fresh, upto, progress)
        return {p.name: _switch(engine, p, fresh[p.name], upto) for p in projections}


def _make_fresh(engine: Engine, projection: Projection) -> dict[Table, Table]:
    """Empty copies of the tables, instead of those that an interrupted rebuild may have left."""
    with engine.database.write() as connection:
        generation = 1 + (
            connection.scalar(select(positions.c.generation).where(positions.c.projection == projection.name)) or 0
        )
        fresh = {}
        for table in projection.tables:
            copy = table.to_metadata(MetaData(), name=table.name + FRESH)
            copy.indexes = {_numbered(index, copy, generation) for index in table.indexes}
            copy.drop(connection, checkfirst=True)
            copy.create(connection)
            fresh[table] = copy
    return fresh


def discard_leftovers(engine: Engine) -> None:
    """Drop fresh tables that a killed rebuild left behind: nobody keeps them current, or erases in them."""
    with engine.database.alone(REBUILDING, wait=False) as alone:
        if not alone:
            return
        left = [name for name in inspect(engine.database.engine).get_table_names() if name.endswith(FRESH)]
        if left:
            with engine.database.write() as connection:
                for name in left:
                    connection.execute(text(f'DROP TABLE IF EXISTS "{name}"'))


def _numbered(index: Index, table: Table, generation: int) -> Index:
    # Index names are unique in a schema, and the served table still holds the plain ones.
    return Index(f"{index.name}_{generation}", *(table.c[c.name] for c in index.columns), unique=index.unique)


def _fill(
    engine: Engine,
    projections: Sequence[Projection],
    fresh: Mapping[str, dict[Table, Table]],
    upto: int,
    progress: Progress,
) -> None:
    done = 0
    for chunk, folded in fold_all(engine.log, projections, upto):
        with engine.database.write() as connection:
            for projection, rows in folded:
                for table, changed, _ in rows.changes():
                    insert_rows(connection, fresh[projection.name][table], changed)
        done += chunk
        progress(done, upto)


def fold_all(
    log: EventLog, projections: Sequence[Projection], upto: int, before: datetime | None = None
) -> Iterator[tuple[int, list[tuple[Projection, Rows]]]]:
    """One pass over the log, some whole streams at a time: the number of events, and each read model's rows.

    With `before`, a stream ends with its first event recorded at that time or later: the rows as they were then.
    """
    for chunk in _whole_streams(log.by_stream(upto)):
        events = chunk if before is None else list(_recorded_before(chunk, before))
        opener = log.opener(streams_to_open(projections, events))
        folded = []
        for projection in projections:
            rows = Rows(projection.tables, opener)
            projection.fold(events, rows)
            folded.append((projection, rows))
        yield len(chunk), folded


def _recorded_before(chunk: Iterable[Recorded], before: datetime) -> Iterator[Recorded]:
    # A clock that was put back may have dated a later event earlier; without what came before it makes no sense.
    for _, stream in groupby(chunk, key=lambda recorded: recorded.event.originator_id):
        yield from takewhile(lambda recorded: recorded.event.recorded_at < before, stream)


def _whole_streams(log: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    chunk: list[Recorded] = []
    for recorded in log:
        if len(chunk) >= PAGE and chunk[-1].event.originator_id != recorded.event.originator_id:
            yield chunk
            chunk = []
        chunk.append(recorded)
    if chunk:
        yield chunk


def _switch(engine: Engine, projection: Projection, fresh: dict[Table, Table], upto: int) -> dict[str, Any]:
    position = _catch_up_fresh(engine, projection, fresh, upto)
    now = engine.clock()
    with engine.database.write() as connection:
        row = connection.execute(
            select(positions).where(positions.c.projection == projection.name).with_for_update()
        ).one()
        position = _last_pages(engine, connection, projection, fresh, position)
        before = _figures_now(connection, projection, local_day(now))
        for table, copy in fresh.items():
            table.drop(connection, checkfirst=True)
            connection.execute(text(f'ALTER TABLE "{copy.name}" RENAME TO "{table.name}"'))
        after = projection.figures(connection, local_day(now))
        changes = {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}
        connection.execute(
            update(positions)
            .where(positions.c.projection == projection.name)
            .values(
                version=projection.version, position=position, generation=row.generation + 1,
                updated_at=now, rebuilt_at=now, changes=json.dumps(changes),
            )
        )  # fmt: skip
    return changes


def _figures_now(connection: Connection, projection: Projection, as_of: date) -> Mapping[str, int]:
    # A table of an earlier version may lack columns that today's figures read.
    inspector = inspect(connection)
    for table in projection.tables:
        if not inspector.has_table(table.name):
            return {}
        if {c.name for c in table.columns} - {c["name"] for c in inspector.get_columns(table.name)}:
            return {}
    return projection.figures(connection, as_of)


def _catch_up_fresh(engine: Engine, projection: Projection, fresh: dict[Table, Table], position: int) -> int:
    """Fold what was recorded meanwhile, page by page, until less than a page is left."""
    while True:
        page = engine.log.page(position, PAGE)
        if len(page) < PAGE:
            return position
        with engine.database.write() as connection:
            engine.fold_page(connection, projection, page, Tables(fresh))
        position = page[-1].position


def _last_pages(
    engine: Engine, connection: Connection, projection: Projection, fresh: dict[Table, Table], position: int
) -> int:
    while page := engine.log.page(position, PAGE):
        engine.fold_page(connection, projection, page, Tables(fresh))
        position = page[-1].position
    return position
