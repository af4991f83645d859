"""Clients who were taken over for a time: until when, and what became of each meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Boolean, Column, Connection, Date, Index, Integer, String, Table, Uuid, or_, select

from database.rows import rows_as
from domain.calendar import local_day
from domain.client import ClientAssigned, ClientClosed, ClientErased, ClientReopened, MergedInto
from domain.client.take_overs import GivenBack, TakenOverForTime
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

take_overs = Table(
    "take_overs",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("take_over_id", Uuid, primary_key=True),
    Column("team_id", Uuid, nullable=False),
    Column("from_coach_id", Uuid, nullable=False),
    Column("coach_id", Uuid, nullable=False),
    # with whom the client is now, and in which team
    Column("with_id", Uuid, nullable=False),
    Column("in_team_id", Uuid, nullable=False),
    Column("began_on", Date, nullable=False),
    Column("back_on", Date, nullable=False),
    # how many clients were taken over together
    Column("clients", Integer, nullable=False),
    Column("closed", Boolean, nullable=False),
    # how it ended: given back, or the file was merged with another
    Column("ended", String(20)),
    # since when with their coach again, of those who were given back
    Column("given_back_on", Date),
    Index("ix_take_overs_team", "team_id"),
    Index("ix_take_overs_take_over", "take_over_id"),
    sqlite_with_rowid=False,
)


class Standing(StrEnum):
    """Where a client stands who was taken over for a time: only who is away still can be given back."""

    AWAY = "away"
    GIVEN_BACK = "given_back"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"
    MERGED = "merged"


class TakenOver(Struct, frozen=True):
    """A client who was taken over for a time."""

    client_id: UUID
    take_over_id: UUID
    team_id: UUID
    from_coach_id: UUID
    coach_id: UUID
    with_id: UUID
    in_team_id: UUID
    began_on: date
    back_on: date
    clients: int
    closed: bool
    ended: str | None
    given_back_on: date | None

    @property
    def standing(self) -> Standing:
        if self.ended is not None:
            return Standing(self.ended)
        if self.closed:
            return Standing.CLOSED
        stayed = (self.with_id, self.in_team_id) == (self.coach_id, self.team_id)
        return Standing.AWAY if stayed else Standing.ELSEWHERE


class Came(Struct, frozen=True):
    """A client who came to a coach until a day, or came back: to whom, from whom, on which day."""

    take_over_id: UUID
    coach: UUID
    other: UUID
    came_back: bool
    on: date
    back_on: date


# So long somebody is told that clients came, or came back.
TOLD_FOR = timedelta(weeks=2)


# folds


def taken_over(event: TakenOverForTime, rows: Rows) -> None:
    row = {
        "client_id": event.originator_id,
        "take_over_id": event.take_over_id,
        "team_id": event.team,
        "from_coach_id": event.from_coach,
        "coach_id": event.coach,
        "with_id": event.coach,
        "in_team_id": event.team,
        "began_on": local_day(event.recorded_at),
        "back_on": event.back_on,
        "clients": event.clients,
        "closed": False,
        "ended": None,
        "given_back_on": None,
    }
    rows.put(take_overs, row, event.take_over_id)


def assigned(event: ClientAssigned, rows: Rows) -> None:
    """Who was taken over twice comes back to the first who took over, and can be given back by them."""
    _set(rows, with_id=event.coach, in_team_id=event.team)


def given_back(event: GivenBack, rows: Rows) -> None:
    row = rows.of(take_overs)[event.take_over_id]
    ended = {"ended": Standing.GIVEN_BACK.value, "given_back_on": local_day(event.recorded_at)}
    rows.put(take_overs, row | ended, event.take_over_id)


def closed(_event: ClientClosed, rows: Rows) -> None:
    _set(rows, closed=True)


def reopened(_event: ClientReopened, rows: Rows) -> None:
    _set(rows, closed=False)


def merged(_event: MergedInto, rows: Rows) -> None:
    _set(rows, ended=Standing.MERGED.value)


def _set(rows: Rows, **values: object) -> None:
    for take_over_id, row in list(rows.of(take_overs).items()):
        if row["ended"] is None:
            rows.put(take_overs, row | values, take_over_id)


def client_erased(_event: ClientErased, rows: Rows) -> None:
    rows.forget()


# queries


def of_team(connection: Connection, team_id: UUID) -> list[TakenOver]:
    """The clients of a team who were ever taken over for a time, those who go back first at the top."""
    t = take_overs.c
    statement = select(take_overs).where(t.team_id == team_id).order_by(t.back_on, t.take_over_id, t.client_id)
    return rows_as(TakenOver, connection.execute(statement))


def by_id(connection: Connection, team_id: UUID, take_over_ids: Collection[UUID]) -> list[TakenOver]:
    """The clients who were taken over together in a team."""
    t = take_overs.c
    statement = select(take_overs).where(t.team_id == team_id, t.take_over_id.in_(take_over_ids))
    return rows_as(TakenOver, connection.execute(statement.order_by(t.client_id)))


def due(connection: Connection, today: date) -> list[TakenOver]:
    """The clients who were to be given back by today and were not, in any team."""
    t = take_overs.c
    statement = select(take_overs).where(t.back_on <= today, t.ended.is_(None))
    return [row for row in rows_as(TakenOver, connection.execute(statement)) if row.standing is Standing.AWAY]


def came_of_late(connection: Connection, today: date, coach_id: UUID | None = None) -> list[Came]:
    """Who came to a coach, or to any, in the last two weeks and is with them still; and who came back."""
    t, since = take_overs.c, today - TOLD_FOR
    statement = select(take_overs).where(or_(t.began_on > since, t.given_back_on > since))
    if coach_id is not None:
        statement = statement.where(or_(t.coach_id == coach_id, t.from_coach_id == coach_id))
    rows = rows_as(TakenOver, connection.execute(statement.order_by(t.back_on, t.take_over_id, t.client_id)))
    came = [
        Came(row.take_over_id, row.coach_id, row.from_coach_id, False, row.began_on, row.back_on)
        for row in rows
        if row.standing is Standing.AWAY and row.began_on > since
    ]
    back = [
        Came(row.take_over_id, row.from_coach_id, row.coach_id, True, row.given_back_on, row.back_on)
        for row in rows
        if row.given_back_on is not None and row.given_back_on > since
    ]
    return [each for each in [*came, *back] if coach_id in (None, each.coach)]


projection = Projection(
    name="take_overs",
    version=2,
    tables=(take_overs,),
    begins=frozenset({TakenOverForTime}),
    folds=with_merges(
        {
            TakenOverForTime: taken_over,
            GivenBack: given_back,
            ClientAssigned: assigned,
            ClientClosed: closed,
            ClientReopened: reopened,
            MergedInto: merged,
            ClientErased: client_erased,
        }
    ),
)
