"""Beginning with an empty system: who can log in, teams; nothing twice, and all or nothing."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from uuid import uuid4

import click
import pytest

from application import log_ins
from records import people as accounts
from tests.werkpad.test_cli import Operator
from werkpad.cli import setup as command

TOML = """
accounts = "people.csv"
[administrator]
username = "ada"
name = "Ada Admin"
[[teams]]
code = "north"
name = "Team North"
[[teams]]
code = "reentry"
name = "Team Reentry"
specialised = true
"""
PEOPLE = "Username;Name;Role;Team;Improves;Email\n"
PEOPLE += "zoe;Zoë Coach;work_coach;north;ja;zoe@example.org\nmo;Mo;process_manager;;;\n"


@pytest.fixture
def operator(empty_database_url: str) -> Operator:
    return Operator(empty_database_url)


def written(folder: Path, toml: str = TOML, people: str | bytes = PEOPLE) -> str:
    (folder / "people.csv").write_bytes(people if isinstance(people, bytes) else people.encode())
    (folder / "city.toml").write_text(toml, encoding="utf-8")
    return str(folder / "city.toml")


def passwords(output: str) -> dict[str, str]:
    return dict(re.findall(r"^  (\S+)  (\S+)$", output, re.MULTILINE))


def may_log_in(operator: Operator, username: str, password: str) -> bool:
    services = operator.services()
    try:
        given = log_ins.LogIn(username, password, "192.0.2.1")
        return log_ins.log_in(services, given, uuid4().hex) is not None
    finally:
        services.close()


def test_an_empty_system_begins_with_a_file_and_nothing_is_made_twice(operator: Operator, tmp_path: Path) -> None:
    path = written(tmp_path, people=PEOPLE.encode("cp1252"))
    output = operator.run("setup", path)
    assert "Made 2 teams: north, reentry." in output and "Made 3 accounts: ada, zoe, mo." in output
    given = passwords(output)
    assert given.keys() == {"ada", "zoe", "mo"} and len(set(given.values())) == 3
    for username, password in given.items():
        assert may_log_in(operator, username, password)
        assert not may_log_in(operator, username, password[:-1])
    again = operator.run("setup", path)
    assert "There already, and left as they are: 2 teams" in again and "3 accounts: ada, zoe, mo." in again
    assert "Nothing was made." in again and not passwords(again)
    assert may_log_in(operator, "ada", given["ada"]), "the password of before goes on"
    services = operator.services()
    with services.database.read() as connection:
        (zoe,) = [a for a in accounts.all_accounts(connection) if a.username == "zoe"]
        teams = {team.team_id: team for team in accounts.all_teams(connection)}
    services.close()
    assert (zoe.full_name, zoe.improves, zoe.email, teams[zoe.team_id].code) == (
        "Zoë Coach",
        True,
        "zoe@example.org",
        "north",
    )
    assert {team.code: team.specialised for team in teams.values()} == {"north": False, "reentry": True}


def test_options_do_the_same_and_passwords_may_go_into_a_file(operator: Operator, tmp_path: Path) -> None:
    kept = tmp_path / "first.csv"
    options = ["--administrator", "ada", "--name", "Ada", "--team", "north=Team North", "--passwords", str(kept)]
    output = operator.run("setup", *options)
    assert not passwords(output) and str(kept) in output
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    username, password = re.findall(r'"([^"]+)"', kept.read_text(encoding="utf-8-sig").splitlines()[1])
    assert may_log_in(operator, username, password)
    assert "is there already" in operator.run("setup", *options, code=1)
    only_team = operator.run("setup", "--team", "south=Team South", "--specialised", "south")
    assert "Made 1 team: south." in only_team and "no administrator" not in only_team


def test_a_system_without_administrator_is_told_of_it(operator: Operator) -> None:
    assert "There is no administrator yet" in operator.run("setup", "--team", "north=Team North")
    assert "Say what to make" in operator.run("setup", code=1)


WRONG = {
    "not TOML": ("[x", PEOPLE, "is not TOML"),
    "unknown setting": ("colour = 1" + TOML, PEOPLE, "there is no setting colour"),
    "no code": ('[[teams]]\nname = "x"\n', PEOPLE, "team 1: code is missing"),
    "specialised": ('[[teams]]\ncode = "a"\nname = "x"\nspecialised = 1\n', PEOPLE, "specialised is true or false"),
    "teams": ("teams = 1", PEOPLE, "[[teams]]"),
    "administrator": ("administrator = 1", PEOPLE, "is a table"),
    "no such file": ('accounts = "nowhere.csv"', PEOPLE, "nowhere.csv can't be read"),
    "no column": (TOML, "username;name\na;b\n", "has no column role"),
    "unknown column": (TOML, "username;name;role;shoe\na;b;c;d\n", "no column is called shoe"),
    "unknown role": (TOML, "username;name;role\na;b;king\n", "line 2: the role is one of: work_coach"),
    "no name": (TOML, "username;name;role\na;;administrator\n", "line 2: username and name can't be missing"),
    "too many cells": (TOML, "username;name;role\na;b;administrator;x\n", "line 2: The row has 4 cells"),
    "unknown team": (TOML, "username;name;role;team\na;b;work_coach;west\n", "The account a: There is no team"),
    "no team": (TOML, "username;name;role\na;b;work_coach\n", "The account a: Choose a team for this role"),
    "twice": (TOML, "username;name;role\nada;b;administrator\n", "The account ada is named twice"),
    "no address": (TOML, "username;name;role;email\na;b;administrator;x\n", "This is not an e-mail address"),
    "too long": (TOML, f"username;name;role\n{'a' * 81};b;administrator\n", "too long: 81 characters"),
    "code too long": (TOML.replace('"north"', f'"{"n" * 41}"'), PEOPLE, "too long: 41 characters"),
}


@pytest.mark.parametrize(("toml", "people", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_nothing_is_made(
    fresh_sqlite: str, tmp_path: Path, toml: str, people: str, said: str
) -> None:
    operator = Operator(fresh_sqlite)
    assert said in operator.run("setup", written(tmp_path, toml, people), code=1)
    services = operator.services()
    services.create()
    with services.database.read() as connection:
        assert accounts.all_accounts(connection) == [] and accounts.all_teams(connection) == []
    services.close()


def test_at_a_terminal_it_asks(empty_database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    operator = Operator(empty_database_url)
    answers = iter(["ada", "Ada Admin", "north", "Team North", ""])
    monkeypatch.setattr(command.sys, "stdin", type("Terminal", (), {"isatty": lambda self: True})())
    monkeypatch.setattr(click, "prompt", lambda *_, **__: next(answers))
    monkeypatch.setattr(click, "confirm", lambda *_, **__: False)

    def run() -> str:
        said: list[str] = []
        with monkeypatch.context() as context:
            for name, value in operator.env.items():
                context.setenv(name, value)
            context.setattr(click, "echo", lambda text="", **_: said.append(str(text)))
            command.setup.callback(None, None, None, (), (), None, None)  # type: ignore[misc]  # click has one
        return "\n".join(said)

    output = run()
    assert "Made 1 team: north." in output and passwords(output).keys() == {"ada"}
    answers = iter([""])
    assert "There is an administrator already." in run()
