"""An intake makes a client of just what was said, of the kind of team that the viewer is of."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from application import intakes
from application.intakes import Intake
from application.services import Services
from domain.catalogue import Source
from domain.client import ClientAssigned, FieldRegistered, IntakeTaken
from domain.refusal import Refused
from domain.roles import Role
from records import people
from records.people import Account, Team
from tests.web.conftest import HASH, PASSWORD, Town, build_town


def coach_of(town: Town, team: Team) -> Account:
    account = Account(
        uuid4(), "new-coach", "New Coach", Role.WORK_COACH, team.team_id, False, active=True, language=None
    )
    with town.services.database.write() as connection:
        people.add_team(connection, team)
        people.add_account(connection, account, PASSWORD, password_hash=HASH)
    return account


@pytest.mark.parametrize("specialised", [True, False])
def test_what_was_said_is_stored_and_the_client_is_on_the_caseload(
    sqlite_services: Services, specialised: bool
) -> None:
    town = build_town(sqlite_services)
    team = Team(uuid4(), "reentry", "Re-entry", specialised=specialised)
    account, client_id = coach_of(town, team), UUID(int=5)
    held_on = sqlite_services.today - timedelta(days=3)
    said = Intake(
        client_id=client_id,
        coach_id=account.account_id,
        held_on=held_on,
        name="Anna de Vries",
        client_number="2026-1",
        birth_date="1990-02-01",
        email="anna@example.org",
        phone="06 1234",
        language="en",
    )
    intakes.take_intake(sqlite_services, account.viewer, said, uuid4())
    taken, assigned, born = sqlite_services.log.stream(client_id)
    assert isinstance(taken, IntakeTaken)
    assert isinstance(assigned, ClientAssigned)
    assert isinstance(born, FieldRegistered)
    facts = (taken.held_on, taken.team, taken.specialised, taken.source)
    assert facts == (held_on, team.team_id, specialised, Source.CONVERSATION)
    opener = sqlite_services.log.opener([client_id]).stream(client_id)
    texts = [opener.value(taken, name) for name in ("name", "client_number", "email", "phone", "language")]
    assert texts == ["Anna de Vries", "2026-1", "anna@example.org", "06 1234", "en"]
    onto = (assigned.team, assigned.specialised, assigned.coach, assigned.assigned_on)
    assert onto == (team.team_id, specialised, account.account_id, held_on)
    assert (born.field, born.source, born.known_on) == ("birth_date", Source.INTAKE_FORM, held_on)
    assert opener.value(born, "value") == "1990-02-01"
    assert {event.actor for event in (taken, assigned, born)} == {account.account_id}


def test_a_coach_takes_an_intake_for_the_own_caseload_alone_and_a_manager_for_any_of_the_team(
    sqlite_services: Services,
) -> None:
    town = build_town(sqlite_services)
    chosen = {
        name: intakes.coaches_to_choose(sqlite_services, town.accounts[name].viewer) for name in ("coach", "manager")
    }
    assert [coach.username for coach in chosen["coach"]] == ["coach"]
    assert {coach.username for coach in chosen["manager"]} == {"coach", "colleague", "improver"}
    other = Intake(UUID(int=5), town.accounts["colleague"].account_id, sqlite_services.today)
    with pytest.raises(Refused, match="a coach of your team") as refused:
        intakes.take_intake(sqlite_services, town.accounts["coach"].viewer, other, uuid4())
    assert refused.value.field == "coach"
    intakes.take_intake(sqlite_services, town.accounts["manager"].viewer, other, uuid4())
