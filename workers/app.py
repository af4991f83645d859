"""The Celery app and its timetable: a broker in production, eager when embedded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

import structlog
from celery import Celery
from celery.app.amqp import AMQP
from celery.schedules import crontab
from kombu.connection import Connection

from application.failures import OPEN, ClosedError
from application.installation import catalogue_held
from application.services import Services
from werkpad.settings import Settings
from workers import (
    build_weekly_figures,
    build_weekly_lists,
    count_what_ifs,
    deliver_mail,
    erase_old_applications,
    erase_remains,
    follow_definitions,
    make_representation_report,
    project,
    rebuild,
    send_digests,
    throw_away_drafts,
)
from workers.patience import patient
from workers.watching import Tally, watched, write_at_the_end

log = structlog.get_logger()

# How long a nudge may be lost before the read models catch up all the same.
TICK = timedelta(seconds=2)

# Tasks that wait for somebody outside have a queue of their own: one worker can be set apart for them.
QUEUE, MAIL = "werkpad", "mail"
QUEUES = (QUEUE, MAIL)
# Seconds after which a run of the mail is ended from outside, should it hang where no watchdog of its own reaches.
MAIL_TIME = 180

TASKS = (
    project,
    build_weekly_lists,
    build_weekly_figures,
    count_what_ifs,
    deliver_mail,
    erase_remains,
    follow_definitions,
    make_representation_report,
    rebuild,
    send_digests,
    throw_away_drafts,
    erase_old_applications,
)


def make_app(settings: Settings, services: Callable[[], Services]) -> Celery:
    """A Celery app whose tasks ask `services` for what they work with."""
    app = Celery("werkpad", broker=settings.broker_url or "memory://", amqp=_Broker, set_as_current=False)
    app.conf.update(
        task_always_eager=settings.embedded,
        task_eager_propagates=True,
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_default_queue=QUEUE,
        task_routes={deliver_mail.NAME: {"queue": MAIL}},
        task_annotations={deliver_mail.NAME: {"time_limit": MAIL_TIME}},
        task_publish_retry=False,
        task_time_limit=3600,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "visibility_timeout": 3600,
            "socket_connect_timeout": 2,
            "socket_timeout": 5,
        },
        timezone="Europe/Amsterdam",
        beat_schedule={
            # No message expires: that would be judged by the clock of the worker that takes it, which may be wrong.
            # `workers.beat` leaves out a tick while many wait.
            "project": {"task": project.NAME, "schedule": TICK},
            "build_weekly_lists": {
                "task": build_weekly_lists.NAME,
                "schedule": crontab(minute=0, hour=6, day_of_week="monday"),
            },
            # Each hour again: a Monday on which nothing ran is made up for; lists that exist stay as they are.
            "build_weekly_lists_if_missed": {"task": build_weekly_lists.NAME, "schedule": crontab(minute=5)},
            "build_weekly_figures": {"task": build_weekly_figures.NAME, "schedule": crontab(minute=10)},
            "make_representation_report": {
                "task": make_representation_report.NAME,
                "schedule": crontab(minute=20),
            },
            "deliver_mail": {"task": deliver_mail.NAME, "schedule": timedelta(seconds=20)},
            "follow_definitions": {"task": follow_definitions.NAME, "schedule": timedelta(seconds=5)},
            "count_what_ifs": {"task": count_what_ifs.NAME, "schedule": timedelta(seconds=3)},
            # From seven on each hour again: a morning on which nothing ran is made up for; nobody gets two a day. At no
            # other time is news mailed: what follows an answer by a minute would tell whose signal it was.
            "send_digests": {"task": send_digests.NAME, "schedule": crontab(minute=0, hour="7-18")},
            "throw_away_drafts": {"task": throw_away_drafts.NAME, "schedule": crontab(minute=30, hour=3)},
            # Each hour of the night: a night on which nothing ran at three is made up for.
            "erase_old_applications": {"task": erase_old_applications.NAME, "schedule": crontab(minute=45, hour="1-5")},
            "rebuild": {"task": rebuild.NAME, "schedule": timedelta(seconds=10)},
            "erase_remains": {"task": erase_remains.NAME, "schedule": timedelta(minutes=10)},
        },
    )
    tally = Tally(services)
    for module in TASKS:
        # Not shared: a second app in this process would get the tasks of the first.
        work = _unless_closed(services, patient(module.NAME, module.bind(services)))
        app.task(name=module.NAME, shared=False)(watched(module.NAME, work, tally))
    write_at_the_end(tally)
    return app


def _unless_closed(services: Callable[[], Services], task: Callable[..., Any]) -> Callable[..., Any]:
    """The task, which does nothing during maintenance or a restore; the clock starts it again."""

    @wraps(task)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            if services().door.look().kind == OPEN:
                with catalogue_held(services()):
                    return task(*args, **kwargs)
        except ClosedError as error:
            # It came in the middle: what was not committed is as if it had never been begun.
            log.info("task_waits", task=task.__name__, because=error.state.kind)
        return None

    return run


class _Connection(Connection):
    """A connection that is tried again each second; Celery's own waits longer each time, up to half a minute."""

    def ensure_connection(self, *args: Any, **kwargs: Any) -> Any:
        patience = {"interval_start": 1, "interval_step": 0, "interval_max": 1}
        return super().ensure_connection(*args, **patience | kwargs)  # type: ignore[no-untyped-call]  # the library has no types


class _Broker(AMQP):  # type: ignore[misc]  # the library has no types
    Connection = _Connection
