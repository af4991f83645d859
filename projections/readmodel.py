"""What a read model is made of: tables, folds, and the rows that a fold works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table

from eventlog.events import Event, Recorded
from eventlog.sealing import Opener
from projections.database import Row

Key = tuple[Any, ...]
# An event's position comes along for those read models that show the order of things.
Fold = Callable[[Any, "Rows", int], None]
Loader = Callable[[Table, Sequence[UUID]], Iterable[Row]]
Settle = Callable[[UUID, "Rows"], None]
Figures = Callable[[Connection, date], Mapping[str, int]]

metadata = MetaData()


def no_figures(_connection: Connection, _as_of: date) -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, eq=False)
class Projection:
    """A read model: every row belongs to one stream, whose id is in the table's first column.

    `folds` has a function for each event class that matters. `preloaded` are the tables of which a fold needs
    a stream's rows nearly always. `opens` are the event classes of which a fold opens personal values.
    `settle` is called at the end of a page for each stream that a fold touched: for what follows from the whole.
    `version` goes up when tables or folds change: a rebuild is then due. `figures` are the totals that a rebuild
    may change and managers are told of.
    """

    name: str
    version: int
    tables: tuple[Table, ...]
    folds: Mapping[type[Event], Fold]
    preloaded: tuple[Table, ...] = ()
    opens: frozenset[type[Event]] = frozenset()
    settle: Settle | None = None
    figures: Figures = no_figures

    def fold(self, page: Iterable[Recorded], rows: Rows) -> None:
        folds = self.folds
        touched: dict[UUID, None] = {}
        for recorded in page:
            fold = folds.get(type(recorded.event))
            if fold is not None:
                fold(recorded.event, rows, recorded.position)
                touched[recorded.event.originator_id] = None
        if self.settle is not None:
            for stream_id in touched:
                self.settle(stream_id, rows)


@dataclass
class _TableRows:
    table: Table
    keys: tuple[str, ...]
    stream: str
    loaded: dict[UUID, dict[Key, Row]] = field(default_factory=dict)
    changed: dict[Key, Row] = field(default_factory=dict)
    dropped: set[Key] = field(default_factory=set)

    def key(self, row: Row) -> Key:
        return tuple(row[name] for name in self.keys)


class Rows:
    """The rows that a page of events touches; a fold reads and puts them, the engine writes what changed.

    With `load` the rows stand in a database and are fetched when asked for; without, all there is, is here.
    """

    def __init__(self, tables: Iterable[Table], opener: Opener, load: Loader | None = None) -> None:
        self.opener = opener
        self._load = load
        self._tables = {
            table: _TableRows(table, tuple(c.name for c in table.primary_key.columns), table.columns[0].name)
            for table in tables
        }
        self.forgotten: set[UUID] = set()

    def preload(self, tables: Iterable[Table], stream_ids: Sequence[UUID]) -> None:
        """Fetch the rows of many streams at once."""
        for table in tables:
            here = self._tables[table]
            for stream_id in stream_ids:
                here.loaded.setdefault(stream_id, {})
            for row in self._load(table, stream_ids) if self._load else ():
                here.loaded[row[here.stream]][here.key(row)] = row

    def of(self, table: Table, stream_id: UUID) -> dict[Key, Row]:
        """All rows of a stream by primary key; to change one, put it."""
        here = self._tables[table]
        if stream_id not in here.loaded:
            found = {here.key(row): row for row in (self._load(table, [stream_id]) if self._load else ())}
            if stream_id in self.forgotten:
                found = {}
            found.update({k: row for k, row in here.changed.items() if row[here.stream] == stream_id})
            here.loaded[stream_id] = {k: row for k, row in found.items() if k not in here.dropped}
        return here.loaded[stream_id]

    def one(self, table: Table, stream_id: UUID, *key: Any) -> Row | None:
        """The row of a stream with this primary key (by default the stream's own id)."""
        return self.of(table, stream_id).get(key or (stream_id,))

    def put(self, table: Table, row: Row) -> None:
        here = self._tables[table]
        key = here.key(row)
        here.changed[key] = row
        here.dropped.discard(key)
        if (loaded := here.loaded.get(row[here.stream])) is not None:
            loaded[key] = row

    def drop(self, table: Table, stream_id: UUID, *key: Any) -> None:
        here = self._tables[table]
        here.changed.pop(key, None)
        here.dropped.add(key)
        here.loaded.get(stream_id, {}).pop(key, None)

    def forget(self, stream_id: UUID) -> None:
        """Drop every row of a stream, in all tables."""
        self.forgotten.add(stream_id)
        for here in self._tables.values():
            here.changed = {k: row for k, row in here.changed.items() if row[here.stream] != stream_id}
            here.loaded[stream_id] = {}

    def changes(self) -> Iterable[tuple[Table, list[Row], set[Key]]]:
        """For each table the rows to write and the keys to delete."""
        for table, here in self._tables.items():
            yield table, list(here.changed.values()), here.dropped


def streams_to_open(projections: Iterable[Projection], page: Iterable[Recorded]) -> set[UUID]:
    """The streams of which some fold will open a personal value."""
    opens = frozenset[type[Event]]().union(*(p.opens for p in projections))
    return {r.event.originator_id for r in page if type(r.event) in opens}
