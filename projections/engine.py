"""Keeps read models current: fold a page, write rows and position in one transaction, know how fresh they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, delete, select, update

from eventlog.events import Recorded
from eventlog.log import EventLog
from projections.database import Database, Row, UtcDateTime, upsert_rows
from projections.readmodel import Projection, Rows, metadata, streams_to_open

PAGE = 10_000
CHUNK = 500

# Not a read model: it says how far the read models are, and lasts.
positions = Table(
    "projection_positions",
    metadata,
    Column("projection", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("rebuilt_at", UtcDateTime),
    Column("changes", Text),
)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How current a read model is."""

    projection: str
    version: int
    code_version: int
    position: int
    head: int
    updated_at: datetime | None
    rebuilt_at: datetime | None
    changes: str | None

    @property
    def behind(self) -> int:
        """Events recorded that the read model does not show yet."""
        return max(self.head - self.position, 0)

    @property
    def rebuild_due(self) -> bool:
        """The code has another version, or the log ends before the position (it was restored)."""
        return self.version != self.code_version or self.position > self.head


class Engine:
    """Folds the log into the read models of a database. `clock` gives the time of writing."""

    def __init__(
        self,
        log: EventLog,
        database: Database,
        projections: Sequence[Projection],
        clock: Callable[[], datetime],
    ) -> None:
        self.log = log
        self.database = database
        self.projections = {p.name: p for p in projections}
        self.clock = clock

    def create(self) -> None:
        """Make missing tables, and a position for each new read model."""
        self.database.create(metadata)
        with self.database.write() as connection:
            known = set(connection.scalars(select(positions.c.projection)))
            for p in self.projections.values():
                if p.name not in known:
                    row = {"projection": p.name, "version": p.version, "position": 0, "generation": 0}
                    connection.execute(positions.insert().values(row))

    def freshness(self) -> dict[str, Freshness]:
        """Of every read model."""
        with self.database.read() as connection:
            rows = {row.projection: row for row in connection.execute(select(positions))}
        head = self.log.head()
        return {
            name: Freshness(
                name, rows[name].version, p.version, rows[name].position, head,
                rows[name].updated_at, rows[name].rebuilt_at, rows[name].changes,
            )
            for name, p in self.projections.items()
            if name in rows
        }  # fmt: skip

    def catch_up(
        self, names: Iterable[str] = (), *, wait: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Fold what is new into the named read models (all, by default); the number of events folded.

        `progress` is told after each page what is done, and how much there was to do at the start.

        One that another process is working on is left to it, unless `wait`. A rebuild that is due is not done
        here: the read model goes on serving what it has.
        """
        folded = 0
        chosen = list(names) or list(self.projections)
        behind = sum(self.freshness()[name].behind for name in chosen) if progress else 0
        for name in chosen:
            projection = self.projections[name]
            # Looked at again after the lock was let go: a nudge that was skipped meanwhile is served by this.
            while self._position(name) < self.log.head():
                stepped = self._step(projection, wait=wait)
                if stepped is None:
                    break
                folded += stepped
                if progress:
                    progress(folded, behind)
        return folded

    def _step(self, projection: Projection, *, wait: bool) -> int | None:
        """Fold one page; the number of events, 0 at the end, None if somebody else is at it or a rebuild is due."""
        with self.database.write() as connection:
            held = select(positions).where(positions.c.projection == projection.name)
            row = connection.execute(held.with_for_update(skip_locked=not wait)).one_or_none()
            if row is None or row.version != projection.version:
                return None
            page = self.log.page(row.position, PAGE)
            if page:
                self.fold_page(connection, projection, page)
                self._advance(connection, projection.name, row.position, page[-1].position)
            return len(page)

    def fold_page(
        self,
        connection: Connection,
        projection: Projection,
        page: Sequence[Recorded],
        tables: Tables | None = None,
    ) -> None:
        """Fold a page into the served tables, or into those that `tables` names instead."""
        tables = tables or Tables()
        relevant = [r for r in page if type(r.event) in projection.folds]
        if not relevant:
            return
        stream_ids = list({r.event.originator_id for r in relevant})
        opener = self.log.opener(streams_to_open([projection], relevant))
        rows = Rows(projection.tables, opener, lambda t, ids: _rows_of(connection, tables.of(t), ids))
        rows.preload(projection.preloaded, stream_ids)
        projection.fold(relevant, rows)
        for table, changed, dropped in rows.changes():
            target = tables.of(table)
            for stream_id in rows.forgotten:
                connection.execute(delete(target).where(target.columns[0] == stream_id))
            keys = list(target.primary_key.columns)
            for key in dropped:
                connection.execute(delete(target).where(*(c == v for c, v in zip(keys, key, strict=True))))
            upsert_rows(connection, target, changed)

    def _advance(self, connection: Connection, name: str, old: int, new: int) -> None:
        moved = connection.execute(
            update(positions)
            .where(positions.c.projection == name, positions.c.position == old)
            .values(position=new, updated_at=self.clock())
        )
        if moved.rowcount != 1:
            raise RuntimeError(f"The position of {name} moved while its row was locked.")

    def _position(self, name: str) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(positions.c.position).where(positions.c.projection == name)) or 0


class Tables:
    """Which physical table stands for a read model's table: itself, or one of another name."""

    def __init__(self, other: dict[Table, Table] | None = None) -> None:
        self._other = other or {}

    def of(self, table: Table) -> Table:
        return self._other.get(table, table)


def _rows_of(connection: Connection, table: Table, stream_ids: Sequence[UUID]) -> list[Row]:
    found: list[Row] = []
    for at in range(0, len(stream_ids), CHUNK):
        statement: Any = select(table).where(table.columns[0].in_(stream_ids[at : at + CHUNK]))
        found += [dict(row) for row in connection.execute(statement).mappings()]
    return found
