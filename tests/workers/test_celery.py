"""Real Celery workers on a real broker: killed, doubled, without a broker; nothing is lost and nothing shows twice."""

from __future__ import annotations

import os
import signal

import pytest

from application.services import Services
from projections import caseload
from projections.engine.rebuild import rebuild
from projections.engine.verify import verify
from tests.processes import caught_up, lives, process, sender, until
from werkpad import servers
from werkpad.settings import Settings
from workers import build_weekly_lists, project
from workers.app import make_app
from workers.beat import start_embedded_beat
from workers.nudge import nudger


def test_a_nudge_reaches_a_worker_and_the_client_shows(live: Services, env: dict[str, str]) -> None:
    with process("worker --concurrency 1", env):
        lives(live, clients=1, contacts=2)
        nudger(sender(live))()
        until(lambda: caught_up(live), "the worker did not project")
    with live.database.read() as connection:
        assert caseload.count(connection, caseload.Scope()) == 1
    assert list(verify(live.engine)) == []


@pytest.mark.parametrize("kills", [3, pytest.param(10, marks=pytest.mark.slow)])
def test_a_worker_killed_again_and_again_while_projecting_leaves_what_a_rebuild_gives(
    live: Services, env: dict[str, str], kills: int
) -> None:
    nudge = nudger(sender(live))
    for _ in range(kills):
        lives(live, clients=60, contacts=40)
        with process("worker --concurrency 2", env) as worker:
            before = sum(f.position for f in live.engine.freshness().values())
            for _again in range(3):
                nudge()
            # As soon as something moves, the worker is in the middle of it.
            until(lambda: sum(f.position for f in live.engine.freshness().values()) > before, "nothing moved")  # noqa: B023 - called within the round
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
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
