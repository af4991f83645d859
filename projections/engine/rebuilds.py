"""What was rebuilt when, what is being rebuilt, and how far it is: rows that all who take part share."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    Update,
    Uuid,
    func,
    select,
    update,
)

from database.rows import UtcDateTime, upsert_rows
from database.transactions import Database
from projections.engine.readmodel import bookkeeping

FILLING, CATCHING_UP, DONE, GIVEN_UP = "filling", "catching_up", "done", "given_up"
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

    @property
    def is_full(self) -> bool:
        """Whether every shard is filled, and it is not finished yet."""
        return self.state in (FILLING, CATCHING_UP) and self.shards_done == self.shards


def current(database: Database) -> Rebuild | None:
    """The rebuild that is going on, None if there is none."""
    with database.read() as connection:
        row = connection.execute(
            select(rebuilds.c.rebuild_id).where(rebuilds.c.state.in_([FILLING, CATCHING_UP]))
        ).first()
        return _found(connection, row.rebuild_id) if row else None


def found(database: Database, rebuild_id: UUID) -> Rebuild:
    with database.read() as connection:
        return _found(connection, rebuild_id)


def history(connection: Connection, limit: int | None = None) -> list[Rebuild]:
    """The latest rebuilds, the last one first; also those that were given up."""
    ended = rebuilds.c.state.in_([DONE, GIVEN_UP])
    statement = select(rebuilds.c.rebuild_id).where(ended).order_by(rebuilds.c.started_at.desc())
    return [_found(connection, rebuild_id) for rebuild_id in connection.scalars(statement.limit(limit)).all()]


def ended(connection: Connection) -> int:
    """How many rebuilds there were."""
    statement = select(func.count()).select_from(rebuilds).where(rebuilds.c.state.in_([DONE, GIVEN_UP]))
    return connection.scalar(statement) or 0


def _found(connection: Connection, rebuild_id: UUID) -> Rebuild:
    row = connection.execute(select(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)).one()
    shards = connection.execute(select(rebuild_shards.c.done).where(rebuild_shards.c.rebuild_id == rebuild_id)).all()
    done = connection.execute(
        select(func.sum(rebuild_progress.c.events), func.max(rebuild_progress.c.updated_at)).where(
            rebuild_progress.c.rebuild_id == rebuild_id
        )
    ).one()
    return Rebuild(
        row.rebuild_id,
        tuple(json.loads(row.names)),
        row.state,
        row.shared,
        row.position,
        row.started_at,
        row.finished_at,
        json.loads(row.changes) if row.changes else {},
        row.given_up_because,
        row.parameters,
        done[0] or 0,
        row.events,
        sum(s.done for s in shards),
        len(shards),
        done[1],
    )


def of(rebuild_id: UUID) -> Update:
    """A change of one rebuild, to be given its values."""
    return update(rebuilds).where(rebuilds.c.rebuild_id == rebuild_id)


def report(connection: Connection, rebuild_id: UUID, shard: int, events: int, now: datetime) -> None:
    """Note how many events of a shard are done."""
    row = {"rebuild_id": rebuild_id, "shard": shard, "events": events, "updated_at": now}
    upsert_rows(connection, rebuild_progress, [row])


def mark_given_up(connection: Connection, reason: str | None = None) -> None:
    going_on = rebuilds.c.state.in_([FILLING, CATCHING_UP])
    connection.execute(update(rebuilds).where(going_on).values(state=GIVEN_UP, given_up_because=reason))
    forget_shards(connection)


def forget_shards(connection: Connection) -> None:
    # There is one rebuild at a time.
    connection.execute(rebuild_shards.delete())
    connection.execute(rebuild_progress.delete())
