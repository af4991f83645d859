"""Appointments: when, how, whether the client knows, and what became of each; the words stay in the log."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, Select, func, select, true

from database.rows import Row, row_as, rows_as
from domain.calendar import local_day
from domain.client import (
    AppointmentCancelled,
    AppointmentConcluded,
    AppointmentMade,
    AppointmentMoved,
    AppointmentNoticeDelivered,
    AppointmentNoticeUndelivered,
    ClientClosed,
    ClientErased,
    ContactStruckOut,
    Delivery,
    Notice,
)
from domain.client.appointments import reminder_at
from projections.appointments_table import (
    CANCELLED,
    CONCLUDED,
    NOBODY,
    NOT_TOLD,
    OVER,
    STANDING,
    TO_POST,
    TOLD,
    WAITING,
    appointments,
)
from projections.caseload_table import Scope, caseload, is_open
from projections.engine.readmodel import Projection, Rows
from projections.undoing import with_merges


class Appointment(Struct, frozen=True):
    """An appointment as it stands; `words` is the version of the event that has place and purpose."""

    client_id: UUID
    appointment_id: UUID
    version: int
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    minutes: int
    channel: str
    state: str
    cancelled_by: str | None
    contact_id: UUID | None
    words: int
    changes: int
    changed_by: UUID | None
    changed_on: date
    delivery: str | None
    told: str
    told_why: str | None
    remind_at: datetime | None
    reminder: str
    reminder_why: str | None


class NamedAppointment(Struct, frozen=True):
    """One of a coach's calendar, with the client's sealed name and whose client it is."""

    client_id: UUID
    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    minutes: int
    channel: str
    state: str
    words: int
    told: str
    told_why: str | None
    reminder: str
    name: str | None
    coach_id: UUID | None


# folds


def stands(event: AppointmentMade | AppointmentMoved, rows: Rows) -> None:
    before = rows.of(appointments).get(event.appointment_id)
    changed_on = local_day(event.recorded_at)
    rows.put(
        appointments,
        {
            "client_id": event.originator_id,
            "appointment_id": event.appointment_id,
            "version": event.originator_version,
            "starts_at": event.starts_at,
            "ends_at": event.starts_at + timedelta(minutes=event.minutes),
            "starts_on": local_day(event.starts_at),
            "minutes": event.minutes,
            "channel": event.channel.value,
            "state": STANDING,
            "cancelled_by": None,
            "contact_id": None,
            "words": event.originator_version,
            "changes": before["changes"] + 1 if before else 0,
            "changed_by": event.actor,
            "changed_on": changed_on,
            "delivery": event.delivery.value,
            "told": _to_tell(event.delivery),
            "told_why": None,
            "remind_at": _reminder(event),
            "reminder": WAITING if _reminder(event) else NOBODY,
            "reminder_why": None,
        },
        event.appointment_id,
    )


def _to_tell(delivery: Delivery | None) -> str:
    return {Delivery.EMAIL: WAITING, Delivery.LETTER: TO_POST}[delivery] if delivery else NOBODY


def _reminder(event: AppointmentMade | AppointmentMoved) -> datetime | None:
    """When the client is to be reminded; not of what was heard of only then."""
    due = reminder_at(event.starts_at)
    return due if event.delivery is Delivery.EMAIL and event.recorded_at < due else None


def cancelled(event: AppointmentCancelled, rows: Rows) -> None:
    _change(
        rows,
        event.appointment_id,
        state=CANCELLED,
        cancelled_by=event.by.value,
        version=event.originator_version,
        changed_by=event.actor,
        changed_on=local_day(event.recorded_at),
        delivery=event.delivery.value if event.delivery else None,
        told=_to_tell(event.delivery),
        told_why=None,
        remind_at=None,
        reminder=NOBODY,
        reminder_why=None,
    )
    row = _row(rows, event.appointment_id)
    row["changes"] += 1


def concluded(event: AppointmentConcluded, rows: Rows) -> None:
    _change(rows, event.appointment_id, state=CONCLUDED, contact_id=event.contact_id)


def contact_struck(event: ContactStruckOut, rows: Rows) -> None:
    """What became of it is not known any more: it is asked again."""
    for appointment_id, row in list(rows.of(appointments).items()):
        if row["contact_id"] == event.contact_id:
            _change(rows, appointment_id, state=STANDING, contact_id=None)


def notice_delivered(event: AppointmentNoticeDelivered, rows: Rows) -> None:
    _noticed(event, rows, TOLD, None)


def notice_undelivered(event: AppointmentNoticeUndelivered, rows: Rows) -> None:
    _noticed(event, rows, NOT_TOLD, event.reason)


def _noticed(
    event: AppointmentNoticeDelivered | AppointmentNoticeUndelivered, rows: Rows, told: str, why: str | None
) -> None:
    if _row(rows, event.appointment_id)["changes"] != event.changes:
        return
    if event.notice is Notice.CHANGE:
        _change(rows, event.appointment_id, told=told, told_why=why)
    else:
        _change(rows, event.appointment_id, reminder=told, reminder_why=why)


def client_closed(event: ClientClosed, rows: Rows) -> None:
    """Nobody is asked any more what became of one; those ahead were cancelled with the file."""
    for appointment_id, row in list(rows.of(appointments).items()):
        if row["state"] == STANDING:
            _change(rows, appointment_id, state=OVER, remind_at=None)


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


def _row(rows: Rows, appointment_id: UUID) -> Row:
    row: Row = rows.change(appointments, appointment_id)  # type: ignore[assignment]  # it was made before
    return row


def _change(rows: Rows, appointment_id: UUID, **values: object) -> None:
    _row(rows, appointment_id).update(values)


# queries


def one(connection: Connection, client_id: UUID, appointment_id: UUID) -> Appointment | None:
    """One appointment of a client."""
    a = appointments.c
    statement = select(appointments).where(a.client_id == client_id, a.appointment_id == appointment_id)
    return row_as(Appointment, connection.execute(statement))


def count_ahead(connection: Connection, client_id: UUID, now: datetime) -> int:
    """How many appointments with a client lie ahead."""
    a = appointments.c
    statement = select(func.count()).where(a.client_id == client_id, a.state == STANDING, a.starts_at > now)
    return connection.scalar(statement) or 0


def of_client(connection: Connection, client_id: UUID) -> list[Appointment]:
    """A client's appointments, the latest first."""
    a = appointments.c
    statement = select(appointments).where(a.client_id == client_id).order_by(a.starts_at.desc(), a.appointment_id)
    return rows_as(Appointment, connection.execute(statement))


