"""Filling the fresh tables of a rebuild: shards of the log are claimed, folded and written, chunk by chunk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import Connection, select, text, update

from database.errors import is_about_itself
from database.rows import copy_rows
from eventlog.events import Recorded
from eventlog.recording import BUCKETS
from projections.engine import staging_tables
from projections.engine.engine import Engine
from projections.engine.folding import Folded, fold_all
from projections.engine.pages import WITH_ROWS, RowsError
from projections.engine.rebuilds import (
    FILLING,
    Rebuild,
    found,
    rebuild_shards,
    rebuilds,
    report,
)

Progress = Callable[[int, int], None]


def no_progress(_done: int, _total: int) -> None:
    return None


def buckets_of(shard: int, shards: int) -> list[int]:
    """The buckets of the log that belong to a shard."""
    return list(range(shard, BUCKETS, shards))


def fill_shards(engine: Engine, running: Rebuild, progress: Progress) -> None:
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
    fresh = staging_tables.stand_ins(projections)
    buckets = None if running.shards == 1 else buckets_of(shard, running.shards)

    def write(folded: Folded, done: int) -> None:
        with engine.database.write(long=True) as apart:
            try:
                for table, found in folded.rows.items():
                    copy_rows(connection or apart, fresh[table], found)
            except WITH_ROWS as error:
                raise ChunkError(folded.streams, error) from error
            report(apart, running.rebuild_id, shard, done, engine.clock())

    def tell() -> None:
        progress(done if running.shards == 1 else found(engine.database, running.rebuild_id).events, running.total)

    done = 0
    # PostgreSQL takes a chunk while the next one is folded. SQLite's writer is this process: in a thread of its own it
    # would wait for its turn at the interpreter, and take a fifth longer.
    with ThreadPoolExecutor(1, "filling") as behind:
        writing: Future[None] | None = None
        for folded in fold_all(
            engine.log, projections, running.position, buckets=buckets, rules=engine.rulebook.under(running.parameters)
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


class ChunkError(Exception):
    """The rows of some streams could not be written."""

    def __init__(self, streams: Sequence[UUID], error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.streams = streams
        self.error = error


@contextmanager
def naming_events(engine: Engine, running: Rebuild) -> Iterator[None]:
    """Make of rows that can't be written an error that names the event that they follow from."""
    try:
        yield
    except (ChunkError, RowsError) as error:
        if is_about_itself(error.error):
            raise error.error from None
        if isinstance(error, RowsError):
            page = error.page
        else:
            page = [Recorded(0, event) for _, events in engine.log.streams(error.streams) for event in events]
        projections = [engine.projections[name] for name in running.names]
        fresh = staging_tables.stand_ins(projections)
        for projection in projections:
            if poison := engine.pages.culprit(projection, page, engine.rulebook.under(running.parameters), fresh):
                raise poison from error.error
        raise error.error from None
