"""Leave: which coach is away when, and who stands in."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Date, Index, Table, Uuid, bindparam, delete, func, or_, select

from database.rows import rows_as
from domain.calendar import add_months
from domain.refusal import Refused
from records.schema import metadata

# How long who stood in is told that it is over, where others are told that there is no such client.
LATELY = timedelta(days=14)

leaves = Table(
    "leaves",
    metadata,
    Column("leave_id", Uuid, primary_key=True),
    Column("coach_id", Uuid, nullable=False),
    Column("stand_in_id", Uuid, nullable=False),
    Column("team_id", Uuid, nullable=False),
    Column("from_on", Date, nullable=False),
    # the last day away
    Column("until_on", Date, nullable=False),
    Index("ix_leaves_stand_in", "stand_in_id"),
    Index("ix_leaves_team", "team_id"),
)


class Leave(Struct, frozen=True):
    """When a coach is away, and who stands in."""

    leave_id: UUID
    coach_id: UUID
    stand_in_id: UUID
    from_on: date
    until_on: date


def arrange(
    connection: Connection,
    coach_id: UUID,
    stand_in_id: UUID,
    team_id: UUID,
    from_on: date,
    until_on: date,
    today: date,
) -> UUID:
    """Note that a coach is away and who stands in, first and last day included.

    Leave opens files to another: it can begin a year from today at most and lasts a year at most, so that a slip of the
    pen opens them for no longer; what is over can't be arranged any more.

    Raises:
        Refused: it does not fit together, or the coach is away then already.
    """
    if coach_id == stand_in_id:
        raise Refused("Nobody can stand in for themselves.", field="stand_in")
    if until_on < from_on:
        raise Refused("The last day can't be before the first.", field="until_on")
    if until_on < today:
        raise Refused("This leave is already over.", field="until_on")
    if from_on > add_months(today, 12):
        raise Refused("The first day can be at most a year from today.", field="from_on")
    if from_on < add_months(today, -12) or until_on > add_months(from_on, 12):
        raise Refused("Leave lasts a year at most. Arrange what comes after it later.", field="until_on")
    statement = select(leaves.c.leave_id).where(
        leaves.c.coach_id == coach_id, leaves.c.from_on <= until_on, leaves.c.until_on >= from_on
    )
    if connection.scalar(statement):
        raise Refused("This colleague is already away on some of these days.", field="from_on")
    leave_id = uuid4()
    connection.execute(
        leaves.insert().values(
            leave_id=leave_id,
            coach_id=coach_id,
            stand_in_id=stand_in_id,
            team_id=team_id,
            from_on=from_on,
            until_on=until_on,
        )
    )
    return leave_id


def end(connection: Connection, leave_id: UUID, team_id: UUID) -> None:
    """Take it back; only one of the team's."""
    connection.execute(delete(leaves).where(leaves.c.leave_id == leave_id, leaves.c.team_id == team_id))


def of_person(connection: Connection, account_id: UUID, day: date) -> int:
    """How much leave that has not passed is somebody's, or has them stand in."""
    return connection.scalar(select(func.count()).where(_of_person(account_id), leaves.c.until_on >= day)) or 0


def end_of_person(connection: Connection, account_id: UUID, day: date) -> None:
    """End what has not passed of the leave that is somebody's, or has them stand in."""
    connection.execute(delete(leaves).where(_of_person(account_id), leaves.c.until_on >= day))


def _of_person(account_id: UUID) -> ColumnElement[bool]:
    return or_(leaves.c.coach_id == account_id, leaves.c.stand_in_id == account_id)


def of_team(connection: Connection, team_id: UUID, day: date) -> list[Leave]:
    """Leave that has not passed."""
    statement = select(leaves).where(leaves.c.team_id == team_id, leaves.c.until_on >= day).order_by(leaves.c.from_on)
    return rows_as(Leave, connection.execute(statement))


def is_away(connection: Connection, account_id: UUID, day: date) -> bool:
    """Whether somebody is on leave on a day."""
    statement = select(leaves.c.leave_id).where(
        leaves.c.coach_id == account_id, leaves.c.from_on <= day, leaves.c.until_on >= day
    )
    return connection.scalar(statement.limit(1)) is not None


def stood_in_for(connection: Connection, account_id: UUID, day: date) -> frozenset[UUID]:
    """The coaches for whom somebody stands in on a day."""
    return frozenset(connection.scalars(_STOOD_IN_FOR, {"stand_in_id": account_id, "day": day}))


def stood_in_lately(connection: Connection, account_id: UUID, coach_id: UUID, day: date) -> bool:
    """Whether somebody stood in for a coach on one of the days before this one: of a form that was open, they are told
    why it is not recorded."""
    statement = select(leaves.c.leave_id).where(
        leaves.c.stand_in_id == account_id,
        leaves.c.coach_id == coach_id,
        leaves.c.until_on < day,
        leaves.c.until_on >= day - LATELY,
    )
    return connection.scalar(statement.limit(1)) is not None


# Put together once: each page of a coach asks it.
_STOOD_IN_FOR = select(leaves.c.coach_id).where(
    leaves.c.stand_in_id == bindparam("stand_in_id"),
    leaves.c.from_on <= bindparam("day"),
    leaves.c.until_on >= bindparam("day"),
)
