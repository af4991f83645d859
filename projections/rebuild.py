"""Rebuilding read models from the start: fill fresh tables beside the served ones, catch up, switch in one go.

A rebuild is a row in the database, and so are its shards: some buckets of the log each. Whoever takes part claims
shards until none is left; who fills the last one lets the fresh tables catch up and puts them in place. One process
does it all, or many on many machines: the tables are the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    func,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.exc import OperationalError

from database.errors import is_about_itself
from database.locks import FINISHING, REBUILDING
from database.rows import UtcDateTime, copy_rows, upsert_rows
from domain.calendar import local_day
from domain.in_force import rules_under
from eventlog.events import Recorded
from eventlog.poison import PoisonError
from eventlog.recording import BUCKETS
from projections import engine as engine_module
from projections import fresh as fresh_tables
from projections.engine import WITH_ROWS, Engine, RowsError, telling
from projections.folding import Folded, fold_all
from projections.positions import positions
from projections.readmodel import Projection, bookkeeping

FILLING, CATCHING_UP, DONE, GIVEN_UP = "filling", "catching_up", "done", "given_up"
SWITCH_ATTEMPTS = 20

Progress = Callable[[int, int], None]
Changes = dict[str, dict[str, list[int | None]]]

# What was rebuilt when, with the figures that it changed, and what is being rebuilt.
rebuilds = Table(
    "rebuilds",
    bookkeeping,
    Column("rebuild_id", Uuid, primary_key=True),
    Column("names", Text, nullable=False),
    Column("state", String(12), nullable=False),
    # whether others may take part
    Column("shared", Boolean, nullable=False),
    Column("events", BigInteger, nullable=False),
    # the fresh tables hold the log up to here
    Column("position", BigInteger, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # JSON: for each read model the figures that changed, old and new
    Column("changes", Text),
    # the event that a fold failed at, and how
    Column("given_up_because", Text),
    # the parameters of definitions that the fresh tables are folded under
    Column("parameters", Text, nullable=False, server_default="{}"),
)
rebuild_shards = Table(
    "rebuild_shards",
    bookkeeping,
    Column("rebuild_id", Uuid, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("done", Boolean, nullable=False),
)
# Apart from the shards, whose rows are locked by those who fill them.
rebuild_progress = Table(
    "rebuild_progress",
    bookkeeping,
    Column("rebuild_id", Uuid, primary_key=True),
    Column("shard", Integer, primary_key=True),
    Column("events", Integer, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)


class RebuildRunningError(Exception):
    """Another process is rebuilding."""


def no_progress(_done: int, _total: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Rebuild:
    """A rebuild as it stands: events done and in all, shards done and in all."""

    rebuild_id: UUID
    names: tuple[str, ...]
    state: str
    shared: bool
    position: int
    started_at: datetime
    finished_at: datetime | None
    changes: Changes
    given_up_because: str | None
    parameters: str
    events: int = 0
    total: int = 0
    shards_done: int = 0
    shards: int = 0
    updated_at: datetime | None = None


def rebuild(engine: Engine, names: Iterable[str] = (), progress: Progress = no_progress, *, shards: int = 1) -> Changes:
    """Fold the whole log into fresh tables and switch to them; for each read model, the figures that changed.

    The served tables go on serving, and being written to, until the switch. Interrupted anywhere, nothing has
    changed. `progress` is called with events done and events in all.

    Raises:
        RebuildRunningError: another process is rebuilding.
        PoisonError: an event can't be used; nothing has changed.
    """
    with engine.database.advisory_lock(REBUILDING, wait=False) as alone:
        if not alone:
            raise RebuildRunningError("Another process is rebuilding. Wait until it is done.")
        begun = _begin(engine, names, shards, shared=False)
        try:
            with _naming(engine, begun):
                _fill_shards(engine, begun, progress)
                _finish(engine, begun.rebuild_id)
        except BaseException as error:
            _give_up(engine, str(error) if isinstance(error, PoisonError) else None)
            raise
    return found(engine, begun.rebuild_id).changes


def begin(engine: Engine, names: Iterable[str] = (), *, shards: int) -> UUID:
    """Begin a rebuild that others can take part in; its id. One that nobody was working on any more is given up.

    Raises:
        RebuildRunningError: another process is rebuilding.
    """
    with engine.database.advisory_lock(REBUILDING, wait=False) as alone:
        if not alone:
            raise RebuildRunningError("Another process is rebuilding. Wait until it is done.")
        return _begin(engine, names, shards, shared=True).rebuild_id


def take_part(engine: Engine, progress: Progress = no_progress) -> bool:
    """Fill shards of the rebuild that was begun, until none is left to claim; whether there is such a rebuild.

    If all shards are filled then, let the fresh tables catch up and switch to them.

    Raises:
        PoisonError: an event can't be used; the rebuild is given up, and its tables are swept away when nobody works on
            them.
    """
    # On SQLite only one can write, so one does it all.
    share = not engine.database.is_sqlite
    with engine.database.advisory_lock(REBUILDING, wait=False, share=share) as allowed:
        running = current(engine)
        if not allowed or running is None or not running.shared:
            return running is not None
        try:
            with _naming(engine, running):
                _fill_shards(engine, running, progress)
                _finish(engine, running.rebuild_id)
        except PoisonError as error:
            with engine.database.write() as connection:
                _mark_given_up(connection, str(error))
            raise
    return True


def discard_leftovers(engine: Engine, *, shared: bool = False) -> None:
    """Give up a rebuild that nobody is working on: nobody keeps its tables current, or erases in them.

    One that others can take part in is left to them, unless `shared`.
    """
    with engine.database.advisory_lock(REBUILDING, wait=False) as alone:
        if alone and (shared or (running := current(engine)) is None or not running.shared):
            _give_up(engine)


# queries


def current(engine: Engine) -> Rebuild | None:
    """The rebuild that is going on, None if there is none."""
    with engine.database.read() as connection:
        row = connection.execute(
            select(rebuilds.c.rebuild_id).where(rebuilds.c.state.in_([FILLING, CATCHING_UP]))
        ).first()
        return _found(connection, row.rebuild_id) if row else None


def found(engine: Engine, rebuild_id: UUID) -> Rebuild:
    with engine.database.read() as connection:
        return _found(connection, rebuild_id)


def history(connection: Connection, limit: int = 20) -> list[Rebuild]:
    """The latest rebuilds, the last one first; also those that were given up."""
    ended = rebuilds.c.state.in_([DONE, GIVEN_UP])
    statement = select(rebuilds.c.rebuild_id).where(ended).order_by(rebuilds.c.started_at.desc())
    return [_found(connection, rebuild_id) for rebuild_id in connection.scalars(statement.limit(limit)).all()]


def _found(connection: Connection, rebuild_id: UUID) -> Rebuild:
    row = connection.execute(select(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)).one()
    shards = connection.execute(select(rebuild_shards.c.done).where(rebuild_shards.c.rebuild_id == rebuild_id)).all()
    done = connection.execute(
        select(func.sum(rebuild_progress.c.events), func.max(rebuild_progress.c.updated_at)).where(
            rebuild_progress.c.rebuild_id == rebuild_id
        )
    ).one()
    return Rebuild(
        row.rebuild_id, tuple(json.loads(row.names)), row.state, row.shared, row.position, row.started_at,
        row.finished_at, json.loads(row.changes) if row.changes else {}, row.given_up_because, row.parameters,
        done[0] or 0, row.events, sum(s.done for s in shards), len(shards), done[1],
    )  # fmt: skip


# from begin to switch


def _begin(engine: Engine, names: Iterable[str], shards: int, *, shared: bool) -> Rebuild:
    chosen = list(names) or list(engine.projections)
    upto = engine.log.head()
    rebuild_id = uuid4()
    parameters = engine.parameters_today()
    with engine.database.write(long=True) as connection:
        _mark_given_up(connection)
        fresh = fresh_tables.stand_ins(engine.projections[name] for name in chosen)
        fresh_tables.make(connection, fresh, _generation(connection))
        connection.execute(rebuilds.insert().values(
            rebuild_id=rebuild_id, names=json.dumps(chosen), state=FILLING, shared=shared,
            events=engine.log.count(upto), position=upto, started_at=engine.clock(), parameters=parameters,
        ))  # fmt: skip
        connection.execute(
            rebuild_shards.insert(),
            [{"rebuild_id": rebuild_id, "shard": shard, "done": False} for shard in range(shards)],
        )
    return found(engine, rebuild_id)


def buckets_of(shard: int, shards: int) -> list[int]:
    """The buckets of the log that belong to a shard."""
    return list(range(shard, BUCKETS, shards))


def _generation(connection: Connection) -> int:
    return 1 + (connection.scalar(select(func.max(positions.c.generation))) or 0)


def _fill_shards(engine: Engine, running: Rebuild, progress: Progress) -> None:
    """Claim and fill one shard after another, as long as there are any."""
    own = rebuild_shards.c.rebuild_id == running.rebuild_id
    claim = select(rebuild_shards.c.shard).where(own, ~rebuild_shards.c.done).order_by(rebuild_shards.c.shard).limit(1)
    done = update(rebuild_shards).where(own).values(done=True)
    while True:
        with engine.database.write(long=True) as connection:
            shard = connection.scalar(claim.with_for_update(skip_locked=True))
            state = connection.scalar(select(rebuilds.c.state).where(rebuilds.c.rebuild_id == running.rebuild_id))
            if shard is None or state != FILLING:
                return
            if not engine.database.is_sqlite:
                # The claim, the rows and that they are all there are one transaction. Nobody looks at them before
                # the switch, whose commit is a synchronous one.
                connection.execute(text("SET LOCAL synchronous_commit = off"))
                _fill(engine, running, shard, connection, progress)
                connection.execute(done.where(rebuild_shards.c.shard == shard))
                continue
        # Commands must not wait long for SQLite's one writer: a transaction for each chunk.
        _fill(engine, running, shard, None, progress)
        with engine.database.write(long=True) as connection:
            connection.execute(done.where(rebuild_shards.c.shard == shard))


def _fill(engine: Engine, running: Rebuild, shard: int, connection: Connection | None, progress: Progress) -> None:
    """Fold a shard's part of the log into the fresh tables, over the connection, or else in chunks of their own."""
    projections = [engine.projections[name] for name in running.names]
    fresh = fresh_tables.stand_ins(projections)
    buckets = None if running.shards == 1 else buckets_of(shard, running.shards)

    def write(folded: Folded, done: int) -> None:
        with engine.database.write(long=True) as apart:
            try:
                for table, found in folded.rows.items():
                    copy_rows(connection or apart, fresh[table], found)
            except WITH_ROWS as error:
                raise _ChunkError(folded.streams, error) from error
            _report(engine, apart, running.rebuild_id, shard, done)

    def tell() -> None:
        progress(done if running.shards == 1 else found(engine, running.rebuild_id).events, running.total)

    done = 0
    # PostgreSQL takes a chunk while the next one is folded; SQLite's writer is this process.
    with ThreadPoolExecutor(1, "filling") as behind:
        writing: Future[None] | None = None
        for folded in fold_all(
            engine.log, projections, running.position, buckets=buckets, rules=rules_under(running.parameters)
        ):
            if writing:
                writing.result()
            done += folded.events
            if connection is None:
                write(folded, done)
            else:
                writing = behind.submit(write, folded, done)
            tell()
        if writing:
            writing.result()
            tell()


