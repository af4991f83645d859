"""Real Celery workers on a real broker: killed, doubled, without a broker; nothing is lost and nothing shows twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from celery import Celery

from domain.client import AssignClient, Channel, RecordContact, TakeIntake
from eventlog.handler import Moment, Step
from projections import caseload
from projections.rebuild import rebuild
from projections.verify import verify
from tests.conftest import environment
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import Services, build
from workers import build_weekly_lists, project
from workers.app import make_app, start_embedded_beat
from workers.nudge import nudger

PATIENCE = 60.0


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition, by looking again."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextmanager
def process(command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "werkpad", *command.split()], env=os.environ | env, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.poll() is None:
            os.killpg(started.pid, signal.SIGKILL)
        started.wait()


@pytest.fixture
def env(fresh_postgres: str, redis_url: str) -> dict[str, str]:
    # A broker database of its own: tests of other processes share the server.
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    return environment(fresh_postgres, WERKPAD_BROKER_URL=f"{redis_url.rpartition('/')[0]}/{int(number) + 1}")


@pytest.fixture
def live(env: dict[str, str]) -> Iterator[Services]:
    services = build(Settings.from_environment(env))
    services.create()
    yield services
    services.close()


def sender(services: Services) -> Celery:
    return make_app(services.settings, lambda: services)


def lives(services: Services, clients: int, contacts: int) -> None:
    """Clients with contacts, each client in one transaction."""
    now = services.clock()
    decisions = []
    for _ in range(clients):
        client_id, team, coach = uuid4(), UUID(int=1), UUID(int=2)
        moment = Moment(now - timedelta(days=1), coach)
        day = services.today - timedelta(days=30)
        steps = [
            Step(TakeIntake(client_id=client_id, held_on=day, team=team, name="Invented Person"), moment, uuid4()),
            Step(AssignClient(client_id=client_id, team=team, coach=coach, assigned_on=day), moment, uuid4()),
        ]
        for nth in range(contacts):
            held_on = day + timedelta(days=nth % 20)
            contact = RecordContact(client_id=client_id, contact_id=uuid4(), held_on=held_on, channel=Channel.PHONE)
            steps.append(Step(contact, moment, uuid4()))
        decisions.append(services.clients.decide(steps))  # type: ignore[arg-type]
    services.clients.record(decisions)


def caught_up(services: Services) -> bool:
    return all(f.behind == 0 for f in services.engine.freshness().values())


def test_a_nudge_reaches_a_worker_and_the_client_shows(live: Services, env: dict[str, str]) -> None:
    with process("worker --concurrency 1", env):
        lives(live, clients=1, contacts=2)
        nudger(sender(live))()
        until(lambda: caught_up(live), "the worker did not project")
    with live.database.read() as connection:
        assert caseload.count(connection, caseload.Scope()) == 1
    assert list(verify(live.engine)) == []


def test_a_worker_killed_ten_times_while_projecting_leaves_what_a_rebuild_gives(
    live: Services, env: dict[str, str]
) -> None:
    nudge = nudger(sender(live))
    kills = 0
    while kills < 10:
        lives(live, clients=60, contacts=40)
        with process("worker --concurrency 2", env) as worker:
            before = sum(f.position for f in live.engine.freshness().values())
            for _ in range(3):
                nudge()
            # As soon as something moves, the worker is in the middle of it.
            until(lambda: sum(f.position for f in live.engine.freshness().values()) > before, "nothing moved")  # noqa: B023
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
            kills += 1
    with process("worker --concurrency 2", env):
        nudge()
        until(lambda: caught_up(live), "the worker did not catch up")
    assert list(verify(live.engine)) == []
    changes = rebuild(live.engine)
    assert all(figures == {} for figures in changes.values()), "a rebuild found other figures"


def test_what_no_nudge_announced_is_caught_by_beat(live: Services, env: dict[str, str]) -> None:
    with process("worker --concurrency 1", env), process("beat", env):
        lives(live, clients=3, contacts=3)
        until(lambda: caught_up(live), "beat did not start the projection")
    assert list(verify(live.engine)) == []


def test_without_a_broker_a_nudge_is_lost_and_harmless(live: Services, env: dict[str, str]) -> None:
    nobody = Settings.from_environment(env | {"WERKPAD_BROKER_URL": f"redis://127.0.0.1:{servers.free_port()}/0"})
    lives(live, clients=1, contacts=1)
    nudger(make_app(nobody, lambda: live))()
    assert not caught_up(live)
    live.engine.catch_up()
    assert caught_up(live)


def test_embedded_tasks_run_in_the_process(sqlite_services: Services) -> None:
    app = make_app(sqlite_services.settings, lambda: sqlite_services)
    lives(sqlite_services, clients=2, contacts=2)
    nudger(app)()
    assert caught_up(sqlite_services)


def test_the_embedded_clock_catches_what_no_nudge_announced(sqlite_services: Services) -> None:
    beat = start_embedded_beat(make_app(sqlite_services.settings, lambda: sqlite_services))
    try:
        lives(sqlite_services, clients=1, contacts=1)
        until(lambda: caught_up(sqlite_services), "beat did not run")
    finally:
        beat.stop(wait=True)


def test_every_task_of_the_timetable_exists(sqlite_services: Services) -> None:
    app = make_app(sqlite_services.settings, lambda: sqlite_services)
    timetable = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert timetable <= set(app.tasks)
    assert {project.NAME, build_weekly_lists.NAME} <= timetable
    monday = app.conf.beat_schedule["build_weekly_lists"]["schedule"]
    assert (monday.hour, monday.minute, monday.day_of_week) == ({6}, {0}, {1})
    assert str(app.timezone) == "Europe/Amsterdam"
