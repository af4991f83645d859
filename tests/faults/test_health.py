"""Heartbeats, clocks that are off, and what status and the ready path say of it all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import redis

from application.services import Services
from database.transactions import Database
from projections.engine.verify import verify
from records import heartbeats, outbox
from records.heartbeats import BEAT, KINDS, WEB, WORKER
from tests.processes import caught_up, lives, process, sender, until
from werkpad import health
from werkpad.heart import Heart
from werkpad.settings import Settings
from workers import beat as timetable
from workers.app import make_app
from workers.beat import Timetable, start_embedded_beat
from workers.nudge import nudger
from workers.pulse import Pulse
from workers.waiting import MANY


def names(services: Services) -> set[str]:
    return {finding.name for finding in health.look(services).findings}


def seen(services: Services, kind: str) -> list[heartbeats.Process]:
    with services.database.read() as connection:
        return heartbeats.at_work(heartbeats.seen(connection), kind)


def beats(services: Services, kind: str, ago: timedelta = timedelta(0), skew: float = 0.0) -> None:
    """Let a process be seen, some time ago by the database's clock."""
    with services.database.write() as connection:
        process_id = uuid4()
        heartbeats.beat(connection, process_id, kind, "1", None)
        table = heartbeats.heartbeats
        at = heartbeats.database_time(connection) - ago
        connection.execute(
            table.update().where(table.c.process_id == process_id).values(seen_at=at, started_at=at, skew=skew)
        )


def status(env: dict[str, str], *options: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "werkpad", "status", *options], env=os.environ | env, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_a_missing_worker_and_a_missing_beat_are_told_and_found_again(live: Services, env: dict[str, str]) -> None:
    assert names(live) == {"worker", "beat"}
    code, text = status(env)
    assert code == 1
    assert "No worker is at work" in text and "No timetable is at work" in text
    assert status(env, "--worker")[0] == status(env, "--beat")[0] == 1
    with process("worker --concurrency 1", env), process("beat", env):
        until(lambda: names(live) == set(), "they are not seen")
        assert status(env)[0] == 0
        assert status(env, "--worker")[0] == status(env, "--beat")[0] == 0
        (worker,) = seen(live, WORKER)
        assert abs(worker.skew) < 2


def test_a_worker_that_is_stuck_is_missed(live: Services) -> None:
    now = time.monotonic()
    Pulse.looked_at, Pulse.moved_at = now, now
    assert Pulse.well()
    Pulse.looked_at = now - 61
    assert not Pulse.well(), "its main loop stands still"
    Pulse.looked_at, Pulse.moved_at = now, now - 15 * 60 - 1
    assert not Pulse.well(), "what it took comes to no end"


def test_who_was_not_seen_for_a_while_is_missing_and_later_forgotten(services: Services) -> None:
    for kind in KINDS:
        beats(services, kind, timedelta(seconds=40))
        assert len(seen(services, kind)) == 1
        beats(services, kind, timedelta(seconds=50))
        assert len(seen(services, kind)) == 1
    beats(services, WEB, timedelta(days=2))
    beats(services, WEB)
    with services.database.read() as connection:
        assert all(p.age < timedelta(days=1) for p in heartbeats.seen(connection))


def test_a_worker_elsewhere_does_not_stand_for_one_here(services: Services) -> None:
    beats(services, WORKER, timedelta(minutes=5))
    with services.database.write() as connection:
        heartbeats.beat(connection, uuid4(), WORKER, "1", None)
        found = heartbeats.seen(connection)
        assert heartbeats.at_work_here(found, WORKER)
        connection.execute(
            heartbeats.heartbeats.update()
            .where(heartbeats.heartbeats.c.process_id == found[0].process_id)
            .values(machine="another")
        )
        found = heartbeats.seen(connection)
    assert heartbeats.at_work(found, WORKER)
    assert not heartbeats.at_work_here(found, WORKER)


