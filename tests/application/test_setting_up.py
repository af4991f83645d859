"""Teams and accounts made at the beginning: all or none, nothing twice, and each refusal says which one it is about."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from application.services import Services
from application.setting_up import LETTERS, NewColleague, NewTeam, has_administrator, one_time_password, set_up
from domain.refusal import Refused
from domain.roles import Role
from records import people

NORTH, SOUTH = NewTeam("north", "Team North", specialised=True), NewTeam("south", "Team South")
EVA = NewColleague("eva", "Eva Bos", Role.WORK_COACH, "north", improves=True, email="eva@example.org")
ADMIN = NewColleague("root", "Rik Root", Role.ADMINISTRATOR)


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    return sqlite_services


def there(services: Services) -> tuple[list[object], list[object]]:
    with services.database.read() as connection:
        teams, accounts = people.all_teams(connection), people.all_accounts(connection)
    by_id = {team.team_id: team.code for team in teams}
    return (
        sorted((team.code, team.name, team.specialised) for team in teams),
        sorted(
            (a.username, a.full_name, a.role, by_id.get(a.team_id), a.improves, a.active, a.one_time_password)  # type: ignore[arg-type]  # none has none
            for a in accounts
        ),
    )


def test_what_is_asked_for_is_there_and_nothing_is_made_twice(services: Services) -> None:
    assert not has_administrator(services)
    first = set_up(services, [NORTH], [EVA, ADMIN])
    assert (first.teams, first.teams_there, first.accounts_there) == (["north"], [], [])
    assert [each.username for each in first.accounts] == ["eva", "root"]
    assert has_administrator(services)
    again = set_up(services, [NORTH, SOUTH], [EVA, ADMIN])
    assert (again.teams, again.teams_there) == (["south"], ["north"])
    assert (again.accounts, again.accounts_there) == ([], ["eva", "root"])
    assert there(services) == (
        [("north", "Team North", True), ("south", "Team South", False)],
        [
            ("eva", "Eva Bos", Role.WORK_COACH, "north", True, True, True),
            ("root", "Rik Root", Role.ADMINISTRATOR, None, False, True, True),
        ],
    )


@pytest.mark.parametrize(
    ("teams", "colleagues", "said"),
    [
        ([NORTH, NORTH], [], "The team north is named twice."),
        ([NORTH], [EVA, ADMIN, EVA], "The account eva is named twice."),
        ([SOUTH], [ADMIN, EVA], "The account eva: There is no team with this code."),
        ([NORTH], [replace(EVA, full_name=" ")], "The account eva: Please fill this in."),
        ([NORTH], [replace(EVA, full_name="x" * 121)], "The account eva: This is too long"),
        ([NORTH], [replace(EVA, username="x" * 81)], f"The account {'x' * 80}: This is too long"),
        ([NORTH], [replace(EVA, email="nobody")], "The account eva: "),
        ([NORTH, NewTeam("", "East")], [], "Please fill this in."),
        ([NORTH, NewTeam("x" * 41, "East")], [], "This is too long: 41 characters, at most 40."),
        ([NORTH, NewTeam("east", "x" * 101)], [], "This is too long: 101 characters, at most 100."),
    ],
    ids=[
        "team-twice",
        "account-twice",
        "no-such-team",
        "no-name",
        "long-name",
        "long-account",
        "no-address",
        "no-code",
        "long-code",
        "long-team",
    ],
)
def test_what_is_not_sound_is_refused_and_nothing_is_made(
    services: Services, teams: list[NewTeam], colleagues: list[NewColleague], said: str
) -> None:
    with pytest.raises(Refused) as refused:
        set_up(services, teams, colleagues)
    assert str(refused.value).startswith(said)
    assert there(services) == ([], [])


def test_the_longest_that_will_do_does(services: Services) -> None:
    long = replace(EVA, username="x" * 80, full_name="y" * 120, team="z" * 40)
    assert set_up(services, [NewTeam("z" * 40, "t" * 100)], [long]).teams == ["z" * 40]


def test_a_password_is_four_groups_of_four_that_nobody_mistakes() -> None:
    made = {one_time_password() for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch(rf"[{LETTERS}]{{4}}(-[{LETTERS}]{{4}}){{3}}", each) for each in made)
    assert not set("il0o1") & set(LETTERS)
