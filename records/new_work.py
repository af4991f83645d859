"""What came to a colleague to look at: intake meetings that others planned with them, what did not reach clients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from domain.calendar import local_day
from projections import applications
from projections.appointments_table import NOT_TOLD, STANDING, appointments
from projections.caseload import Scope, caseload
from records import notice_choices, outbox
from records.follow_ups import OWED_FOR, Owed, not_put
from records.notice_choices import Way
from records.notices import MEETING, UNDELIVERED
from records.people import accounts
from records.undelivered import undelivered

# An appointment's row says when it was changed, and not when the mail about that was given up.
GIVEN_UP_WITHIN = outbox.PATIENCE


@dataclass(frozen=True, slots=True)
class NewWork:
    """One thing to look at: whose it is, and since which day. `fact_id` is the same as long as nothing changes."""

    kind: str
    account_id: UUID
    fact_id: UUID
    since: date


def standing(connection: Connection, now: datetime, account_id: UUID | None = None) -> list[NewWork]:
    """All that stands now, of everybody or of one."""
    return _meetings(connection, now, account_id) + _undelivered(connection, now, account_id)


def numbers(connection: Connection, kind: str, account_id: UUID, now: datetime) -> dict[str, int]:
    """How much of a kind there is for somebody, as a mail says it."""
    return {"number": sum(each.kind == kind for each in standing(connection, now, account_id))}


def owed(connection: Connection, now: datetime) -> list[Owed]:
    """The mails to those who want to hear of it at once: one for each thing that came of late."""
    since = local_day(now - OWED_FOR)
    ways = {kind: notice_choices.ways(connection, kind) for kind in (MEETING, UNDELIVERED)}
    languages = dict(
        connection.execute(
            select(accounts.c.account_id, accounts.c.language).where(accounts.c.active, accounts.c.email.is_not(None))
        )
        .tuples()
        .all()
    )
    found = [
        Owed(uuid5(each.fact_id, f"{each.kind} {each.account_id}"), each.kind, each.account_id, language or "nl")
        for each in standing(connection, now)
        if each.since >= since and ways[each.kind](each.account_id) is Way.AT_ONCE
        for language in [languages.get(each.account_id, "")]
        if language != ""
    ]
    return not_put(connection, found)


def _meetings(connection: Connection, now: datetime, account_id: UUID | None) -> list[NewWork]:
    rows = applications.met_by(connection, local_day(now), account_id)
    return [
        NewWork(MEETING, row.coach_id, uuid5(row.client_id, f"{MEETING} {row.meeting_on}"), row.changed_on)
        for row in rows
    ]


def _undelivered(connection: Connection, now: datetime, account_id: UUID | None) -> list[NewWork]:
    a, clients, scope = appointments.c, caseload.c, Scope(coach_id=account_id)
    untold = (
        select(clients.coach_id, a.appointment_id, a.changes, a.changed_on)
        .join(caseload, clients.client_id == a.client_id)
        .where(a.told == NOT_TOLD, a.state == STANDING, a.starts_at > now, clients.closed_on.is_(None))
        .where(clients.coach_id.is_not(None), scope.where())
    )
    found = [
        NewWork(UNDELIVERED, each.coach_id, each.fact_id, each.since) for each in undelivered(connection, scope, now)
    ]
    return found + [
        NewWork(UNDELIVERED, coach_id, uuid5(appointment_id, f"{UNDELIVERED} {changes}"), changed_on + GIVEN_UP_WITHIN)
        for coach_id, appointment_id, changes, changed_on in connection.execute(untold).tuples()
    ]