def test_dead_mail_and_stopped_read_models_are_told(services: Services) -> None:
    assert names(services) == set()
    with services.database.write() as connection:
        outbox.put(connection, uuid4(), "weekly_list", uuid4(), services.clock())
        connection.execute(outbox.outbox.update().values(state=outbox.FAILED))
        connection.exec_driver_sql("UPDATE projection_positions SET stopped_at = 3 WHERE projection = 'caseload'")
    assert names(services) == {"mail", "stopped"}
    assert health.look(services).ready, "people can be served"


def test_embedded_nobody_is_missed_but_a_timetable_that_stands_still(sqlite_services: Services) -> None:
    beats(sqlite_services, WEB)
    beats(sqlite_services, BEAT, timedelta(minutes=2))
    assert names(sqlite_services) == {"beat"}
    beats(sqlite_services, BEAT)
    assert names(sqlite_services) == set()


@pytest.mark.parametrize("error", [ValueError, SystemExit, KeyboardInterrupt])
def test_whatever_a_task_raises_the_embedded_timetable_goes_on(
    sqlite_services: Services, error: type[BaseException]
) -> None:
    app = make_app(sqlite_services.settings, lambda: sqlite_services)
    times = []

    def fall_over() -> None:
        times.append(1)
        raise error("whatever")

    app.task(name="fall_over", shared=False)(fall_over)
    app.conf.beat_schedule = {"fall_over": {"task": "fall_over", "schedule": timedelta(milliseconds=50)}}
    beat = start_embedded_beat(app)
    try:
        until(lambda: len(times) > 3, "it did not go on")
        assert timetable.RunsHere.ticks()
    finally:
        beat.stop(wait=True)


# Those that ask the clock get another one. Not all: msgspec takes no stand-in for the class of times in events.
SHIFTED = """
import builtins, datetime, os, time, types
by = float(os.environ["CLOCK_IS_AHEAD_BY"])
ask = (time.time, datetime.datetime.now, builtins.__import__)
time.time = lambda: ask[0]() + by
class Kind(type):
    def __instancecheck__(cls, value):
        return isinstance(value, datetime.datetime)
class Shifted(datetime.datetime, metaclass=Kind):
    def __new__(cls, *arguments, **named):
        return datetime.datetime(*arguments, **named)
    @classmethod
    def now(cls, tz=None):
        return ask[1](tz) + datetime.timedelta(seconds=by)
clock = types.ModuleType("datetime")
clock.__dict__.update(vars(datetime))
clock.datetime = Shifted
def importing(name, globals=None, locals=None, fromlist=(), level=0):
    whose = (globals or {}).get("__name__", "")
    asks = whose.startswith(("celery.", "kombu.", "werkpad.wiring", "records.heartbeats"))
    if name == "datetime" and fromlist and asks:
        return clock
    return ask[2](name, globals, locals, fromlist, level)
builtins.__import__ = importing
"""


@pytest.fixture
def shifted(tmp_path: Path) -> Callable[[float], dict[str, str]]:
    """The environment of a process whose clock is ahead by so many seconds."""
    (tmp_path / "shifted").mkdir()
    (tmp_path / "shifted" / "sitecustomize.py").write_text(SHIFTED)
    return lambda by: {"PYTHONPATH": str(tmp_path / "shifted"), "CLOCK_IS_AHEAD_BY": str(by)}


@pytest.mark.parametrize("by", [60.0, -60.0, 3600.0])
def test_a_worker_whose_clock_is_off_does_its_work_and_it_is_told(
    live: Services, env: dict[str, str], shifted: Callable[[float], dict[str, str]], by: float
) -> None:
    with process("worker --concurrency 1", env | shifted(by)):
        lives(live, clients=2, contacts=2)
        nudger(sender(live))()
        until(lambda: caught_up(live), "the worker folded nothing")
        until(lambda: bool(seen(live, WORKER)), "it is not seen")
        (found,) = [f for f in health.look(live).findings if f.name == "clock"]
        assert ("ahead of" if by > 0 else "behind") in found.says
        assert abs(seen(live, WORKER)[0].skew - by) < 5
        code, text = status(env)
        assert code == 1 and "The clock of a worker process" in text
    assert list(verify(live.engine)) == []


