"""Mails about appointments that are owed to clients and not put yet, and those of which nothing came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from database.rows import rows_as
from domain.calendar import local_day
from domain.client import Delivery, Notice
from projections.appointments import Appointment
from projections.appointments_table import CANCELLED, STANDING, WAITING, appointments
from projections.caseload import caseload
from records import outbox
from records.appointment_letters import APPOINTMENT, OFF, SOON
from records.follow_ups import NOT_SENT, OWED_FOR, Owed, not_put

LIMIT = 500


@dataclass(frozen=True, slots=True)
class Untold:
    """A client who was to hear of an appointment by e-mail, and of whom nobody knows that; `reason` is a code."""

    appointment: Appointment
    notice: Notice
    reason: str


def message_id(appointment_id: UUID, kind: str, changes: int) -> UUID:
    """The message about an appointment as it was after so many changes: one, however often somebody asks for it."""
    return uuid5(appointment_id, f"{kind} {changes}")


def is_about(appointment: Appointment, kind: str, one: UUID) -> bool:
    """Whether a message is about the appointment as it is now."""
    return message_id(appointment.appointment_id, kind, appointment.changes) == one


def owed(connection: Connection, now: datetime) -> list[Owed]:
    """What is to be sent now: of each change that lies ahead still, and reminders that are due."""
    a = appointments.c
    ahead = _by_mail().where(a.starts_at > now, caseload.c.email.is_not(None)).limit(LIMIT)
    changed = ahead.where(_to_tell(), a.changed_on >= local_day(now - OWED_FOR))
    reminded = ahead.where(_to_remind(), a.remind_at <= now, caseload.c.closed_on.is_(None))
    found = [
        _owed(row, OFF if row.state == CANCELLED else APPOINTMENT)
        for row in rows_as(Appointment, connection.execute(changed))
    ]
    found += [_owed(row, SOON) for row in rows_as(Appointment, connection.execute(reminded))]
    return not_put(connection, found)


def untold(connection: Connection, now: datetime) -> list[Untold]:
    """Of which nothing came, while no message is on its way: there is no address, or the time for it has passed."""
    a, o = appointments.c, outbox.outbox.c
    lost = or_(caseload.c.email.is_(None), a.starts_at <= now)
    changed = _by_mail().where(_to_tell(), or_(lost, a.changed_on < local_day(now - OWED_FOR)))
    reminded = _by_mail().where(_to_remind(), lost, a.remind_at <= now)
    found = [(row, Notice.CHANGE) for row in rows_as(Appointment, connection.execute(changed.limit(LIMIT)))]
    found += [(row, Notice.REMINDER) for row in rows_as(Appointment, connection.execute(reminded.limit(LIMIT)))]
    without: list[Untold] = []
    for row, notice in found:
        kind = SOON if notice is Notice.REMINDER else OFF if row.state == CANCELLED else APPOINTMENT
        its = message_id(row.appointment_id, kind, row.changes)
        message = connection.execute(select(o.state, o.error, o.recorded_at).where(o.message_id == its)).first()
        if message is not None and (message.state == outbox.WAITING or message.recorded_at is None):
            continue
        without.append(Untold(row, notice, (message.error if message else None) or NOT_SENT))
    return without


def _by_mail() -> Select[Any]:
    c = caseload.c
    return (
        select(appointments)
        .join(caseload, c.client_id == appointments.c.client_id)
        .where(appointments.c.delivery == Delivery.EMAIL, func.coalesce(c.closing_reason, "") != "erased")
        .order_by(appointments.c.starts_at)
    )


def _to_tell() -> ColumnElement[bool]:
    return appointments.c.state.in_([STANDING, CANCELLED]) & (appointments.c.told == WAITING)


def _to_remind() -> ColumnElement[bool]:
    return (appointments.c.state == STANDING) & (appointments.c.reminder == WAITING)


def _owed(row: Appointment, kind: str) -> Owed:
    one = message_id(row.appointment_id, kind, row.changes)
    return Owed(one, kind, row.appointment_id, client_id=row.client_id, actor=row.changed_by)