class _ChunkError(Exception):
    """The rows of some streams could not be written."""

    def __init__(self, streams: Sequence[UUID], error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.streams = streams
        self.error = error


@contextmanager
def _naming(engine: Engine, running: Rebuild) -> Iterator[None]:
    """Make of rows that can't be written an error that names the event that they follow from."""
    try:
        yield
    except (_ChunkError, RowsError) as error:
        if is_about_itself(error.error):
            raise error.error from None
        if isinstance(error, RowsError):
            page = error.page
        else:
            page = [Recorded(0, event) for _, events in engine.log.streams(error.streams) for event in events]
        projections = [engine.projections[name] for name in running.names]
        fresh = fresh_tables.stand_ins(projections)
        for projection in projections:
            if poison := engine.culprit(projection, page, fresh, rules_under(running.parameters)):
                raise poison from error.error
        raise error.error from None


def _report(engine: Engine, connection: Connection, rebuild_id: UUID, shard: int, events: int) -> None:
    row = {"rebuild_id": rebuild_id, "shard": shard, "events": events, "updated_at": engine.clock()}
    upsert_rows(connection, rebuild_progress, [row])


def _finish(engine: Engine, rebuild_id: UUID) -> None:
    """When all shards are filled: index, catch up, switch. Can be taken up again wherever it was left."""
    if not _is_full(found(engine, rebuild_id)):
        return
    with engine.database.advisory_lock(FINISHING, wait=False) as alone:
        running = found(engine, rebuild_id)
        if not alone or not _is_full(running):
            return
        projections = [engine.projections[name] for name in running.names]
        fresh = fresh_tables.stand_ins(projections)
        if running.state == FILLING:
            with ThreadPoolExecutor(2, "indexing") as side_by_side:
                list(side_by_side.map(partial(_index, engine), *zip(*fresh.items(), strict=True)))
            with engine.database.write(long=True) as connection:
                connection.execute(_of(rebuild_id).values(state=CATCHING_UP))
        while _catch_up(engine, projections, fresh, rebuild_id) == engine_module.PAGE:
            pass
        for attempt in range(1, SWITCH_ATTEMPTS + 1):
            try:
                _switch(engine, projections, fresh, rebuild_id)
                return
            except OperationalError:
                # Somebody is reading a served table for long; the lock that the switch needs timed out.
                if attempt == SWITCH_ATTEMPTS:
                    raise


def _is_full(running: Rebuild) -> bool:
    return running.state in (FILLING, CATCHING_UP) and running.shards_done == running.shards


def _index(engine: Engine, table: Table, stand_in: Table) -> None:
    with engine.database.write(long=True) as connection:
        fresh_tables.index(connection, table, stand_in, _generation(connection))


def _of(rebuild_id: UUID) -> Any:
    return update(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)


def _catch_up(engine: Engine, projections: Sequence[Projection], fresh: fresh_tables.Fresh, rebuild_id: UUID) -> int:
    """Fold a page of what was recorded meanwhile into the fresh tables; the number of events."""
    with engine.database.write(long=True) as connection:
        return _fold_page(engine, connection, projections, fresh, rebuild_id)


def _fold_page(
    engine: Engine,
    connection: Connection,
    projections: Sequence[Projection],
    fresh: fresh_tables.Fresh,
    rebuild_id: UUID,
) -> int:
    going = connection.execute(select(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)).one()
    page = engine.log.page(going.position, engine_module.PAGE)
    if page:
        rules = rules_under(going.parameters)
        with engine.log.placing(), telling(page, rules):
            for projection in projections:
                engine.fold_page(connection, projection, page, fresh, rules)
        connection.execute(_of(rebuild_id).values(position=page[-1].position))
    return len(page)


def _switch(engine: Engine, projections: Sequence[Projection], fresh: fresh_tables.Fresh, rebuild_id: UUID) -> None:
    """The last events and the switch, in one transaction: the live fold goes on exactly where the new tables end."""
    now = engine.clock()
    today = local_day(now)
    names = [p.name for p in projections]
    with engine.database.write(long=True) as connection:
        connection.execute(select(positions).where(positions.c.projection.in_(names)).with_for_update()).all()
        while _fold_page(engine, connection, projections, fresh, rebuild_id):
            pass
        before = {p.name: _figures_now(connection, p, today) for p in projections}
        fresh_tables.put_in_place(connection, fresh)
        going = connection.execute(select(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)).one()
        position = going.position
        generation = _generation(connection)
        changes: Changes = {}
        for p in projections:
            changes[p.name] = _changes(before[p.name], p.figures(connection, today))
            connection.execute(
                update(positions).where(positions.c.projection == p.name).values(
                    version=p.version, position=position, folded=engine.log.mark(position),
                    generation=generation, updated_at=now, rebuilt_at=now, changes=json.dumps(changes[p.name]),
                    stopped_at=None, stopped_because=None, parameters=going.parameters,
                )
            )  # fmt: skip
        connection.execute(_of(rebuild_id).values(state=DONE, finished_at=now, changes=json.dumps(changes)))
        _forget_shards(connection)


def _changes(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, list[int | None]]:
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}


def _figures_now(connection: Connection, projection: Projection, as_of: date) -> Mapping[str, int]:
    # A table of an earlier version may lack columns that today's figures read.
    inspector = inspect(connection)
    for table in projection.tables:
        if not inspector.has_table(table.name):
            return {}
        if {c.name for c in table.columns} - {c["name"] for c in inspector.get_columns(table.name)}:
            return {}
    return projection.figures(connection, as_of)


def _give_up(engine: Engine, reason: str | None = None) -> None:
    with engine.database.read() as connection:
        nothing = not fresh_tables.left(connection)
    if nothing and current(engine) is None:
        return
    with engine.database.write(long=True) as connection:
        _mark_given_up(connection, reason)
        fresh_tables.drop_all(connection)


def _mark_given_up(connection: Connection, reason: str | None = None) -> None:
    going_on = rebuilds.c.state.in_([FILLING, CATCHING_UP])
    connection.execute(update(rebuilds).where(going_on).values(state=GIVEN_UP, given_up_because=reason))
    _forget_shards(connection)


def _forget_shards(connection: Connection) -> None:
    # There is one rebuild at a time.
    connection.execute(rebuild_shards.delete())
    connection.execute(rebuild_progress.delete())
