"""What came to a colleague to look at: intake meetings that others planned with them, what did not reach clients,
exemptions (drafts to read, answers to them, those that end), and clients taken over for a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from domain.calendar import local_day
from domain.roles import READS_EXEMPTIONS, Role
from projections import applications, exemptions, take_overs
from projections.appointments_table import NOT_TOLD, STANDING, appointments
from projections.caseload import Scope, caseload
from records import notice_choices, outbox
from records.follow_ups import OWED_FOR, Owed, not_put
from records.notice_choices import Way
from records.notices import ANSWERED, ENDING, MEETING, NEW_WORK, TAKEN_OVER, TO_GIVE_BACK, TO_READ, UNDELIVERED
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
    return [
        *_meetings(connection, now, account_id),
        *_undelivered(connection, now, account_id),
        *_to_read(connection, account_id),
        *_exempting(connection, now, account_id),
        *_to_give_back(connection, now, account_id),
        *_taken_over(connection, now, account_id),
    ]


def numbers(connection: Connection, kind: str, account_id: UUID, now: datetime) -> dict[str, int]:
    """How much of a kind there is for somebody, as a mail says it."""
    return {"number": sum(each.kind == kind for each in standing(connection, now, account_id))}


def owed(connection: Connection, now: datetime) -> list[Owed]:
    """The mails to those who want to hear of it at once: one for each thing that came of late."""
    since = local_day(now - OWED_FOR)
    ways = {kind: notice_choices.ways(connection, kind) for kind in NEW_WORK}
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


def _to_read(connection: Connection, account_id: UUID | None) -> list[NewWork]:
    """The drafts that wait for a reader, for everybody of the team who may read them and did not write them."""
    a = accounts.c
    readers = select(a.account_id, a.team_id).where(a.active, a.role.in_(READS_EXEMPTIONS), a.team_id.is_not(None))
    if account_id is not None:
        readers = readers.where(a.account_id == account_id)
    found = connection.execute(readers).tuples().all()
    # Each team's drafts are looked for once, however many read them.
    waiting = {team_id: exemptions.waiting(connection, Scope(team_id=team_id)) for team_id in {t for _, t in found}}
    return [
        NewWork(TO_READ, reader, uuid5(row.client_id, f"{TO_READ} {row.basis}"), row.drafted_on)
        for reader, team_id in found
        for row in waiting[team_id]
        if row.drafted_by != reader and row.drafted_on is not None
    ]


def _exempting(connection: Connection, now: datetime, account_id: UUID | None) -> list[NewWork]:
    """Answers to drafts, and exemptions that end, for the coach who has the client now: who drafted one, or who took
    the client over since and goes on with it."""
    scope, today = Scope(coach_id=account_id), local_day(now)
    returned = [(ANSWERED, row, row.returned_on) for row in exemptions.given_back(connection, scope)]
    approved = [(ANSWERED, row, row.approved_on) for row in exemptions.approved(connection, scope, today)]
    ending = [
        # Where no last day is on record nothing says since when, and nobody is mailed at once about it.
        (ENDING, row, row.exempt_until - exemptions.COMES_UP if row.exempt_until else date.min)
        for row in exemptions.ending(connection, scope, today + exemptions.COMES_UP)
    ]
    return [
        NewWork(kind, row.coach_id, uuid5(row.client_id, f"{kind} {row.returned} {since}"), since)
        for kind, row, since in [*returned, *approved, *ending]
        if row.coach_id is not None and since is not None
    ]


def _to_give_back(connection: Connection, now: datetime, account_id: UUID | None) -> list[NewWork]:
    """The take-overs of which the day to give back has come, for the managers of the team; one for all clients of each
    that were taken over together."""
    a = accounts.c
    leads = select(a.team_id, a.account_id).where(a.active, a.role == Role.TEAM_MANAGER, a.team_id.is_not(None))
    if account_id is not None:
        leads = leads.where(a.account_id == account_id)
    managers = connection.execute(leads).tuples().all()
    due = {(row.team_id, row.take_over_id, row.back_on) for row in take_overs.due(connection, local_day(now))}
    return [
        NewWork(TO_GIVE_BACK, manager, uuid5(take_over_id, TO_GIVE_BACK), back_on)
        for team_id, take_over_id, back_on in sorted(due)
        for of_team, manager in managers
        if of_team == team_id
    ]


def _taken_over(connection: Connection, now: datetime, account_id: UUID | None) -> list[NewWork]:
    """Clients who came to a coach until a day, or came back, for two weeks; one for all who did so together."""
    found = {
        (row.coach, row.take_over_id, row.came_back, row.on)
        for row in take_overs.came_of_late(connection, local_day(now), account_id)
    }
    return [
        NewWork(TAKEN_OVER, coach, uuid5(take_over_id, f"{TAKEN_OVER} {came_back}"), on)
        for coach, take_over_id, came_back, on in sorted(found)
    ]
