"""Accounts and teams: who is who, and who may log in."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from argon2 import extract_parameters
from argon2.profiles import get_default_parameters
from sqlalchemy import Connection

from application.services import Services
from domain.refusal import Refused
from domain.roles import Role
from records import passwords, people
from records.people import Account, Team
from tests.stories import COACH, TEAM

NORTH, SOUTH = Team(TEAM, "north", "Team North", False), Team(UUID(int=45), "south", "A Team South", True)
PASSWORD = "a password of ten"


@pytest.fixture
def connection(sqlite_services: Services) -> Iterator[Connection]:
    with sqlite_services.database.write() as made:
        people.add_team(made, NORTH)
        people.add_team(made, SOUTH)
        yield made


def account(username: str, account_id: UUID | None = None, **more: Any) -> Account:
    facts = {
        "full_name": username.title(),
        "role": Role.WORK_COACH,
        "team_id": TEAM,
        "improves": False,
        "active": True,
        "language": None,
    } | more
    return Account(account_id or uuid4(), username, **facts)


def test_a_team_has_a_code_of_its_own(connection: Connection) -> None:
    assert people.all_teams(connection) == [SOUTH, NORTH], "by name"
    assert people.team(connection, TEAM) == NORTH and people.team(connection, uuid4()) is None
    with pytest.raises(Refused, match="code north") as refused:
        people.add_team(connection, Team(uuid4(), "north", "Another", False))
    assert refused.value.field == "code"


def test_an_account_is_what_was_entered_and_its_name_is_its_own(connection: Connection) -> None:
    entered = account("anna", COACH, improves=True, language="en", email="anna@example.org")
    people.add_account(connection, entered, PASSWORD)
    assert people.account(connection, COACH) == entered
    assert people.account(connection, uuid4()) is None
    assert entered.viewer.account_id == COACH and entered.viewer.team_id == TEAM and entered.viewer.improves
    with pytest.raises(Refused, match="already an account anna") as refused:
        people.add_account(connection, account("anna"), PASSWORD)
    assert refused.value.field == "username"


@pytest.mark.parametrize("role", Role)
def test_roles_of_a_team_need_one(connection: Connection, role: Role) -> None:
    nobodys = account("bram", role=role, team_id=None)
    if role in (Role.WORK_COACH, Role.QUALITY_OFFICER, Role.TEAM_MANAGER):
        with pytest.raises(Refused, match="Choose a team for this role"):
            people.add_account(connection, nobodys, PASSWORD)
    else:
        people.add_account(connection, nobodys, PASSWORD)


def test_who_logs_in_has_the_name_the_password_and_an_open_account(connection: Connection) -> None:
    people.add_account(connection, account("anna", COACH), PASSWORD)
    found = people.with_hash(connection, "anna")
    assert found is not None and found[0].account_id == COACH and found[0].active
    assert people.with_hash(connection, "bram") is None and people.with_hash(connection, "") is None
    assert passwords.belongs(PASSWORD, found[1])
    for password, to_hash in ((PASSWORD + "x", found[1]), ("", found[1]), (PASSWORD, None), (PASSWORD, "no hash")):
        assert not passwords.belongs(password, to_hash)
    people.set_active(connection, uuid4(), active=False)
    assert people.with_hash(connection, "anna") == found
    people.set_active(connection, COACH, active=False)
    closed = people.with_hash(connection, "anna")
    assert closed is not None and not closed[0].active
    with pytest.raises(Refused, match="10 characters"):
        people.hash_password("x" * 9)
    people.hash_password("x" * 10)
    with pytest.raises(Refused, match="too long"):
        people.hash_password("x" * 1001)


def test_passwords_are_as_hard_to_guess_as_the_library_advises() -> None:
    """In a process of its own: here, they are not."""
    told = "from records import passwords as p; print(p.hash_password('x' * 10)); print(p._NOBODY)"
    made = subprocess.run([sys.executable, "-c", told], check=True, capture_output=True, text=True).stdout.split()
    assert [extract_parameters(each) for each in made] == [get_default_parameters()] * 2
    assert get_default_parameters().memory_cost >= 19 * 1024, "OWASP's least, in KiB"


def test_coaches_are_those_at_work_by_name_and_names_are_everybodys(connection: Connection) -> None:
    for each in (
        account("z", full_name="Bea"),
        account("y", full_name="Adam"),
        account("x", active=False),
        account("w", role=Role.TEAM_MANAGER),
        account("v", team_id=SOUTH.team_id, full_name="Aaron"),
    ):
        people.add_account(connection, each, "", password_hash="-")
    assert [c.full_name for c in people.coaches(connection)] == ["Aaron", "Adam", "Bea"]
    assert [c.full_name for c in people.coaches(connection, TEAM)] == ["Adam", "Bea"]
    assert sorted(people.names(connection).values()) == ["Aaron", "Adam", "Bea", "W", "X"]
    assert [a.username for a in people.all_accounts(connection)] == ["v", "w", "x", "y", "z"]


def test_what_one_changes_is_changed_for_oneself_alone(connection: Connection) -> None:
    people.add_account(connection, account("anna", COACH), "", password_hash="-")
    people.add_account(connection, account("bram"), "", password_hash="-")
    people.set_language(connection, COACH, "en")
    people.set_email(connection, COACH, " anna@example.org ")
    mine, other = people.all_accounts(connection)
    assert (mine.language, mine.email) == ("en", "anna@example.org")
    assert (other.language, other.email) == (None, None)
    for bad in ("anna", "anna@example", "a b@example.org", "x" * 65 + "@example.org", "a@x.nl,b@y.nl"):
        with pytest.raises(Refused, match="not an e-mail address"):
            people.set_email(connection, COACH, bad)
    people.set_email(connection, COACH, "x" * 64 + "@example.org")
    people.set_email(connection, COACH, "  ")
    assert people.all_accounts(connection)[0].email is None
