"""A coach's calendar: the appointments of a day or a week, also of whom one stands in for, and what asks an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from msgspec import Struct

from application import clients, rights
from application.looks import Look
from application.refusals import NotAllowedError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.roles import Viewer
from projections import appointments, closing_days
from projections.appointments import NamedAppointment
from projections.caseload import Scope
from records import leave


class CalendarEntry(Struct, frozen=True):
    """An appointment in a calendar; who it is with, `names` tells."""

    client_id: UUID
    appointment_id: UUID
    starts_at: datetime
    ends_at: datetime
    starts_on: date
    minutes: int
    channel: str
    state: str
    told: str
    told_why: str | None
    reminder: str
    coach_id: UUID | None


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day: whether the city is open then, which of the coaches are on leave, and what stands in it."""

    day: date
    is_open: bool
    away: Sequence[UUID]
    entries: Sequence[CalendarEntry]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Some days in a row. `coaches` are whose calendars these are, `others` those the viewer may also look at."""

    days: Sequence[CalendarDay]
    names: Mapping[UUID, str]
    coaches: Sequence[UUID]
    others: Sequence[UUID]
    now: datetime


@dataclass(frozen=True, slots=True)
class Agreed:
    """What stands in a coach's own calendar today, what has passed and asks what became of it, and of what lies ahead
    and a client does not know; with the rows that have the sealed names."""

    today: Sequence[CalendarEntry]
    unanswered: Sequence[CalendarEntry]
    unanswered_count: int
    untold: Sequence[CalendarEntry]
    untold_count: int
    rows: Sequence[NamedAppointment]


@needs(rights.COACH_CLIENTS)
def calendar(
    services: Services, look: Look, first: date, days: int, *, coach_id: UUID | None = None, together: bool = False
) -> Calendar:
    """The viewer's own calendar from a day on; that of a colleague for whom the viewer stands in; or all of these
    `together`, so that whoever stands in sees at once who is expected.

    Raises:
        NotAllowedError: the viewer does not stand in for this colleague today.
    """
    coaches = _coaches(look.viewer, coach_id, together=together)
    last = first + timedelta(days=days - 1)
    with services.database.read() as connection:
        rows = [
            row for coach in coaches for row in appointments.between(connection, Scope(coach_id=coach), first, last)
        ]
        works = closing_days.working_days(connection)
        every = [first + timedelta(days=n) for n in range(days)]
        away = {day: [coach for coach in coaches if leave.is_away(connection, coach, day)] for day in every}
    rows.sort(key=lambda row: (row.starts_at, row.appointment_id))
    return Calendar(
        [
            CalendarDay(day, works.includes(day), away[day], [entry(row) for row in rows if row.starts_on == day])
            for day in every
        ],
        clients.names_of(services, look, rows),
        coaches,
        sorted({look.viewer.account_id, *look.viewer.stands_in_for}),
        services.clock(),
    )


def agreed(services: Services, viewer: Viewer, most: int | None) -> Agreed:
    """The appointments of the viewer's own day: today's all, and of those that ask an answer the first few."""
    return agreed_of(services, viewer.account_id, most)


def agreed_of(services: Services, coach_id: UUID, most: int | None) -> Agreed:
    """The same of a coach: of the viewer's own, or one for whom the viewer stands in."""
    scope, today = Scope(coach_id=coach_id), services.today
    with services.database.read() as connection:
        now_on = appointments.between(connection, scope, today, today)
        passed = appointments.unanswered(connection, scope, services.clock())
        untold = appointments.not_told_yet(connection, scope, services.clock())
    asked = {row.appointment_id for row in passed}
    # What is over asks what became of it, and does not stand there twice.
    today_rows = [row for row in now_on if row.appointment_id not in asked]
    return Agreed(
        [entry(row) for row in today_rows],
        [entry(row) for row in passed[:most]],
        len(passed),
        [entry(row) for row in untold[:most]],
        len(untold),
        [*today_rows, *passed[:most], *untold[:most]],
    )


def entry(row: NamedAppointment) -> CalendarEntry:
    return part_of(CalendarEntry, row)


def _coaches(viewer: Viewer, coach_id: UUID | None, *, together: bool) -> list[UUID]:
    if together:
        return [viewer.account_id, *sorted(viewer.stands_in_for)]
    if coach_id is not None and coach_id != viewer.account_id:
        if coach_id not in viewer.stands_in_for:
            raise NotAllowedError
        return [coach_id]
    return [viewer.account_id]
