"""The timetable and how messages are taken, pinned by hand: each is what people were promised or a crash must find."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from celery import Celery

from application.services import Services
from records import task_runs
from records.task_runs import DONE, FAILED, NOTHING, WAITS
from workers import watching
from workers.app import make_app
from workers.watching import Tally, watched

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
EVERY = {
    "project": 2,
    "deliver_mail": 20,
    "follow_definitions": 5,
    "count_what_ifs": 3,
    "rebuild": 10,
    "erase_remains": 600,
}


@pytest.fixture
def app(sqlite_services: Services) -> Celery:
    return make_app(sqlite_services.settings, lambda: sqlite_services)


def hours(app: Celery, name: str, first: datetime, days: int) -> list[datetime]:
    """The minutes at which an entry is due within so many days, by the clock of Amsterdam."""
    crontab = app.conf.beat_schedule[name]["schedule"]
    crontab.app = app
    due, now = [], first - timedelta(seconds=1)
    while True:
        start, rest, _ = crontab.remaining_delta(now)
        now = start + rest
        if now >= first + timedelta(days=days):
            return due
        due.append(now.astimezone(AMSTERDAM))


MONDAY = datetime(2026, 11, 16, tzinfo=AMSTERDAM)


def test_what_comes_again_and_again_comes_that_often(app: Celery) -> None:
    found = {n: e["schedule"].total_seconds() for n, e in app.conf.beat_schedule.items() if n in EVERY}
    assert found == EVERY


def test_weekly_lists_are_built_on_mondays_at_six_and_made_up_for_each_hour(app: Celery) -> None:
    assert hours(app, "build_weekly_lists", MONDAY, 14) == [
        MONDAY.replace(hour=6),
        MONDAY.replace(day=23, hour=6),
    ]
    again = hours(app, "build_weekly_lists_if_missed", MONDAY, 1)
    assert [(t.hour, t.minute) for t in again] == [(hour, 5) for hour in range(24)]
    assert app.conf.beat_schedule["build_weekly_lists_if_missed"]["task"] == "build_weekly_lists"
    figures = hours(app, "build_weekly_figures", MONDAY, 1)
    assert [(t.hour, t.minute) for t in figures] == [(hour, 10) for hour in range(24)]


def test_digests_come_by_day_and_drafts_go_by_night(app: Celery) -> None:
    digests = hours(app, "send_digests", MONDAY, 1)
    assert [(t.hour, t.minute) for t in digests] == [(hour, 0) for hour in range(7, 19)]
    assert [(t.hour, t.minute) for t in hours(app, "throw_away_drafts", MONDAY, 1)] == [(3, 30)]
    at_night = hours(app, "erase_old_applications", MONDAY, 1)
    assert [(t.hour, t.minute) for t in at_night] == [(hour, 45) for hour in range(1, 6)]


def test_a_message_is_taken_for_good_when_its_work_is_done(app: Celery) -> None:
    wanted = {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_ignore_result": True,
        "worker_prefetch_multiplier": 1,
        "task_publish_retry": False,
        "task_time_limit": 3600,
        "task_default_queue": "werkpad",
        "task_routes": {"deliver_mail": {"queue": "mail"}},
        "task_annotations": {"deliver_mail": {"time_limit": 180}},
        "broker_connection_max_retries": None,
        "broker_connection_retry_on_startup": True,
        "worker_hijack_root_logger": False,
        "timezone": "Europe/Amsterdam",
    }
    assert {name: app.conf[name] for name in wanted} == wanted
    # An unfinished message comes back no sooner than the longest task may take.
    assert app.conf.broker_transport_options["visibility_timeout"] >= app.conf.task_time_limit


# what became of a task


@pytest.mark.parametrize(("done", "outcome"), [(3, DONE), (True, DONE), (0, NOTHING), (False, NOTHING), (None, WAITS)])
def test_what_a_task_returns_says_what_it_did(sqlite_services: Services, done: object, outcome: str) -> None:
    tally = Tally(lambda: sqlite_services)
    assert watched("task", lambda: done, tally)() == done
    assert counted(sqlite_services) == {("task", outcome): 1}


def test_a_task_that_fails_is_counted_and_goes_on_failing(
    sqlite_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    tally = Tally(lambda: sqlite_services)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            watched("task", fail, tally)()
    assert counted(sqlite_services) == {("task", FAILED): 1}, "the others are written down later, together"
    tally.write()
    tally.write()
    assert counted(sqlite_services) == {("task", FAILED): 3}
    monkeypatch.setattr(watching, "WRITE_EVERY", 0.0)
    tally.count("other", DONE, 0.5)
    assert counted(sqlite_services) == {("task", FAILED): 3, ("other", DONE): 1}


def test_what_can_not_be_written_down_is_kept_until_it_can(sqlite_services: Services) -> None:
    away = [True]

    def services() -> Services:
        if away:
            raise ConnectionError
        return sqlite_services

    tally = Tally(services)
    tally.count("task", DONE, 1.0)
    tally.count("task", DONE, 2.0)
    tally.write()
    tally.count("task", DONE, 4.0)
    away.clear()
    tally.write()
    assert counted(sqlite_services) == {("task", DONE): 3}
    with sqlite_services.database.read() as connection:
        assert task_runs.counted(connection)["task", DONE].seconds == 7.0


def counted(services: Services) -> dict[tuple[str, str], int]:
    with services.database.read() as connection:
        return {key: runs.runs for key, runs in task_runs.counted(connection).items()}
