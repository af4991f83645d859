"""Rebuilding read models from the start: fill fresh tables beside the served ones, catch up, switch in one go.

A rebuild is a row in the database, and so are its shards: some buckets of the log each. Whoever takes part claims
shards until none is left; who fills the last one lets the fresh tables catch up and puts them in place. One process
does it all, or many on many machines: the tables are the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, func, select, update
from sqlalchemy.exc import OperationalError

from database.locks import FINISHING, REBUILDING
from eventlog.poison import PoisonError
from projections.engine import engine as engine_module
from projections.engine import staging_tables
from projections.engine.engine import Engine
from projections.engine.figures import changes_of, figures_now
from projections.engine.filling import Progress, fill_shards, naming_events, no_progress
from projections.engine.pages import telling
from projections.engine.positions import positions
from projections.engine.readmodel import Projection
from projections.engine.rebuilds import (
    CATCHING_UP,
    DONE,
    FILLING,
    Changes,
    Rebuild,
    current,
    forget_shards,
    found,
    mark_given_up,
    of,
    rebuild_shards,
    rebuilds,
)

SWITCH_ATTEMPTS = 20


class RebuildRunningError(Exception):
    """Another process is rebuilding."""


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
            with naming_events(engine, begun):
                fill_shards(engine, begun, progress)
                _finish(engine, begun.rebuild_id)
        except BaseException as error:
            _give_up(engine, str(error) if isinstance(error, PoisonError) else None)
            raise
    return found(engine.database, begun.rebuild_id).changes


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
        running = current(engine.database)
        if not allowed or running is None or not running.shared:
            return running is not None
        try:
            with naming_events(engine, running):
                fill_shards(engine, running, progress)
                _finish(engine, running.rebuild_id)
        except PoisonError as error:
            with engine.database.write() as connection:
                mark_given_up(connection, str(error))
            raise
    return True


def discard_leftovers(engine: Engine, *, shared: bool = False) -> None:
    """Give up a rebuild that nobody is working on: nobody keeps its tables current, or erases in them.

    One that others can take part in is left to them, unless `shared`.
    """
    with engine.database.advisory_lock(REBUILDING, wait=False) as alone:
        if alone and (shared or (running := current(engine.database)) is None or not running.shared):
            _give_up(engine)


# from begin to switch


def _begin(engine: Engine, names: Iterable[str], shards: int, *, shared: bool) -> Rebuild:
    chosen = list(names) or list(engine.projections)
    upto = engine.log.head()
    rebuild_id = uuid4()
    parameters = engine.parameters_today()
    with engine.database.write(long=True) as connection:
        mark_given_up(connection)
        fresh = staging_tables.stand_ins(engine.projections[name] for name in chosen)
        staging_tables.make(connection, fresh, _generation(connection))
        connection.execute(
            rebuilds.insert().values(
                rebuild_id=rebuild_id,
                names=json.dumps(chosen),
                state=FILLING,
                shared=shared,
                events=engine.log.count(upto),
                position=upto,
                started_at=engine.clock(),
                parameters=parameters,
            )
        )
        connection.execute(
            rebuild_shards.insert(),
            [{"rebuild_id": rebuild_id, "shard": shard, "done": False} for shard in range(shards)],
        )
    return found(engine.database, rebuild_id)


def _generation(connection: Connection) -> int:
    return 1 + (connection.scalar(select(func.max(positions.c.generation))) or 0)


def _finish(engine: Engine, rebuild_id: UUID) -> None:
    """When all shards are filled: index, catch up, switch. Can be taken up again wherever it was left."""
    if not found(engine.database, rebuild_id).is_full:
        return
    with engine.database.advisory_lock(FINISHING, wait=False) as alone:
        running = found(engine.database, rebuild_id)
        if not alone or not running.is_full:
            return
        projections = [engine.projections[name] for name in running.names]
        fresh = staging_tables.stand_ins(projections)
        if running.state == FILLING:
            with engine.database.read() as connection:
                already, generation = staging_tables.indexed(connection, fresh), _generation(connection)
            with ThreadPoolExecutor(2, "indexing") as side_by_side:
                list(side_by_side.map(partial(_index, engine, generation, already), fresh))
            with engine.database.write(long=True) as connection:
                connection.execute(of(rebuild_id).values(state=CATCHING_UP))
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


def _index(engine: Engine, generation: int, already: staging_tables.Indexed, table: Table) -> None:
    with engine.database.write(long=True) as connection:
        staging_tables.index(connection, table, generation, already)


def _catch_up(engine: Engine, projections: Sequence[Projection], fresh: staging_tables.Fresh, rebuild_id: UUID) -> int:
    """Fold a page of what was recorded meanwhile into the fresh tables; the number of events."""
    with engine.database.write(long=True) as connection:
        return _fold_page(engine, connection, projections, fresh, rebuild_id)


def _fold_page(
    engine: Engine,
    connection: Connection,
    projections: Sequence[Projection],
    fresh: staging_tables.Fresh,
    rebuild_id: UUID,
) -> int:
    going = connection.execute(select(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)).one()
    page = engine.log.page(going.position, engine_module.PAGE)
    if page:
        rules = engine.rulebook.under(going.parameters)
        with engine.log.placing(), telling(page, rules):
            for projection in projections:
                engine.pages.fold(connection, projection, page, rules, fresh)
        connection.execute(of(rebuild_id).values(position=page[-1].position))
    return len(page)


def _switch(engine: Engine, projections: Sequence[Projection], fresh: staging_tables.Fresh, rebuild_id: UUID) -> None:
    """The last events and the switch, in one transaction: the live fold goes on exactly where the new tables end."""
    now = engine.clock()
    names = [p.name for p in projections]
    with engine.database.write(long=True) as connection:
        connection.execute(select(positions).where(positions.c.projection.in_(names)).with_for_update()).all()
        while _fold_page(engine, connection, projections, fresh, rebuild_id):
            pass
        before = {p.name: figures_now(connection, p, now) for p in projections}
        staging_tables.put_in_place(connection, fresh)
        going = connection.execute(select(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)).one()
        position, identity = going.position, engine.log.identity_at(going.position)
        generation = _generation(connection)
        changes: Changes = {}
        for p in projections:
            changes[p.name] = changes_of(before[p.name], p.figures(connection, now))
            connection.execute(
                update(positions)
                .where(positions.c.projection == p.name)
                .values(
                    version=p.version,
                    position=position,
                    folded=identity,
                    generation=generation,
                    updated_at=now,
                    rebuilt_at=now,
                    changes=json.dumps(changes[p.name]),
                    stopped_at=None,
                    stopped_because=None,
                    parameters=going.parameters,
                )
            )
        connection.execute(of(rebuild_id).values(state=DONE, finished_at=now, changes=json.dumps(changes)))
        forget_shards(connection)


def _give_up(engine: Engine, reason: str | None = None) -> None:
    with engine.database.read() as connection:
        nothing = not staging_tables.left(connection)
    if nothing and current(engine.database) is None:
        return
    with engine.database.write(long=True) as connection:
        mark_given_up(connection, reason)
        staging_tables.drop_all(connection)
