"""A page of the log and the rows that it changes: reading it, folding it into tables, finding what it fails at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Select, Table, bindparam, delete, select
from sqlalchemy.exc import SQLAlchemyError

from database.errors import is_about_itself
from database.rows import Row, upsert_rows
from database.transactions import Database
from eventlog.events import Event, Page, Recorded
from eventlog.log import EventLog
from eventlog.poison import FoldError, PoisonError
from projections.engine.readmodel import Key, Projection, Rows, fold, key_of

# What looking rows up or writing them fails with, where it is their values that are wrong.
WITH_ROWS = (SQLAlchemyError, msgspec.MsgspecError, ValueError, TypeError, LookupError, ArithmeticError)
CHUNK = 500  # streams whose rows are looked up at once


class RowsError(Exception):
    """The rows of a page could not be looked up or written; it is not known yet at which event."""

    def __init__(self, page: Sequence[Recorded], rules: Any, error: Exception) -> None:
        super().__init__(type(error).__name__)
        self.page = page
        self.rules = rules
        self.error = error


class PageReader:
    """Reads pages of the log, and gives the last one again: most read models stand at the same position.

    With `topics`, what has others is passed over.
    """

    def __init__(self, log: EventLog, topics: frozenset[str] | None = None) -> None:
        self._following = log.following if topics is None else partial(log.following_among, topics)
        self._at: tuple[int, str | None, int, int | None] | None = None
        self._page: Page | None = None

    def __call__(self, position: int, folded: str | None, limit: int, upto: int | None = None) -> Page | None:
        """What follows on a position, None where another event than the one folded stands there."""
        if self._at != (position, folded, limit, upto):
            self._page = self._following(position, folded, limit, upto)
            self._at = position, folded, limit, upto
        return self._page


class PageFolder:
    """Folds pages of the log into the tables of read models, served ones or those that stand in for them."""

    def __init__(self, log: EventLog, database: Database) -> None:
        self._log = log
        self._database = database

    def culprit(
        self,
        projection: Projection,
        page: Sequence[Recorded],
        rules: Any,
        tables: Mapping[Table, Table] | None = None,
    ) -> PoisonError | None:
        """The first event of a page that can't be folded into the tables as they are, None where all can."""
        good, bad, failure = 0, len(page) + 1, None
        while bad - good > 1:
            middle = (good + bad) // 2
            if failed := self._fails(projection, page[:middle], rules, tables):
                bad, failure = middle, failed
            else:
                good = middle
        if failure is None or isinstance(failure, PoisonError):
            return failure
        poison = FoldError(page[bad - 1].event, failure)
        poison.position = self._log.position(poison.stream_id, poison.version)
        return poison

    def _fails(
        self, projection: Projection, page: Sequence[Recorded], rules: Any, tables: Mapping[Table, Table] | None
    ) -> Exception | None:
        """How folding these fails, None if it doesn't; nothing of it stays."""
        try:
            with self._log.placing(), self._database.write() as connection:
                self.fold(connection, projection, page, rules, tables)
                connection.get_transaction().rollback()  # type: ignore[union-attr]  # within a transaction
        except Exception as error:
            if is_about_itself(error):
                raise
            return error
        return None

    def fold(
        self,
        connection: Connection,
        projection: Projection,
        page: Sequence[Recorded],
        rules: Any,
        tables: Mapping[Table, Table] | None = None,
    ) -> None:
        """Fold a page into the served tables, or into those that stand in for them in `tables`.

        Raises:
            PoisonError: a fold failed.
        """
        targets = {table: (tables or {}).get(table, table) for table in projection.tables}
        relevant = [r.event for r in page if type(r.event) in projection.folds]
        if not relevant:
            return
        streams: dict[UUID, list[Event]] = {}
        for event in relevant:
            streams.setdefault(event.originator_id, []).append(event)
        there = {table: rows_of(connection, targets[table], list(streams)) for table in projection.preloaded}

        def load(table: Table, stream_id: UUID) -> dict[Key, Row]:
            found = there.get(table)
            if found is None:
                found = rows_of(connection, targets[table], [stream_id])
            return found.get(stream_id, {})

        opener = self._log.opener(streams_to_open([projection], relevant))
        folded = []
        for stream_id, events in streams.items():
            rows = Rows(stream_id, projection.tables, opener.stream(stream_id), self._earlier, load, rules)
            fold(events, [(projection, rows)])
            folded.append(rows)
        for table, target in targets.items():
            _write(connection, table, target, folded)

    def _earlier(self, event: Event) -> Sequence[Event]:
        return self._log.stream(event.originator_id, event.originator_version - 1)


@contextmanager
def telling(page: Sequence[Recorded], rules: Any) -> Iterator[None]:
    """Make an error of its own of what goes wrong with the rows of a page."""
    try:
        yield
    except WITH_ROWS as error:
        if is_about_itself(error):
            raise
        raise RowsError(page, rules, error) from error


def streams_to_open(projections: Iterable[Projection], events: Iterable[Event]) -> set[UUID]:
    """The streams of which some fold will open a personal value."""
    opens = frozenset[type[Event]]().union(*(p.decrypts for p in projections))
    return {event.originator_id for event in events if type(event) in opens}


@lru_cache(maxsize=256)
def _of_streams(table: Table) -> Select[Any]:
    return select(table).where(table.columns[0].in_(bindparam("stream_ids", expanding=True)))


def rows_of(connection: Connection, table: Table, stream_ids: Sequence[UUID]) -> dict[UUID, dict[Key, Row]]:
    """The rows of these streams, by stream and by what their primary key adds to it."""
    found: dict[UUID, dict[Key, Row]] = {}
    key, stream = key_of(table), table.columns[0].name
    for at in range(0, len(stream_ids), CHUNK):
        some = {"stream_ids": stream_ids[at : at + CHUNK]}
        for mapping in connection.execute(_of_streams(table), some).mappings():
            row = dict(mapping)
            found.setdefault(row[stream], {})[key(row)] = row
    return found


def _write(connection: Connection, table: Table, target: Table, folded: Iterable[Rows]) -> None:
    stream, *keys = [target.columns[0], *(c for c in target.primary_key.columns if c is not target.columns[0])]
    changed: list[Row] = []
    for rows in folded:
        if rows.forgotten:
            connection.execute(delete(target).where(stream == rows.stream_id))
        for key, row in rows.changed(table).items():
            if row is not None:
                changed.append(row)
            elif not rows.forgotten:
                values = key if isinstance(key, tuple) else (key,)
                matches = (c == v for c, v in zip(keys, values, strict=False))
                connection.execute(delete(target).where(stream == rows.stream_id, *matches))
    upsert_rows(connection, target, changed)
