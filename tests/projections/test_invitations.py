"""Invitations as they stand: open, answered, over and why; who has not answered, also by filter; and who was erased."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.client import (
    AssignClient,
    Channel,
    ChooseSlot,
    CloseClient,
    ClosingReason,
    ErasureReason,
    InviteClient,
    MakeAppointment,
    RegisterField,
    WithdrawInvitation,
)
from eventlog.commands import CommandContext
from projections import caseload, invitations
from projections.caseload import Scope
from projections.engine.verify import verify
from projections.filters import quick
from projections.invitations import Invitation
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, TEAM, begin, do

OTHER, COLLEAGUE = UUID(int=46), UUID(int=9)
MEET: dict[str, Any] = {"minutes": 30, "channel": Channel.PHONE}


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    for client_id in (CLIENT, OTHER):
        begin(services, client_id)
        do(services, RegisterField(client_id=client_id, field="birth_date", value="1988", known_on=services.today))
    return services


def invite(services: Services, client_id: UUID = CLIENT, days: int = 7) -> UUID:
    slots = [services.clock() + timedelta(days=days, hours=n) for n in range(2)]
    invitation_id = uuid4()
    do(services, InviteClient(client_id=client_id, invitation_id=invitation_id, slots=slots, **MEET))
    return invitation_id


def row(services: Services, invitation_id: UUID) -> Invitation:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = invitations.one(connection, CLIENT, invitation_id)
    assert found is not None
    return found


def waiting(services: Services) -> tuple[list[UUID], set[UUID], set[UUID]]:
    """Invitations that nobody answered, and the clients by each of the filters."""
    services.engine.catch_up()
    scope, today = Scope(coach_id=COACH), services.today
    with services.database.read() as connection:
        found = [each.invitation_id for each in invitations.unanswered(connection, scope, today)]
        by_filter = [
            {c.client_id for c in caseload.clients(connection, scope, [quick(name, today)])}
            for name in ("no_answer", "invitation_expired")
        ]
    return found, by_filter[0], by_filter[1]


def test_what_nobody_answers_comes_up_after_three_days_and_stays_when_it_has_expired(
    services: Services, clock: Clock
) -> None:
    one = invite(services)
    other = invite(services, OTHER, days=1)
    assert waiting(services) == ([], set(), set())
    clock.now += timedelta(days=2)
    assert waiting(services) == ([other], set(), {OTHER})
    clock.now += timedelta(days=1)
    found, no_answer, expired = waiting(services)
    assert (set(found), no_answer, expired) == ({one, other}, {CLIENT}, {OTHER})
    clock.now += timedelta(days=5)
    assert waiting(services)[1:] == (set(), {CLIENT, OTHER})
    do(services, WithdrawInvitation(client_id=OTHER, invitation_id=other))
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    assert waiting(services) == ([], set(), set())
    assert list(verify(services.engine)) == []


def test_each_end_says_why(services: Services, clock: Clock) -> None:
    first = invite(services)
    second = invite(services)
    assert (row(services, first).state, row(services, first).over_why) == ("over", "replaced")
    assert [slot.tzinfo for slot in row(services, second).slots] == [UTC, UTC]
    appointment = {"client_id": CLIENT, "appointment_id": uuid4(), **MEET}
    do(services, MakeAppointment(**appointment, day=services.today + timedelta(days=2), at=time(9)))
    assert row(services, second).over_why == "appointment"
    third = invite(services)
    slot = row(services, third).slots[1]
    chosen = uuid4()
    command = ChooseSlot(client_id=CLIENT, invitation_id=third, appointment_id=chosen, slot=slot, **MEET)
    services.clients.handle(command, CommandContext(clock()), uuid4())
    assert (row(services, third).state, row(services, third).appointment_id) == ("answered", chosen)
    fourth = invite(services)
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=services.today))
    assert row(services, fourth).over_why == "other_coach"
    fifth = invite(services)  # by the coach of before, who may not: the row says who did
    assert row(services, fourth).over_why == "other_coach" and row(services, fifth).invited_by == COACH
    assert list(verify(services.engine)) == []


def test_of_one_who_was_erased_no_invitation_is_left(services: Services, clock: Clock) -> None:
    one = invite(services)
    assert row(services, one)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(clock()), uuid4())
    services.engine.catch_up()
    with services.database.read() as connection:
        assert invitations.one(connection, CLIENT, one) is None
    assert list(verify(services.engine)) == []
