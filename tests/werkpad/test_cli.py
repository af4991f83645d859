"""The command line, as an operator uses it."""

from __future__ import annotations

import socket
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from application.services import Services
from domain.roles import Role
from records import people
from records.people import Account, Team
from tests.conftest import environment
from tests.stories import CLIENT, begin
from werkpad.cli import COMMANDS, main
from werkpad.settings import Settings
from werkpad.wiring import build


class Operator:
    def __init__(self, url: str) -> None:
        self.env = environment(url)

    def run(self, *arguments: str, code: int = 0) -> str:
        result: Result = CliRunner(env=self.env).invoke(main, list(arguments))
        assert result.exit_code == code, result.output
        assert "Traceback" not in result.output
        return result.output

    def services(self) -> Services:
        return build(Settings.from_environment(self.env))


@pytest.fixture
def operator(database_url: str) -> Operator:
    return Operator(database_url)


def test_every_command_explains_itself(operator: Operator) -> None:
    listed = operator.run("--help").partition("Commands:")[2]
    for name in COMMANDS:
        assert f"\n  {name} " in listed
        assert len(operator.run(name, "--help")) > 100
    assert {"init", "import", "rebuild", "verify", "erase", "lists", "serve", "worker", "status"} <= set(COMMANDS)


def test_setting_up_twice_and_looking_around(operator: Operator) -> None:
    assert "0 events" in operator.run("init")
    operator.run("init")
    services = operator.services()
    begin(services)
    services.close()
    assert "2 behind" in operator.run("status")
    assert "no figure changed" in operator.run("rebuild", "timeline")
    assert "No rebuild is due" in operator.run("rebuild", "--due")
    operator.run("verify")


def test_a_difference_is_named_and_makes_verify_fail(operator: Operator) -> None:
    operator.run("init")
    services = operator.services()
    begin(services)
    services.engine.catch_up()
    with services.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM caseload")
    services.close()
    assert "caseload: caseload, stream" in operator.run("verify", code=1)
    operator.run("rebuild", "caseload")
    operator.run("verify")


def test_a_client_is_erased_once(operator: Operator) -> None:
    operator.run("init")
    services = operator.services()
    begin(services, name="Anna de Vries")
    services.close()
    assert "Anna" not in operator.run("erase", str(CLIENT), "--reason", "court_order", "--yes")
    assert "was erased" in operator.run("erase", str(CLIENT), "--reason", "court_order", "--yes", code=1)
    assert "no such client" in operator.run("erase", str(uuid4()), "--reason", "court_order", "--yes", code=1)
    operator.run("verify")


def test_lists_are_built_once_and_a_wrong_week_is_refused(operator: Operator) -> None:
    operator.run("init")
    assert "0 lists built" in operator.run("lists", "--week", "2026-W40")
    assert "no week 99" in operator.run("lists", "--week", "2026-W99", code=1)
    assert "Write a week like" in operator.run("lists", "--week", "next", code=1)
    assert "has not begun" in operator.run("lists", "--week", "2099-W01", code=1)


