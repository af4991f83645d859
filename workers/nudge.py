"""Tell the workers that something was recorded, without waiting for the broker; beat makes up for what is lost."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import structlog
from celery import Celery

from werkpad import logs
from workers import project, rebuild
from workers.waiting import PATIENCE, is_told_already

log = structlog.get_logger()

AGAIN = 1.0  # seconds between attempts while the broker is away
GIVEN_UP = 60.0  # seconds without a new nudge, after which the clock alone makes up for what was not sent
AT_ONCE = 64  # messages: more workers than that don't take part in a rebuild


class Nudger:
    """Sends nudges from a thread of its own, which each process starts when it first nudges.

    Nudges of a kind that wait are one nudge, which names the request of the last of them. While the broker is away it
    is tried again each second: nothing is lost, since what is to be done stands in the database, and beat or the next
    page catches up.
    """

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._begin()
        _nudgers.add(self)

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._wanted: Counter[str] = Counter()
        self._asked_by: dict[str, str | None] = {}
        self._wanted_at = 0.0
        self._thread: threading.Thread | None = None

    def nudge(self, task: str = project.NAME, times: int = 1) -> None:
        """Have a task started by some worker. Takes microseconds and never fails."""
        if self._app.conf.task_always_eager:
            _run_here(self._app, task, times)
            return
        with self._changed:
            self._wanted[task] = min(times, AT_ONCE)
            self._asked_by[task] = logs.request_id()
            self._wanted_at = time.monotonic()
            if self._thread is None:
                self._thread = threading.Thread(target=self._send_all, name="nudge", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _send_all(self) -> None:
        link = _Link(self._app)
        away = False
        while True:
            with self._changed:
                while not self._wanted:
                    self._changed.wait()
                wanted, self._wanted = self._wanted, Counter()
                asked_by = dict(self._asked_by)
            try:
                link.send(wanted, asked_by)
            except Exception as error:
                if not away:
                    log.warning("nudge_lost", error=type(error).__name__)
                away = True
                link.close()
                with self._changed:
                    if time.monotonic() - self._wanted_at < GIVEN_UP:
                        # Whoever nudged meanwhile asked for the same.
                        self._wanted |= wanted
                time.sleep(AGAIN)
            else:
                if away:
                    log.info("nudges_arrive_again")
                away = False


class _Link:
    """One connection to the broker, made when it is needed."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._connection: Any = None
        self._producer: Any = None

    def send(self, wanted: Counter[str], asked_by: Mapping[str, str | None]) -> None:
        if self._connection is None:
            options = self._app.conf.broker_transport_options | PATIENCE
            self._connection = self._app.connection_for_write(transport_options=options)
            self._producer = self._app.amqp.Producer(self._connection, auto_declare=False)
        for task, times in wanted.items():
            if is_told_already(self._app, self._connection, task):
                continue
            headers = {logs.REQUEST_ID: asked_by[task]} if asked_by.get(task) else {}
            for _ in range(times):
                self._app.tasks[task].apply_async(producer=self._producer, retry=False, headers=headers)

    def close(self) -> None:
        connection, self._connection = self._connection, None
        with suppress(Exception):
            connection.release()


def _run_here(app: Celery, task: str, times: int) -> None:
    for _ in range(times):
        try:
            app.tasks[task].apply()
        except Exception as error:
            # What was recorded is recorded; the clock does this again.
            log.warning("nudge_lost", error=type(error).__name__)


_nudgers: WeakSet[Nudger] = WeakSet()


def _after_fork() -> None:
    # Threads don't come along, and a lock that one of them held would never be let go.
    for nudger in list(_nudgers):
        nudger._begin()


os.register_at_fork(after_in_child=_after_fork)


def nudger(app: Celery) -> Callable[[], None]:
    """A function to call after each command: it has the projecting task started, takes no time and never fails."""
    return Nudger(app).nudge


def call_to_rebuild(app: Celery, times: int) -> None:
    """Call workers to take part in the rebuild that was begun; never fails, since whoever called can do it alone."""
    Nudger(app).nudge(rebuild.NAME, times)
