"""What a read model is made of: tables, folds, and the rows that a fold works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, MetaData, Table

from database.errors import is_about_itself
from database.rows import Row
from eventlog.events import Event, shape_of, standing
from eventlog.poison import FoldError
from eventlog.sealing import StreamOpener

# What a primary key adds to the stream's id: None where a stream has one row, else a value, or a tuple of them.
Key = Any
Fold = Callable[[Any, "Rows"], None]
Figures = Callable[[Connection, datetime], Mapping[str, int]]

metadata = MetaData()
# How far the read models are, and what was rebuilt when: kept beside them, and kept when they are rebuilt.
bookkeeping = MetaData()


def no_figures(_connection: Connection, _at: datetime) -> Mapping[str, int]:
    return {}


@dataclass(frozen=True, eq=False)
class Projection:
    """A read model: every row belongs to one stream, whose id is in the table's first column.

    `folds` has a function for each event class that matters. `preloaded` are the tables of which a fold needs
    a stream's rows nearly always. `decrypts` are the event classes of which a fold opens personal values.
    `finalize` is called when a stream's events are folded: for what follows from the whole.
    `begins` are the event classes that put a stream's first row, where others only change what is there: whoever folds
    from the start passes over a stream without any of them.
    `takes_rules` gives the part of the rules' parameters that its rows depend on; when that changes, it is rebuilt.
    `version` goes up when tables or folds change: a rebuild is then due. `figures` are the totals that a rebuild
    may change and managers are told of.
    """

    name: str
    version: int
    tables: tuple[Table, ...]
    folds: Mapping[type[Event], Fold]
    preloaded: tuple[Table, ...] = ()
    decrypts: frozenset[type[Event]] = frozenset()
    finalize: Callable[[Rows], None] | None = None
    begins: frozenset[type[Event]] | None = None
    figures: Figures = no_figures
    takes_rules: Callable[[str], str] | None = None

    @cached_property
    def topics(self) -> frozenset[str]:
        """What it folds, as the log calls it: a stream without any of these has nothing for it."""
        return frozenset(shape_of(event_type).topic for event_type in self.folds)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The same of those that begin: a stream without any of these comes to no rows."""
        return frozenset(shape_of(event_type).topic for event_type in self.begins or self.folds)


class Rows:
    """A read model's rows of one stream: a fold reads and puts them, the engine writes what changed.

    With `load` the rows stand in a database and are fetched when asked for; without, all there is, is here.
    `earlier` gives the events of the stream before one, for a fold that has to look back: without those that were taken
    back. `rules` are those under which the rows are folded. `noted` is what a fold keeps for `finalize`.
    """

    __slots__ = (
        "_changed",
        "_earlier",
        "_known",
        "_load",
        "_undone",
        "forgotten",
        "noted",
        "opener",
        "rules",
        "stream_id",
    )

    def __init__(
        self,
        stream_id: UUID,
        tables: Iterable[Table],
        opener: StreamOpener,
        earlier: Callable[[Event], Sequence[Event]],
        load: Callable[[Table, UUID], dict[Key, Row]] | None,
        rules: Any,
    ) -> None:
        self.rules = rules
        self.stream_id = stream_id
        self.opener = opener
        self._earlier = earlier
        self._undone: AbstractSet[int] = frozenset()
        self.forgotten = False
        self.noted: Any = None
        self._load = load
        self._changed: dict[Table, dict[Key, Row | None]] = {table: {} for table in tables}
        self._known: dict[Table, dict[Key, Row]] = {}

    def earlier(self, event: Event) -> Sequence[Event]:
        """The events of the stream before one that stand."""
        return standing(self._earlier(event), self._undone)

    def begin_again(self, event: Event) -> Sequence[Event]:
        """Forget every row, since an event takes others back; the events before it that stand, to be folded anew."""
        before = self._earlier(event)
        self._undone |= event.undoes(before)
        self.forget()
        return standing(before, self._undone)

    def of(self, table: Table) -> dict[Key, Row]:
        """All rows by what their primary key adds to the stream's id; to change one, put it."""
        known = self._known.get(table)
        if known is None:
            known = self._load(table, self.stream_id) if self._load and not self.forgotten else {}
            for key, row in self._changed[table].items():
                if row is None:
                    known.pop(key, None)
                else:
                    known[key] = row
            self._known[table] = known
        return known

    def change(self, table: Table, key: Key = None) -> Row | None:
        """A row that is going to be changed in place; None where there is none."""
        known = self._known.get(table)
        row = (self.of(table) if known is None else known).get(key)
        if row is not None:
            self._changed[table][key] = row
        return row

    def put(self, table: Table, row: Row, key: Key = None) -> None:
        self._changed[table][key] = row
        if (known := self._known.get(table)) is not None:
            known[key] = row

    def drop(self, table: Table, key: Key = None) -> None:
        self.of(table).pop(key, None)
        if self._load is None:
            self._changed[table].pop(key, None)
        else:
            self._changed[table][key] = None

    def forget(self) -> None:
        """Drop every row of the stream, in all tables."""
        self.forgotten = True
        self.noted = None
        for table in self._changed:
            self._changed[table] = {}
            self._known[table] = {}

    def all(self, table: Table) -> Iterable[Row]:
        """The rows of a table, where there is no database to have others."""
        return self._changed[table].values()  # type: ignore[return-value]  # rows of one table

    def changed(self, table: Table) -> dict[Key, Row | None]:
        """The rows to write, and None for each to delete."""
        return self._changed[table]


def fold(events: Iterable[Event], into: Sequence[tuple[Projection, Rows]]) -> None:
    """Fold events of one stream, in order, into its rows of each of these read models: one pass for all of them.

    Raises:
        FoldError: at which event it failed.
    """
    # What there is to do at an event of each class: most read models fold few of them.
    folding: dict[type[Event], list[tuple[Fold, Rows]]] = {}
    event = None
    try:
        for event in events:
            event_type = type(event)
            todo = folding.get(event_type)
            if todo is None:
                todo = folding[event_type] = [(p.folds[event_type], rows) for p, rows in into if event_type in p.folds]
            for fold_event, rows in todo:
                fold_event(event, rows)
        for projection, rows in into:
            if projection.finalize is not None and not folding.keys().isdisjoint(projection.folds):
                projection.finalize(rows)
    except Exception as error:
        # A fold looks rows and earlier events up, and the database may be away just then.
        if event is None or is_about_itself(error):
            raise
        raise FoldError(event, error) from error


@cache
def key_of(table: Table) -> Callable[[Row], Key]:
    """What gives a row's key within its stream."""
    names = [c.name for c in table.primary_key.columns if c is not table.columns[0]]
    return itemgetter(*names) if names else lambda _row: None
