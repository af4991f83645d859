"""Keeps read models current: fold a page, write rows and position in one transaction, know how fresh they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, delete, select, update

from domain.calendar import local_day
from domain.in_force import Rules, rules_under
from eventlog.events import Event, Recorded
from eventlog.log import EventLog, UnreadableError
from projections import definitions
from projections.database import Database, Row, UtcDateTime, upsert_rows
from projections.readmodel import DECLARED, FoldError, Key, Projection, Rows, bookkeeping, key_of, metadata

PAGE = 10_000
CHUNK = 500
PATIENCE = 1.0  # seconds that one waits for another thread of this process to fold

positions = Table(
    "projection_positions",
    bookkeeping,
    Column("projection", String(40), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("position", BigInteger, nullable=False),
    # which event stood there: another one says that the log is not the one that was folded
    Column("folded", String(60)),
    Column("generation", Integer, nullable=False),
    Column("updated_at", UtcDateTime),
    Column("rebuilt_at", UtcDateTime),
    Column("changes", Text),
    # the event that the fold stopped at, and why
    Column("stopped_at", BigInteger),
    Column("stopped_because", Text),
    # the parameters of definitions that its rows were folded under
    Column("parameters", Text, nullable=False, server_default="{}"),
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
    stopped_at: int | None
    stopped_because: str | None
    same_log: bool

    @property
    def behind(self) -> int:
        """Positions of the log that the read model has not come to yet."""
        return max(self.head - self.position, 0)

    @property
    def rebuild_due(self) -> bool:
        """The code has another version, or the log is not the one that was folded (it was restored).

        Other rules need no hand: the workers rebuild by themselves when a revised definition comes into force.
        """
        return self.version != self.code_version or not self.same_log


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
        self._folding = threading.Lock()

    def create(self) -> None:
        """Make the tables of read models that are missing, and a position for each new one."""
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
        same = {folded: self._same_log(*folded) for folded in {(row.position, row.folded) for row in rows.values()}}
        return {
            name: Freshness(
                name, row.version, p.version, row.position, head, row.updated_at, row.rebuilt_at, row.changes,
                row.stopped_at, row.stopped_because, same[row.position, row.folded],
            )
            for name, p in self.projections.items()
            if (row := rows.get(name))
        }  # fmt: skip

    def _parameters_today(self, connection: Connection) -> str:
        return definitions.on(connection, local_day(self.clock())).rules.parameters

    def under_other_rules(self) -> list[str]:
        """The read models whose rows depend on definitions that are others today."""
        with self.database.read() as connection:
            wanted = self._parameters_today(connection)
            folded = dict(connection.execute(select(positions.c.projection, positions.c.parameters)).tuples().all())
        return [n for n, p in self.projections.items() if p.takes_rules and folded.get(n, wanted) != wanted]

    def parameters_today(self) -> str:
        """The parameters of definitions that read models are to be folded under today."""
        self.catch_up([definitions.projection.name], wait=True)
        with self.database.read() as connection:
            return self._parameters_today(connection)

    def _same_log(self, position: int, folded: str | None) -> bool:
        return not position or [mark(r) for r in self.log.page(position - 1, 1, upto=position)] == [folded]

    def catch_up(
        self, names: Iterable[str] = (), *, wait: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Fold what is new into the named read models (all, by default); the number of events folded.

        `progress` is told after each page what is done, and how much there was to do at the start.

        Threads of one process that ask for it at the same time wait for one of them, who does it for all.

        One that another process is working on is left to it, unless `wait`. A rebuild that is due is not done
        here: the read model goes on serving what it has. So does one whose fold fails: it stops before that event,
        says so, and tries again the next time.
        """
        chosen = list(names) or list(self.projections)
        folded = 0
        with self._one_at_a_time():
            behind = self._behind(chosen)
            in_all = sum(behind.values())
            # Looked at again after the locks were let go: a nudge that was skipped meanwhile is served by this.
            while behind:
                page = _LastPage(self.log)
                stepped = self._pass_over(list(behind), page)
                folded += sum(stepped.values())
                for name in behind:
                    if name not in stepped:
                        stepped[name] = self._step(self.projections[name], page, wait=wait)
                        folded += stepped[name]
                    if progress:
                        progress(folded, in_all)
                behind = self._behind([name for name, done in stepped.items() if done])
        return folded

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        """Threads of one process take turns, so that one folds for all who wait; but none waits for long."""
        alone = self._folding.acquire(timeout=PATIENCE)
        try:
            yield
        finally:
            if alone:
                self._folding.release()

    def shows(self, position: int) -> bool:
        """Whether all read models that can be folded on have come to this position of the log."""
        with self.database.read() as connection:
            rows = connection.execute(select(positions)).all()
        code = {name: p.version for name, p in self.projections.items()}
        going_on = [row for row in rows if row.stopped_at is None and row.version == code.get(row.projection)]
        return all(row.position >= position for row in going_on)

    def _behind(self, names: Sequence[str]) -> dict[str, int]:
        """Those of the named read models that have something to fold, and how much."""
        if not names:
            return {}
        with self.database.read() as connection:
            at = dict(connection.execute(select(positions.c.projection, positions.c.position)).tuples().all())
        head = self.log.head()
        return {name: head - at.get(name, 0) for name in names if at.get(name, 0) < head}

    def _pass_over(self, names: Sequence[str], read: _LastPage) -> dict[str, int]:
        """Move on, all in one transaction, those of the read models that the next page holds nothing for; the number
        of events of each. The others, and those that are worked on elsewhere, are left as they are."""
        passed: dict[str, int] = {}
        with self.database.write() as connection, suppress(UnreadableError):
            held = select(positions).where(positions.c.projection.in_(names)).with_for_update(skip_locked=True)
            standing: dict[tuple[int, str | None], list[str]] = {}
            for row in connection.execute(held):
                if row.version == self.projections[row.projection].version:
                    standing.setdefault((row.position, row.folded), []).append(row.projection)
            for (position, folded), there in standing.items():
                page = self._new_of(read(max(position - 1, 0), None), position, folded)
                types = {type(r.event) for r in page}
                idle = [name for name in there if types.isdisjoint(self.projections[name].folds)]
                if page and idle:
                    self._advance(connection, idle, position, page[-1])
                    passed |= dict.fromkeys(idle, len(page))
        return passed

    def _step(self, projection: Projection, page: _LastPage, *, wait: bool) -> int:
        """Fold one page; the number of events, 0 if there was nothing that could be done."""
        upto: int | None = None
        reason = ""
        while True:
            try:
                done = self._fold_next(projection, page, wait=wait, upto=upto)
                break
            except FoldError as error:
                # Others of the page may fail as well: fold what lies before the first.
                position, reason = self._position_of(error.event), str(error)
            except UnreadableError as error:
                position, reason = error.position, str(error)
            upto = position - 1
        if upto is not None:
            with self.database.write() as connection:
                connection.execute(
                    update(positions)
                    .where(positions.c.projection == projection.name, positions.c.position <= upto)
                    .values(stopped_at=upto + 1, stopped_because=reason)
                )
        return done

    def _fold_next(self, projection: Projection, read: _LastPage, *, wait: bool, upto: int | None = None) -> int:
        with self.database.write() as connection:
            held = select(positions).where(positions.c.projection == projection.name)
            row = connection.execute(held.with_for_update(skip_locked=not wait)).one_or_none()
            if row is None or row.version != projection.version:
                return 0
            page = self._new_of(read(max(row.position - 1, 0), upto), row.position, row.folded)
            if page:
                self.fold_page(connection, projection, page, rules=rules_under(row.parameters))
                self._advance(connection, [projection.name], row.position, page[-1])
            return len(page)

    @staticmethod
    def _new_of(page: Sequence[Recorded], position: int, folded: str | None) -> Sequence[Recorded]:
        """What is new of a page that begins with the last event folded; nothing if that is another one: the log was
        exchanged then, and a rebuild is due."""
        if not position:
            return page
        return page[1:] if page and (page[0].position, mark(page[0])) == (position, folded) else ()

    def fold_page(
        self,
        connection: Connection,
        projection: Projection,
        page: Sequence[Recorded],
        tables: Mapping[Table, Table] | None = None,
        rules: Rules = DECLARED,
    ) -> None:
        """Fold a page into the served tables, or into those that stand in for them in `tables`.

        Raises:
            FoldError: a fold failed.
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

        opener = self.log.opener(streams_to_open([projection], relevant))
        folded = []
        for stream_id, events in streams.items():
            rows = Rows(stream_id, projection.tables, opener.stream(stream_id), self._earlier, load, rules)
            projection.fold(events, rows)
            folded.append(rows)
        for table, target in targets.items():
            _write(connection, table, target, folded)

    def _position_of(self, event: Event) -> int:
        return self.log.position(event.originator_id, event.originator_version)

    def _earlier(self, event: Event) -> Sequence[Event]:
        return self.log.stream(event.originator_id, event.originator_version - 1)

    def _advance(self, connection: Connection, names: Sequence[str], old: int, last: Recorded) -> None:
        moved = connection.execute(
            update(positions)
            .where(positions.c.projection.in_(names), positions.c.position == old)
            .values(
                position=last.position,
                folded=mark(last),
                updated_at=self.clock(),
                stopped_at=None,
                stopped_because=None,
            )
        )
        if moved.rowcount != len(names):
            raise RuntimeError(f"The position of {', '.join(names)} moved while it was locked.")


class _LastPage:
    """Reads pages of the log, and gives the last one again: most read models stand at the same position."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._at: tuple[int, int | None] | None = None
        self._page: list[Recorded] = []

    def __call__(self, after: int, upto: int | None) -> list[Recorded]:
        if self._at != (after, upto):
            self._page, self._at = self._log.page(after, PAGE + 1, upto), (after, upto)
        return self._page


def mark(recorded: Recorded) -> str:
    """Which event it is, whatever its position."""
    return f"{recorded.event.originator_id}/{recorded.event.originator_version}"


def streams_to_open(projections: Iterable[Projection], events: Iterable[Event]) -> set[UUID]:
    """The streams of which some fold will open a personal value."""
    opens = frozenset[type[Event]]().union(*(p.opens for p in projections))
    return {event.originator_id for event in events if type(event) in opens}


def rows_of(connection: Connection, table: Table, stream_ids: Sequence[UUID]) -> dict[UUID, dict[Key, Row]]:
    """The rows of these streams, by stream and by what their primary key adds to it."""
    found: dict[UUID, dict[Key, Row]] = {}
    key, stream = key_of(table), table.columns[0].name
    for at in range(0, len(stream_ids), CHUNK):
        statement: Any = select(table).where(table.columns[0].in_(stream_ids[at : at + CHUNK]))
        for mapping in connection.execute(statement).mappings():
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
