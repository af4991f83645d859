"""Who is new to a coach: from the assignment or handover until they are spoken with."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from application.services import Services
from domain.client import AssignClient, Outcome, StrikeContact
from projections import caseload
from projections.caseload import Scope
from projections.engine.verify import verify
from projections.filters import quick
from tests.conftest import NOW
from tests.stories import CLIENT, TEAM, begin, contact, do

COLLEAGUE, TODAY = UUID(int=9), NOW.date()


@pytest.fixture
def services(services: Services) -> Services:
    begin(services)
    return services


def is_new(services: Services) -> bool:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = caseload.clients(connection, Scope(team_id=TEAM), [quick("new_to_me", services.today)])
    return [row.client_id for row in found] == [CLIENT]


def test_a_client_is_new_until_spoken_with_and_again_after_a_handover(services: Services) -> None:
    assert is_new(services)
    do(services, contact(TODAY - timedelta(days=3), outcome=Outcome.NO_ANSWER))
    assert is_new(services), "trying is not speaking"
    spoken = contact(TODAY - timedelta(days=2))
    do(services, spoken)
    assert not is_new(services)
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=TODAY - timedelta(days=1)))
    assert is_new(services)
    met = contact(TODAY)
    do(services, met)
    assert not is_new(services)
    do(services, StrikeContact(client_id=CLIENT, contact_id=met.contact_id, reason="wrong client"))
    assert is_new(services)
    assert list(verify(services.engine, ["assignments"])) == []


def test_another_team_with_the_same_coach_makes_nobody_new(services: Services) -> None:
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=TODAY - timedelta(days=9)))
    do(services, contact(TODAY - timedelta(days=5)))
    do(services, AssignClient(client_id=CLIENT, team=UUID(int=45), coach=COLLEAGUE, assigned_on=TODAY))
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=TODAY))
    assert not is_new(services)
