"""Maintenance, and a restore under running processes: nothing is written meanwhile, everybody is told, nothing that was
acknowledged is lost, and all go on by themselves afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from application.services import Services
from database.door import MAINTENANCE, OPEN, ClosedError
from projections.engine.verify import verify
from tests.conftest import environment
from tests.faults.office import Office, everybody_opens
from tests.processes import caught_up, process, until
from tests.serving import served
from tests.stories import CLIENT, begin, contact, do, tables
from web.app import create_app
from werkpad.backups import back_up
from werkpad.cli import main
from werkpad.settings import Settings
from werkpad.wiring import build
from workers.app import make_app


def run(database_url: str, *command: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, list(command), env=environment(database_url))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_in_maintenance_nothing_is_written_and_everybody_is_told(services: Services, database_url: str) -> None:
    begin(services, name="Anna de Vries")
    services.engine.catch_up()
    do(services, contact())
    assert run(database_url, "maintenance", "on")[0] == 0
    head, before = services.log.head(), tables(services)
    with pytest.raises(ClosedError, match="maintenance off"):
        do(services, contact())
    with pytest.raises(ClosedError), services.database.write():
        pytest.fail("it let somebody in")
    for name, task in make_app(services.settings, lambda: services).tasks.items():
        if not name.startswith("celery."):
            assert task.apply().get() is None, name
    assert (services.log.head(), tables(services)) == (head, before), "a task wrote something"
    web = create_app(services, lambda: None).test_client()
    for language, sentence in (("en", "Werkpad is being maintained"), ("nl", "Er is onderhoud aan Werkpad")):
        for path in ("/", "/log-in", "/caseload", "/theme.css", "/no-such-page", "/api/signals"):
            answer = web.get(path, headers={"Accept-Language": language})
            assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60"), path
            assert sentence in answer.get_data(as_text=True), path
    assert web.post("/log-in", data={"username": "x"}).status_code == 503
    assert web.get("/werkpad.css", buffered=True).status_code == 200
    assert web.get("/health/live").status_code == 200
    ready = web.get("/health/ready")
    assert (ready.status_code, [f["name"] for f in ready.get_json()["findings"]]) == (503, [MAINTENANCE])
    code, said = run(database_url, "status")
    assert code == 0 and "in maintenance since" in said and "werkpad maintenance off" in said
    for command in ("init", "verify"):
        assert run(database_url, command)[0] in (0, 1), command
    code, said = run(database_url, "lists")
    assert code == 1 and "maintenance off" in said
    assert run(database_url, "maintenance", "off")[0] == 0
    do(services, contact())
    services.engine.catch_up()
    assert web.get("/log-in").status_code == 200
    assert list(verify(services.engine)) == []


def test_who_passed_the_door_before_it_was_shut_is_waited_for(services: Services, database_url: str) -> None:
    begin(services)
    shut = threading.Event()
    done = []

    def shutting() -> None:
        done.append(run(database_url, "maintenance", "on")[0])
        shut.set()

    with services.database.write() as connection:
        thread = threading.Thread(target=shutting)
        thread.start()
        until(lambda: services.door.read().kind == MAINTENANCE, "the door was not shut")
        with ThreadPoolExecutor(1) as somebody_else, pytest.raises(ClosedError):
            somebody_else.submit(do, services, contact()).result()
        assert not shut.is_set(), "it did not wait for who was writing"
        connection.exec_driver_sql("DELETE FROM drafts")
    thread.join()
    assert done == [0]


def test_a_restore_is_refused_while_others_have_the_database_open(
    services: Services, database_url: str, tmp_path: Path
) -> None:
    begin(services, name="Anna de Vries")
    back_up(services, tmp_path / "backups", None, 30)
    do(services, contact())
    code, said = run(database_url, "restore", str(tmp_path / "backups"), "--replace")
    assert code == 1
    assert "have the database open: " in said and "--maintenance" in said and "Nothing has changed" in said
    assert services.door.look().kind == OPEN
    assert len(services.log.stream(CLIENT)) == 3, "what was acknowledged is there"
    do(services, contact())


def test_a_restore_with_maintenance_loses_nothing_that_was_acknowledged_meanwhile_and_all_go_on(
    services: Services, database_url: str, tmp_path: Path
) -> None:
    office = Office(services)
    for _ in range(3):
        office.take_intake()
    back_up(services, tmp_path / "backups", None, 30)
    begin(services, name="Anna de Vries")
    command = [sys.executable, "-m", "werkpad", "restore", str(tmp_path / "backups"), "--replace", "--maintenance"]
    with office.at_work(office.take_intake, office.take_intake, office.redact):
        until(lambda: len(office.named) > 10, "nobody works")
        restoring = subprocess.Popen(
            command,
            env=os.environ | environment(database_url),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        until(lambda: services.door.read().stage not in ("", "preparing"), "the door was not shut")
        before = set(office.named)
        said, _ = restoring.communicate()
        assert restoring.returncode == 0, said
        so_far = len(office.named)
        until(lambda: len(office.named) > so_far + 10, "they did not go on")
    assert office.refused > 0, "nobody was told to wait"
    services.engine.catch_up()
    known = {r.event.originator_id for r in services.log.page(0, 100_000)}
    # Who came before the door was shut was replaced, as the operator said; whoever was answered since is there.
    assert set(office.named) - before <= known
    assert not known & {CLIENT}
    everybody_opens(services, office)
    assert list(verify(services.engine)) == []


def test_server_worker_and_beat_sit_out_a_restore_and_go_on(
    fresh_postgres: str, redis_url: str, tmp_path: Path
) -> None:
    env = environment(fresh_postgres, WERKPAD_BROKER_URL=redis_url, WERKPAD_SECURE_COOKIES="false")
    services = build(Settings.from_environment(env))
    services.create()
    day = services.today.isoformat()
    with (
        closing(services),
        served(services, env, coaches=1) as (colleague,),
        process("worker --concurrency 1", env) as worker,
        process("beat", env) as beat,
    ):
        assert colleague.record(colleague.form(colleague.contact_form), day, "before the backup").status == 200
        back_up(services, tmp_path / "backups", None, 30)
        assert colleague.record(colleague.form(colleague.contact_form), day, "after the backup").status == 200
        command = [sys.executable, "-m", "werkpad", "restore", str(tmp_path / "backups"), "--replace", "--maintenance"]
        with subprocess.Popen(command, env=os.environ | env, stdout=subprocess.PIPE, text=True) as restoring:
            told = Counter()
            while restoring.poll() is None:
                told[colleague.get("/caseload").status] += 1
            assert restoring.returncode == 0
        assert set(told) == {200, 503}, "they were told to come back, and nothing else"
        until(lambda: colleague.get("/caseload").status == 200, "the server does not come back")
        answer = colleague.record(colleague.form(colleague.contact_form), day, "after the restore")
        assert answer.status == 200
        assert [note in answer.text for note in ("before the backup", "after the backup", "after the restore")] == [
            True,
            False,
            True,
        ]
        until(lambda: caught_up(services), "the worker does not go on")
        assert worker.poll() is beat.poll() is None
        assert list(verify(services.engine)) == []