def between(connection: Connection, scope: Scope, first: date, last: date) -> list[NamedAppointment]:
    """What stands in the calendars of a scope on these days, the earliest first; without what was cancelled."""
    a = appointments.c
    statement = _named(scope).where(a.starts_on >= first, a.starts_on <= last, a.state.in_([STANDING, CONCLUDED]))
    return rows_as(NamedAppointment, connection.execute(statement.order_by(a.starts_at, a.appointment_id)))


def unanswered(connection: Connection, scope: Scope, now: datetime) -> list[NamedAppointment]:
    """Those that have passed and of which nobody said what became of them, the latest first."""
    a = appointments.c
    statement = _named(scope).where(a.state == STANDING, a.ends_at <= now)
    return rows_as(NamedAppointment, connection.execute(statement.order_by(a.starts_at.desc(), a.appointment_id)))


def not_told_yet(connection: Connection, scope: Scope, now: datetime) -> list[NamedAppointment]:
    """Those ahead of which the client does not know how they stand: a letter is to be posted, or nothing arrived; what
    was cancelled included, also with the file. The earliest first."""
    a = appointments.c
    statement = _named(scope, closed_too=True).where(
        a.state.in_([STANDING, CANCELLED]), a.starts_at > now, a.told.in_([TO_POST, NOT_TOLD])
    )
    return rows_as(NamedAppointment, connection.execute(statement.order_by(a.starts_at, a.appointment_id)))


def at_the_same_time(
    connection: Connection, scope: Scope, starts_at: datetime, ends_at: datetime, *, but: UUID
) -> list[NamedAppointment]:
    """What stands in the calendars of a scope at this time, but for one appointment."""
    a = appointments.c
    statement = _named(scope).where(
        a.state == STANDING, a.starts_at < ends_at, a.ends_at > starts_at, a.appointment_id != but
    )
    return rows_as(NamedAppointment, connection.execute(statement.order_by(a.starts_at)))


def _named(scope: Scope, *, closed_too: bool = False) -> Select[Any]:
    return (
        select(appointments, caseload.c.name, caseload.c.coach_id)
        .join(caseload, caseload.c.client_id == appointments.c.client_id)
        .where(true() if closed_too else is_open(), scope.where())
    )


projection = Projection(
    name="appointments",
    version=1,
    tables=(appointments,),
    begins=frozenset({AppointmentMade, AppointmentMoved}),
    folds=with_merges(
        {
            AppointmentMade: stands,
            AppointmentMoved: stands,
            AppointmentCancelled: cancelled,
            AppointmentConcluded: concluded,
            AppointmentNoticeDelivered: notice_delivered,
            AppointmentNoticeUndelivered: notice_undelivered,
            ContactStruckOut: contact_struck,
            ClientClosed: client_closed,
            ClientErased: client_erased,
        }
    ),
)