def test_an_import_says_what_would_happen_and_then_does_it(operator: Operator, tmp_path: Path) -> None:
    operator.run("init")
    (tmp_path / "people.csv").write_text("name;school\nAnna;primary\n")
    (tmp_path / "map.toml").write_text(
        '[source]\nname = "old"\n[constants]\nteam = "north"\nintake_on = 2026-01-05\n'
        '[columns.name]\nfield = "name"\n[columns.school]\nfield = "education_level"\n'
    )
    arguments = ("import", str(tmp_path / "people.csv"), "--mapping", str(tmp_path / "map.toml"))
    assert "no team with the code north" in operator.run(*arguments, code=1)
    services = operator.services()
    with services.database.write() as connection:
        team = Team(uuid4(), "north", "Team North", specialised=False)
        people.add_team(connection, team)
        coach = people.Account(uuid4(), "c", "C", people.Role.WORK_COACH, team.team_id, False, True, None)
        people.add_account(connection, coach, "", password_hash="-")
    services.close()
    assert "1 would be imported" in operator.run(*arguments, "--dry-run")
    assert "1 imported" in operator.run(*arguments)
    assert "1 already there" in operator.run(*arguments)
    (tmp_path / "people.csv").write_text("name;school\nBea\nCas\nDirk;primary;x\n")
    for more, would in (("--dry-run", "would be "), ("--allow-alike", "")):
        told = operator.run(*arguments, more, code=1)
        assert f"3 rows: 0 {would}imported, 0 already there, 3 {would}rejected." in told
        assert "  2 times: The row has 1 cells" in told and "  1 times: The row has 3 cells" in told
    (tmp_path / "people.csv").write_text("name;school\nEva;primary\nFer;odd\nGijs\nHans;\n")
    told = operator.run(*arguments)
    assert (
        "school: 1 empty" in told and "school: 1 unreadable (line 3)" in told and "    1 times: This is not one" in told
    )
    (tmp_path / "people.csv").write_text("name;school\nIda;odd\n")
    assert "not one of its 1 cells can be read" in operator.run(*arguments, code=1)
    assert "1 imported" in operator.run(*arguments, "--allow-unreadable", "school")
    operator.run("verify")


def test_a_database_out_of_reach_is_said_in_one_line() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    output = Operator(f"postgresql://somebody:hidden@127.0.0.1:{port}/werkpad").run("status", code=1)
    assert f"Nobody answers at 127.0.0.1:{port} (connection refused)" in output
    assert "hidden" not in output


def test_a_port_that_is_taken_is_said(fresh_sqlite: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert "Choose another one with --port" in Operator(fresh_sqlite).run("serve", "--port", port, code=1)
        assert "Choose another one with --port" in Operator(fresh_sqlite).run("demo", "--port", port, code=1)


def test_without_a_broker_there_is_no_worker_to_start(fresh_sqlite: str) -> None:
    assert "WERKPAD_BROKER_URL" in Operator(fresh_sqlite).run("worker", code=1)


def test_weekly_figures_are_made_anew_with_the_rest_or_alone(operator: Operator) -> None:
    operator.run("init")
    assert "weekly_figures: rebuilt" in operator.run("rebuild")
    alone = operator.run("rebuild", "weekly_figures")
    assert alone.startswith("weekly_figures: rebuilt") and "caseload" not in alone


def test_wrong_settings_are_told_by_the_demonstration_too(operator: Operator) -> None:
    operator.env |= {"WERKPAD_SMTP_URL": "smtp://127.0.0.1", "WERKPAD_MAIL_FROM": ""}
    assert "WERKPAD_MAIL_FROM" in operator.run("demo", "--fill", code=1)


def test_histories_are_exported_once_for_somebody_who_may(operator: Operator, tmp_path: Path) -> None:
    operator.run("init")
    services = operator.services()
    with services.database.write() as connection:
        for name, role in (("paul", Role.PRIVACY_OFFICER), ("ada", Role.ADMINISTRATOR)):
            account = Account(
                uuid4(), name, "Invented Colleague", role, None, improves=False, active=True, language=None
            )
            people.add_account(connection, account, "a long enough password")
    for _ in range(5):
        begin(services, uuid4(), name="Anna de Vries")
    services.close()
    asked = ["histories", "--format", "xes", str(tmp_path / "histories.xes"), "--as"]
    assert "no account with this user name" in operator.run(*asked, "nobody", code=1)
    assert "may not export histories" in operator.run(*asked, "ada", code=1)
    said = operator.run(*asked, "paul")
    assert "Wrote 5 histories" in said
    assert "0 are left out" in said
    assert "Anna" not in (tmp_path / "histories.xes").read_text()
    assert (tmp_path / "histories.xes").stat().st_mode & 0o077 == 0
    assert "is there already" in operator.run(*asked, "paul", code=1)
