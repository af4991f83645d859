"""Which files of a team are looked at together in a week: drawn once, so that nobody draws until it suits."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, String, Table, Uuid, select
from sqlalchemy.dialects import postgresql, sqlite

from domain.calendar import Week
from records.schema import metadata

drawn_files = Table(
    "drawn_files",
    metadata,
    Column("team_id", Uuid, primary_key=True),
    Column("week", String(8), primary_key=True),
    Column("nth", Integer, primary_key=True, autoincrement=False),
    Column("client_id", Uuid, nullable=False),
)


def of_week(connection: Connection, team_id: UUID, week: Week) -> list[UUID]:
    """The clients who were drawn."""
    statement = select(drawn_files.c.client_id).where(drawn_files.c.team_id == team_id, drawn_files.c.week == str(week))
    return list(connection.scalars(statement.order_by(drawn_files.c.nth)))


def draw(connection: Connection, team_id: UUID, week: Week, among: Callable[[], Collection[UUID]], most: int) -> None:
    """Draw for a week, unless that was done."""
    if of_week(connection, team_id, week):
        return
    pool = sorted(among())
    chosen = random.Random(f"{team_id} {week}").sample(pool, min(most, len(pool)))  # noqa: S311 - a sample, not a secret
    made = postgresql.insert(drawn_files) if connection.dialect.name == "postgresql" else sqlite.insert(drawn_files)
    if chosen:
        drawn = {"team_id": team_id, "week": str(week)}
        rows = [drawn | {"nth": nth, "client_id": client_id} for nth, client_id in enumerate(chosen)]
        # Of two who draw at once the first one's stand.
        connection.execute(made.on_conflict_do_nothing(), rows)
