"""Sessions of workshops, and who is enrolled in which, in the order in which they came."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Index, Integer, String, Table, Uuid, or_, select

from database.rows import Row, UtcDateTime, row_as, rows_as
from domain.calendar import local_day
from domain.workshop_session import (
    PlaceGivenBack,
    PlaceTaken,
    SessionCancelled,
    SessionClosed,
    SessionPlanned,
    WorkshopEvent,
)
from projections.engine.readmodel import Projection, Rows, metadata

PLANNED, CANCELLED, CLOSED = "planned", "cancelled", "closed"

workshop_sessions = Table(
    "workshop_sessions",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("offer_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    # the calendar day in Amsterdam
    Column("starts_on", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("place", String(200), nullable=False),
    Column("places", Integer, nullable=False),
    Column("planned_by", Uuid),
    Column("state", String(10), nullable=False),
    Index("ix_workshop_sessions_offer", "offer_id"),
    Index("ix_workshop_sessions_starts", "starts_on"),
    sqlite_with_rowid=False,
)

workshop_entries = Table(
    "workshop_entries",
    metadata,
    Column("session_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    # the version of the event with which the client came: by it the waiting list goes
    Column("arrived", Integer, nullable=False),
    Column("enrolled_by", Uuid),
    Column("enrolled_on", Date, nullable=False),
    Column("attendance", String(12)),
    Index("ix_workshop_entries_client", "client_id"),
    sqlite_with_rowid=False,
)


class Session(Struct, frozen=True):
    """A session as it stands."""

    session_id: UUID
    offer_id: UUID
    version: int
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    minutes: int
    place: str
    places: int
    planned_by: UUID | None
    state: str


class Entry(Struct, frozen=True):
    """A client who is enrolled in a session."""

    session_id: UUID
    client_id: UUID
    arrived: int
    enrolled_by: UUID | None
    enrolled_on: date
    attendance: str | None


# folds


def planned(event: SessionPlanned, rows: Rows) -> None:
    rows.put(
        workshop_sessions,
        {
            "session_id": event.originator_id,
            "offer_id": event.offer_id,
            "version": event.originator_version,
            "starts_at": event.starts_at,
            "ends_at": event.starts_at + timedelta(minutes=event.minutes),
            "starts_on": local_day(event.starts_at),
            "minutes": event.minutes,
            "place": event.place,
            "places": event.places,
            "planned_by": event.actor,
            "state": PLANNED,
        },
    )


def taken(event: PlaceTaken, rows: Rows) -> None:
    _session(event, rows)
    rows.put(
        workshop_entries,
        {
            "session_id": event.originator_id,
            "client_id": event.client_id,
            "arrived": event.originator_version,
            "enrolled_by": event.actor,
            "enrolled_on": local_day(event.recorded_at),
            "attendance": None,
        },
        event.client_id,
    )


def given_back(event: PlaceGivenBack, rows: Rows) -> None:
    _session(event, rows)
    rows.drop(workshop_entries, event.client_id)


def cancelled(event: SessionCancelled, rows: Rows) -> None:
    _session(event, rows)["state"] = CANCELLED


def closed(event: SessionClosed, rows: Rows) -> None:
    _session(event, rows)["state"] = CLOSED
    for each in event.attended:
        if (row := rows.change(workshop_entries, each.client_id)) is not None:
            row["attendance"] = each.attendance.value


def _session(event: WorkshopEvent, rows: Rows) -> Row:
    row: Row = rows.change(workshop_sessions)  # type: ignore[assignment]  # it was planned before
    row["version"] = event.originator_version
    return row


# queries


def one(connection: Connection, session_id: UUID) -> Session | None:
    statement = select(workshop_sessions).where(workshop_sessions.c.session_id == session_id)
    return row_as(Session, connection.execute(statement))


def of_offer(connection: Connection, offer_id: UUID) -> list[Session]:
    """The sessions of a workshop, the latest first."""
    s = workshop_sessions.c
    statement = select(workshop_sessions).where(s.offer_id == offer_id).order_by(s.starts_at.desc(), s.session_id)
    return rows_as(Session, connection.execute(statement))


def ahead(connection: Connection, now: datetime) -> list[Session]:
    """Those in which somebody can be enrolled, the earliest first."""
    s = workshop_sessions.c
    statement = select(workshop_sessions).where(s.state == PLANNED, s.starts_at > now)
    return rows_as(Session, connection.execute(statement.order_by(s.starts_at, s.session_id)))


def entries(connection: Connection, session_ids: Collection[UUID]) -> list[Entry]:
    """Who is enrolled in these sessions, in the order in which they came."""
    e = workshop_entries.c
    statement = select(workshop_entries).where(e.session_id.in_(session_ids)).order_by(e.session_id, e.arrived)
    return rows_as(Entry, connection.execute(statement))


def of_clients(connection: Connection, client_ids: Collection[UUID]) -> list[Session]:
    """The sessions in which one of these files is enrolled, the latest first."""
    s, e = workshop_sessions.c, workshop_entries.c
    theirs = select(e.session_id).where(e.client_id.in_(client_ids))
    statement = select(workshop_sessions).where(s.session_id.in_(theirs)).order_by(s.starts_at.desc(), s.session_id)
    return rows_as(Session, connection.execute(statement))


def enrolled_since(connection: Connection, since: date) -> set[UUID]:
    """Who was enrolled in a session since a day."""
    e = workshop_entries.c
    return set(connection.scalars(select(e.client_id).where(e.enrolled_on >= since).distinct()))


def between(connection: Connection, coach: UUID, client_ids: Any, first: date, last: date) -> list[Session]:
    """What stands in a coach's calendar on these days: sessions that the coach planned, or that a client goes to."""
    s, e = workshop_sessions.c, workshop_entries.c
    theirs = select(e.session_id).where(e.client_id.in_(client_ids))
    ours = or_(s.planned_by == coach, s.session_id.in_(theirs))
    statement = select(workshop_sessions).where(s.starts_on.between(first, last), s.state != CANCELLED, ours)
    return rows_as(Session, connection.execute(statement.order_by(s.starts_at, s.session_id)))


projection = Projection(
    name="workshops",
    version=1,
    tables=(workshop_sessions, workshop_entries),
    folds={
        SessionPlanned: planned,
        PlaceTaken: taken,
        PlaceGivenBack: given_back,
        SessionCancelled: cancelled,
        SessionClosed: closed,
    },
)
