"""A restore that is killed anywhere: nobody takes the database for a healthy one, and run again it finishes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from application.services import Services
from database.door import OPEN, RESTORING, ClosedError
from domain.client import ErasureReason
from eventlog.commands import CommandContext
from projections.engine.verify import verify
from tests.conftest import environment
from tests.faults.office import Office, everybody_opens
from tests.stories import CLIENT, begin, contact, do
from web.app import create_app
from werkpad.backups import back_up
from werkpad.cli import main

# The command itself, in a process of its own that kills itself as soon as the mark says that a stage has come; "within"
# a stage, before the transaction that begins it is committed.
KILLED_AT = """
import os, signal, sys
from eventlog.backup import postgres
from database.door import FileDoor
from database.postgres_door import PostgresDoor
from werkpad import grounds
from werkpad.cli import main

def at(stage):
    if stage == sys.argv[1]:
        os.kill(os.getpid(), signal.SIGKILL)

def then(do, stage_of):
    def done(*given):
        do(*given)
        at(stage_of(*given))
    return done

for door in (FileDoor, PostgresDoor):
    door.change = then(door.change, lambda door, state: state.stage)
grounds.put = then(grounds.put, lambda connection, state: f"within {state.stage or 'opening'}")
load = postgres.load
postgres.load = lambda backup, url, programs, half: (at(f"loading {half}"), load(backup, url, programs, half))
main(sys.argv[2:])
"""
ERASING = ["erasing", "rebuilding", "checking"]
STAGES = {
    "sqlite": ["preparing", "loading", *ERASING, "switching vault", "switching log", "sweeping"],
    "postgres": [
        "preparing",
        "setting aside",
        "within loading vault",
        "loading vault",
        "loading log",
        *ERASING,
        "switching",
        "within opening",
    ],
}
COMMANDS = (
    "status",
    "init",
    "verify",
    "verify --sample",
    "serve --port 1",
    "rebuild",
    "lists",
    "maintenance on",
    "maintenance off",
)


@dataclass
class Restoring:
    """A database with a backup, and one who was erased since, of which nothing but the database itself tells."""

    services: Services
    env: dict[str, str]
    folder: Path
    office: Office

    def killed_at(self, stage: str, *options: str) -> None:
        command = [sys.executable, "-c", KILLED_AT, stage, "restore", str(self.folder), *options]
        done = subprocess.run(command, env=os.environ | self.env, capture_output=True, text=True, check=False)
        assert done.returncode == -signal.SIGKILL, (stage, done.stderr)

    def run(self, *command: str) -> tuple[int, str]:
        done = CliRunner().invoke(main, list(command), env=self.env)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, done.output

    def visit(self) -> FlaskClient:
        return create_app(self.services, lambda: None).test_client()


@pytest.fixture
def restoring(
    services: Services, make_services: Callable[..., Services], database_url: str, tmp_path: Path
) -> Restoring:
    office = Office(services)
    for _ in range(3):
        office.take_intake()
        office.redact()
    begin(services, name="Anna de Vries")
    office.named[CLIENT] = "Anna de Vries"
    back_up(services, tmp_path / "backups", None, 30)
    do(services, contact())
    victim = next(iter(office.named))
    services.erase(victim, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    office.erased.add(victim)
    if services.settings.erasure_register:
        services.settings.erasure_register.unlink()
    return Restoring(services, environment(database_url), tmp_path / "backups", office)


def is_told_everywhere(restoring: Restoring) -> None:
    for command in (*COMMANDS, f"backup {restoring.folder}"):
        code, said = restoring.run(*command.split())
        assert code == 1, (command, said)
        assert f"run it again, and it finishes: werkpad restore {restoring.folder}" in said, (command, said)
    # They refuse before they ask the broker.
    env = restoring.env | {"WERKPAD_BROKER_URL": "redis://127.0.0.1:1/0"}
    for command in ("worker", "beat"):
        done = CliRunner().invoke(main, [command], env=env)
        assert done.exit_code == 1 and "werkpad restore" in done.output, (command, done.output)
    web = restoring.visit()
    for path in ("/", "/caseload", "/log-in", "/signals", "/no-such-page", "/api/signals"):
        answer = web.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), path
        assert "restored from a backup" in answer.get_data(as_text=True), path
    assert web.post("/log-in").status_code == 503
    assert web.get("/health/live").status_code == 200
    ready = web.get("/health/ready")
    assert ready.status_code == 503 and RESTORING in [f["name"] for f in ready.get_json()["findings"]]
    with pytest.raises(ClosedError):
        do(restoring.services, contact())
    with pytest.raises(ClosedError), restoring.services.database.write():
        pass


def is_whole_again(restoring: Restoring) -> None:
    services = restoring.services
    assert services.door.look().kind == OPEN
    everybody_opens(services, restoring.office)
    assert list(verify(services.engine)) == []
    # The caches of before know one contact more than the log has now.
    state = services.clients.state(CLIENT)
    assert state is not None and state.version == 2
    do(services, contact())
    services.engine.catch_up()
    assert [event.originator_version for event in services.log.stream(CLIENT)] == [1, 2, 3]
    assert list(verify(services.engine)) == []
    assert restoring.visit().get("/log-in").status_code == 200


def test_killed_at_every_stage_one_after_another(restoring: Restoring) -> None:
    stages = STAGES["sqlite" if restoring.services.settings.is_sqlite else "postgres"]
    restoring.killed_at(stages[0], "--replace", "--maintenance")
    is_told_everywhere(restoring)
    for stage in stages[1:]:
        restoring.killed_at(stage)
        code, said = restoring.run("status")
        assert code == 1 and "werkpad restore" in said, stage
    is_told_everywhere(restoring)
    code, said = restoring.run("restore", str(restoring.folder))
    assert code == 0, said
    assert "1 clients erased again" in said
    is_whole_again(restoring)


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(10))
def test_killed_at_one_stage(restoring: Restoring, nth: int) -> None:
    stages = STAGES["sqlite" if restoring.services.settings.is_sqlite else "postgres"]
    restoring.killed_at(stages[nth % len(stages)], "--replace", "--maintenance")
    is_told_everywhere(restoring)
    code, said = restoring.run("restore", str(restoring.folder))
    assert code == 0 and "1 clients erased again" in said, said
    is_whole_again(restoring)
