"""Keeps read models current: fold a page, write rows and position in one transaction, know how fresh they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from database.errors import is_locked
from database.transactions import Database
from eventlog.events import Event, Page, Recorded
from eventlog.log import EventLog
from eventlog.poison import PoisonError
from projections.engine.pages import PageFolder, PageReader, RowsError, telling
from projections.engine.positions import Freshness, Position, advance, everywhere, held, held_together, positions, stop
from projections.engine.readmodel import Projection, metadata
from projections.engine.rulebook import Rulebook

PAGE = 10_000
FEW = 100  # events that several read models fold in one transaction
PATIENCE = 1.0  # seconds that one waits for another thread of this process to fold

log = structlog.get_logger()


class StoppedError(Exception):
    """What is to be handed out can't be made now: a read model that it is made of is not up to date. Says which."""


class Engine:
    """Folds the log into the read models of a database. `clock` gives the time of writing, `rulebook` the rules."""

    def __init__(
        self,
        log: EventLog,
        database: Database,
        projections: Sequence[Projection],
        clock: Callable[[], datetime],
        rulebook: Rulebook,
    ) -> None:
        self.log = log
        self.database = database
        self.projections = {p.name: p for p in projections}
        self.clock = clock
        self.rulebook = rulebook
        self.pages = PageFolder(log, database)
        self._folding = threading.Lock()

    def create(self) -> None:
        """Make the tables of read models that are missing, and a position for each new one."""
        self.database.create(metadata)
        with self.database.write() as connection:
            known = everywhere(connection)
            for p in self.projections.values():
                if p.name not in known:
                    row = {"projection": p.name, "version": p.version, "position": 0, "generation": 0}
                    connection.execute(positions.insert().values(row))

    def freshness(self) -> dict[str, Freshness]:
        """Of every read model."""
        with self.database.read() as connection:
            rows = everywhere(connection)
        head = self.log.head()
        same = {folded: self._same_log(*folded) for folded in {(row.position, row.folded) for row in rows.values()}}
        return {
            name: Freshness(
                name,
                row.version,
                p.version,
                row.position,
                head,
                row.updated_at,
                row.rebuilt_at,
                row.changes,
                row.stopped_at,
                row.stopped_because,
                same[row.position, row.folded],
            )
            for name, p in self.projections.items()
            if (row := rows.get(name))
        }

    def stopped(self) -> dict[str, Freshness]:
        """The read models that stopped at an event."""
        return {name: f for name, f in self.freshness().items() if f.stopped_at is not None}

    def require(self, *names: str) -> None:
        """Fold all that is recorded into these read models: for whoever hands out for good what they hold.

        Raises:
            StoppedError: one stopped before its end, has to be rebuilt, or goes by rules of before.
        """
        head = self.log.head()
        self.catch_up(names, wait=True)
        found = self.freshness()
        other_rules = self.under_other_rules()
        for name in names:
            f = found[name]
            if f.rebuild_due:
                raise StoppedError(f"The read model {name} has to be rebuilt first: werkpad rebuild {name}.")
            if f.stopped_at is not None and f.position < head:
                raise StoppedError(
                    f"The read model {name} stopped at position {f.stopped_at}: {f.stopped_because}. Mend the code, or"
                    " withdraw the release; it goes on by itself then."
                )
            if f.position < head:
                raise StoppedError(f"The read model {name} is {f.behind} events behind. Try again later.")
            if name in other_rules:
                raise StoppedError(
                    f"The read model {name} goes by the definitions or closing days of before. The workers rebuild it,"
                    f" or: werkpad rebuild {name}."
                )

    def _parameters_today(self, connection: Connection) -> str:
        return self.rulebook.in_force(connection, self.clock())

    def under_other_rules(self) -> list[str]:
        """The read models whose rows depend on rules that are others today."""
        with self.database.read() as connection:
            wanted = self._parameters_today(connection)
            at = everywhere(connection)
        return [
            name
            for name, p in self.projections.items()
            if p.takes_rules is not None and name in at and p.takes_rules(at[name].parameters) != p.takes_rules(wanted)
        ]

    def parameters_today(self) -> str:
        """The parameters of definitions that read models are to be folded under today."""
        self.catch_up(self.rulebook.read_models, wait=True)
        with self.database.read() as connection:
            return self._parameters_today(connection)

    def _same_log(self, position: int, folded: str | None) -> bool:
        return not position or self.log.identity_at(position) == folded

    def catch_up(
        self, names: Iterable[str] = (), *, wait: bool = False, progress: Callable[[int, int], None] | None = None
    ) -> int:
        """Fold what is new into the named read models (all, by default); how many positions they moved on.

        `progress` is told after each page what is done, and how much there was to do at the start.

        Threads of one process that ask for it at the same time wait for one of them, who does it for all.

        One that another process is working on is left to it, unless `wait`. A rebuild that is due is not done
        here: the read model goes on serving what it has. So does one whose fold fails: it stops before that event,
        says so, and tries again the next time. One whose rows somebody has locked holds up no other: these are folded,
        and then the error is raised.
        """
        chosen = list(names) or list(self.projections)
        folded = 0
        with self._one_at_a_time():
            behind = self._behind(chosen)
            in_all = sum(behind.values())
            # Looked at again after the locks were let go: a nudge that was skipped meanwhile is served by this.
            locked: list[OperationalError] = []
            while behind:
                page = PageReader(self.log, self._topics(behind))
                stepped = self._move_together(list(behind), page)
                folded += sum(stepped.values())
                for name in behind:
                    if name not in stepped:
                        with _put_off(locked):
                            stepped[name] = self._step(self.projections[name], page, wait=wait)
                        folded += stepped.get(name, 0)
                    if progress:
                        progress(folded, in_all)
                behind = self._behind([name for name, done in stepped.items() if done])
        if locked:
            raise locked[0]
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
            rows = everywhere(connection)
        code = {name: p.version for name, p in self.projections.items()}
        going_on = [row for name, row in rows.items() if row.stopped_at is None and row.version == code.get(name)]
        return all(row.position >= position for row in going_on)

    def _behind(self, names: Sequence[str]) -> dict[str, int]:
        """Those of the named read models that have something to fold, and how much."""
        if not names:
            return {}
        with self.database.read() as connection:
            at = {name: row.position for name, row in everywhere(connection).items()}
        head = self.log.head()
        return {name: head - at.get(name, 0) for name in names if at.get(name, 0) < head}

    def _topics(self, behind: Mapping[str, int]) -> frozenset[str] | None:
        """What has to be read for these; None for all, where it is so little that choosing takes longer."""
        if max(behind.values()) <= FEW:
            return None
        return frozenset().union(*(self.projections[name].topics for name in behind))

    def _move_together(self, names: Sequence[str], read: PageReader) -> dict[str, int]:
        """Move on, all in one transaction, as many of the read models as the next page says nothing or little to; the
        number of events of each. Those that are worked on elsewhere, or fail, are left as they are."""
        with suppress(PoisonError, RowsError), _put_off([]):
            return self._moved(names, read, few=FEW)
        return self._moved(names, read, few=0)

    def _moved(self, names: Sequence[str], read: PageReader, few: int) -> dict[str, int]:
        """As above, folding pages of a `few` events at most. Raises RowsError, or PoisonError where it folds any."""
        moved: dict[str, int] = {}
        with self.database.write(brief=few > 0) as connection, suppress(*() if few else (PoisonError,)):
            standing: dict[tuple[int, str | None], list[Position]] = {}
            for row in held_together(connection, names):
                if row.version == self.projections[row.projection].version:
                    standing.setdefault((row.position, row.folded), []).append(row)
            for (position, folded), there in standing.items():
                page = read(position, folded, PAGE)
                if page is None or page.position == position:
                    continue
                types = {type(r.event) for r in page.events}
                going = [row.projection for row in there if self._folds(connection, row, page.events, types, few)]
                if going:
                    self._advance(connection, going, position, page)
                    moved |= dict.fromkeys(going, page.position - position)
        return moved

    def _folds(
        self, connection: Connection, row: Position, events: Sequence[Recorded], types: set[type[Event]], few: int
    ) -> bool:
        """Fold a page of events of these `types`, if there is anything to fold and it is short; whether the read model
        is past it now."""
        projection = self.projections[row.projection]
        if types.isdisjoint(projection.folds):
            return True
        if len(events) > few or row.stopped_at is not None:
            return False
        self._fold(connection, projection, events, row.parameters)
        return True

    def _advance(self, connection: Connection, names: Sequence[str], old: int, page: Page) -> None:
        advance(connection, names, old, page.position, page.identity, self.clock())

    def _fold(
        self, connection: Connection, projection: Projection, events: Sequence[Recorded], parameters: str
    ) -> None:
        rules = self.rulebook.under(parameters)
        with self.log.placing(), telling(events, rules):
            self.pages.fold(connection, projection, events, rules=rules)

    def _step(self, projection: Projection, page: PageReader, *, wait: bool) -> int:
        """Fold one page; the number of events, 0 if there was nothing that could be done."""
        upto: int | None = None
        poison: PoisonError | None = None
        while True:
            try:
                done = self._fold_next(projection, page, wait=wait, upto=upto)
                break
            except RowsError as error:
                poison = self.pages.culprit(projection, error.page, rules=error.rules)
                if poison is None:
                    raise error.error from None
            except PoisonError as error:
                # Others of the page may fail as well: fold what lies before the first.
                poison = error
            if poison.position is None:
                raise poison
            upto = poison.position - 1
        if poison is not None:
            self._stop(projection.name, poison)
        return done

    def _stop(self, name: str, poison: PoisonError) -> None:
        """Note at which event a read model stopped, and say so once, whoever looks at it how often."""
        with self.database.write() as connection:
            new = stop(connection, name, poison.position, poison.what)
        if new:
            log.error(
                "read_model_stopped",
                read_model=name,
                position=poison.position,
                topic=poison.topic,
                version=poison.version,
                stream=str(poison.stream_id),
                error=poison.why,
            )

    def _fold_next(self, projection: Projection, read: PageReader, *, wait: bool, upto: int | None = None) -> int:
        with self.database.write() as connection:
            row = held(connection, projection.name, wait=wait)
            if row is None or row.version != projection.version:
                return 0
            # One that stopped tries the event that it stopped at, and not the whole page behind it.
            page = read(row.position, row.folded, PAGE if row.stopped_at is None else 1, upto)
            if page is None:
                return 0  # the last one folded is another event now: the log was exchanged, and a rebuild is due
            if page.position == row.position:
                return 0
            self._fold(connection, projection, page.events, row.parameters)
            self._advance(connection, [projection.name], row.position, page)
        if row.stopped_at is not None:
            log.info("read_model_goes_on", read_model=projection.name, position=page.position)
        moved: int = page.position - row.position
        return moved


@contextmanager
def _put_off(locked: list[OperationalError]) -> Iterator[None]:
    """Keep an error that tells of a lock of somebody else's, for when the others are done."""
    try:
        yield
    except OperationalError as error:
        if not is_locked(error):
            raise
        locked.append(error)