@pytest.mark.parametrize("by", [60.0, -60.0])
def test_a_beat_whose_clock_is_off_makes_up_for_lost_nudges(
    live: Services, env: dict[str, str], shifted: Callable[[float], dict[str, str]], by: float
) -> None:
    with process("worker --concurrency 1", env), process("beat", env | shifted(by)):
        lives(live, clients=2, contacts=2)
        until(lambda: caught_up(live), "beat started nothing")
        until(lambda: "clock" in names(live), "it is not told")


def test_a_clock_that_is_put_back_does_not_stop_beat(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(sqlite_services.settings, lambda: sqlite_services)
    times: list[int] = []

    def count_up() -> None:
        times.append(1)

    app.task(name="count", shared=False)(count_up)
    app.conf.beat_schedule = {"count": {"task": "count", "schedule": timedelta(milliseconds=20)}}
    beat = start_embedded_beat(app)
    try:
        until(lambda: len(times) > 2, "it did not begin")
        off = timetable.time.time
        monkeypatch.setattr("workers.beat.time.time", lambda: off() - 3600)
        for entry in beat._service.scheduler.schedule.values():
            # As if it had run in what is now the future.
            entry.last_run_at += timedelta(hours=1)
        count = len(times)
        until(lambda: len(times) > count + 2, "it waits for an hour to pass")
    finally:
        beat.stop(wait=True)


def test_ticks_for_workers_that_are_away_do_not_pile_up(live: Services, env: dict[str, str]) -> None:
    broker = redis.Redis.from_url(env["WERKPAD_BROKER_URL"])
    app = sender(live)
    nudge = nudger(app)
    ticks = Timetable(app)
    for _ in range(3 * MANY):
        for entry in list(ticks.schedule.values()):
            ticks.apply_entry(entry, producer=ticks.producer)
        nudge()
    crontabs = sum(type(entry.schedule).__name__ == "crontab" for entry in ticks.schedule.values())
    ticks.close()
    assert broker.llen("werkpad") <= MANY + crontabs * 3 * MANY + 1
    lives(live, clients=1, contacts=1)
    with process("worker --concurrency 1", env):
        until(lambda: caught_up(live), "what piled up hides what is new")
    broker.flushdb()


def test_a_process_beats_as_soon_as_it_starts(live: Services, env: dict[str, str]) -> None:
    url = Settings.from_environment(env).database_url
    database = Database(url, pool_size=1)
    heart = Heart(database, WEB).start()
    try:
        until(lambda: bool(seen(live, WEB)), "it does not beat")
    finally:
        heart.stop()
        database.close()


def test_the_health_check_of_a_process_imports_little(live: Services, env: dict[str, str]) -> None:
    beats(live, WORKER)
    asks = "import sys; from werkpad.cli import main; main(['status', '--worker'], standalone_mode=False); "
    tells = "print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", asks + tells], env=os.environ | env, capture_output=True, text=True, check=True
    )
    said, _, modules = done.stdout.partition("\n")
    assert said == "A worker process is at work."
    assert (
        set(modules.split()) & {"celery", "flask", "gunicorn", "alembic", "web", "workers", "feedback", "domain"}
        == set()
    )


def test_status_says_that_a_worker_was_stopped_by_a_signal(live: Services, env: dict[str, str]) -> None:
    with process("worker --concurrency 1", env) as worker:
        until(lambda: bool(seen(live, WORKER)), "it is not seen")
        os.killpg(worker.pid, signal.SIGSTOP)
        try:
            with live.database.write() as connection:
                table = heartbeats.heartbeats
                at = heartbeats.database_time(connection) - timedelta(minutes=1)
                connection.execute(table.update().values(seen_at=at))
            assert "worker" in names(live)
        finally:
            os.killpg(worker.pid, signal.SIGCONT)
