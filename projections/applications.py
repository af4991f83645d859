"""Applications that wait for an intake: who asked for help on the public page, and when somebody talks with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    Index,
    String,
    Table,
    Text,
    Uuid,
    and_,
    func,
    or_,
    select,
)

from database.rows import Row, rows_as
from domain.calendar import local_day
from domain.client import (
    ApplicationEnded,
    ApplicationReceived,
    ClientErased,
    IntakeMeetingPlanned,
    IntakeTaken,
)
from eventlog.sealing import reference
from projections.engine.readmodel import Projection, Rows, metadata

applications = Table(
    "applications",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("received_on", Date, nullable=False),
    # sealed: all that the person wrote
    Column("name", Text),
    Column("birth_date", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("language", Text),
    Column("need", Text),
    Column("team_id", Uuid),
    Column("coach_id", Uuid),
    Column("planned_by", Uuid),
    Column("meeting_on", Date),
    Column("arranged", Text),
    Column("outcome", String(20)),
    # the day of the last thing that happened with it, from which it is kept
    Column("changed_on", Date, nullable=False),
    Index("ix_applications_team", "team_id"),
    sqlite_with_rowid=False,
)


class ApplicationRow(Struct, frozen=True):
    """An application, with all that the person wrote sealed."""

    client_id: UUID
    received_on: date
    name: str | None
    birth_date: str | None
    email: str | None
    phone: str | None
    language: str | None
    need: str | None
    team_id: UUID | None
    coach_id: UUID | None
    planned_by: UUID | None
    meeting_on: date | None
    arranged: str | None
    outcome: str | None
    changed_on: date


SEALED = ("name", "birth_date", "email", "phone", "language", "need")
_BLANK: Row = {column.name: None for column in applications.columns}


def application_received(event: ApplicationReceived, rows: Rows) -> None:
    row = _BLANK | {
        "client_id": event.originator_id,
        "received_on": event.received_on,
        "changed_on": event.received_on,
        **{name: reference(event, name) for name in SEALED},
    }
    rows.put(applications, row)


def meeting_planned(event: IntakeMeetingPlanned, rows: Rows) -> None:
    if (row := rows.change(applications)) is not None:
        row.update(
            team_id=event.team,
            coach_id=event.coach,
            planned_by=event.actor,
            meeting_on=event.meeting_on,
            arranged=reference(event, "arranged"),
            outcome=None,
            changed_on=local_day(event.recorded_at),
        )


def application_ended(event: ApplicationEnded, rows: Rows) -> None:
    if (row := rows.change(applications)) is not None:
        row.update(outcome=event.outcome.value, changed_on=local_day(event.recorded_at))


def no_application_any_more(_event: IntakeTaken | ClientErased, rows: Rows) -> None:
    rows.forget()


def _is_for(team_id: UUID | None) -> ColumnElement[bool]:
    """That it waits for a meeting, or a team has it: others have nothing to do with it any more."""
    a = applications.c
    return or_(a.team_id.is_(None), a.team_id == team_id) if team_id else a.team_id.is_(None)


def waiting(connection: Connection, team_id: UUID | None, *, limit: int, offset: int = 0) -> Sequence[ApplicationRow]:
    """Those that somebody of a team can do something with, the oldest first: without a meeting, then by its day."""
    a = applications.c
    statement = (
        select(applications)
        .where(a.outcome.is_(None), _is_for(team_id))
        .order_by(a.meeting_on.is_not(None), a.meeting_on, a.received_on, a.client_id)
        .limit(limit)
        .offset(offset)
    )
    return rows_as(ApplicationRow, connection.execute(statement))


def count_waiting(connection: Connection, team_id: UUID | None) -> int:
    """How many of them there are."""
    statement = select(func.count()).select_from(applications)
    return connection.scalar(statement.where(applications.c.outcome.is_(None), _is_for(team_id))) or 0


class PlannedMeeting(Struct, frozen=True):
    """An intake meeting that stands, with the day on which it was planned."""

    client_id: UUID
    coach_id: UUID
    meeting_on: date
    changed_on: date


def met_by(connection: Connection, today: date, coach_id: UUID | None = None) -> list[PlannedMeeting]:
    """The meetings to come that somebody else planned with a coach, or with any."""
    a = applications.c
    statement = select(a.client_id, a.coach_id, a.meeting_on, a.changed_on).where(
        a.outcome.is_(None), a.meeting_on >= today, a.coach_id.is_not(None), a.planned_by.is_distinct_from(a.coach_id)
    )
    if coach_id is not None:
        statement = statement.where(a.coach_id == coach_id)
    return rows_as(PlannedMeeting, connection.execute(statement))


def by_id(connection: Connection, client_ids: Sequence[UUID]) -> list[ApplicationRow]:
    """These applications, as far as there is no file yet."""
    statement = select(applications).where(applications.c.client_id.in_(client_ids))
    return rows_as(ApplicationRow, connection.execute(statement))


def left(connection: Connection, *, ended_before: date, changed_before: date, met_before: date) -> list[UUID]:
    """Those that were ended before a day, or with which nothing happened since one and whose meeting is over."""
    a = applications.c
    ended = and_(a.outcome.is_not(None), a.changed_on < ended_before)
    waits = and_(a.changed_on < changed_before, or_(a.meeting_on.is_(None), a.meeting_on < met_before))
    return list(connection.scalars(select(a.client_id).where(or_(ended, waits)).order_by(a.client_id)))


projection = Projection(
    name="applications",
    version=2,
    tables=(applications,),
    begins=frozenset({ApplicationReceived}),
    folds={
        ApplicationReceived: application_received,
        IntakeMeetingPlanned: meeting_planned,
        ApplicationEnded: application_ended,
        IntakeTaken: no_application_any_more,
        ClientErased: no_application_any_more,
    },
)
