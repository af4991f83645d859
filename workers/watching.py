"""Each run of a task is seen by whoever watches: a line in the log, and counted in the database, by its name alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import structlog
from celery import current_task
from celery.signals import worker_process_shutdown

from application.services import Services
from application.task_runs import DONE, FAILED, NOTHING, WAITS, Runs, note_runs
from werkpad import logs

# Seconds between two times that a process writes down what it counted: the ticks would be a write each.
WRITE_EVERY = 10.0

log = structlog.get_logger()


class Tally:
    """The runs in this process that were not written down yet."""

    def __init__(self, services: Callable[[], Services]) -> None:
        self._services = services
        self._lock = threading.Lock()
        self._runs: dict[tuple[str, str], Runs] = {}
        self._written_at: float | None = None

    def count(self, name: str, outcome: str, seconds: float) -> None:
        run = Runs(1, seconds, datetime.now(UTC))
        with self._lock:
            before = self._runs.get((name, outcome))
            self._runs[name, outcome] = before.and_also(run) if before else run
            if self._written_at is not None and time.monotonic() - self._written_at < WRITE_EVERY:
                return
            self._written_at = time.monotonic()
        self.write()

    def write(self) -> None:
        """Write down what was counted; while the database is away it is kept."""
        with self._lock:
            counted, self._runs = self._runs, {}
        if not counted:
            return
        try:
            note_runs(self._services(), counted)
        except Exception as error:
            log.debug("runs_not_counted", error=type(error).__name__)
            with self._lock:
                for key, runs in counted.items():
                    later = self._runs.get(key)
                    self._runs[key] = runs.and_also(later) if later else runs


def watched(name: str, work: Callable[..., Any], tally: Tally) -> Callable[..., Any]:
    """The task, seen. When it returns None it waits; when it returns zero or False, there was nothing to do."""

    @wraps(work)
    def seen(*args: Any, **kwargs: Any) -> Any:
        began = time.monotonic()
        with logs.about(_request_id()):
            try:
                done = work(*args, **kwargs)
            except BaseException as error:
                _tell(tally, name, FAILED, time.monotonic() - began, error=type(error).__name__)
                raise
            _tell(tally, name, WAITS if done is None else DONE if done else NOTHING, time.monotonic() - began)
        return done

    return seen


def _request_id() -> str:
    """Of the request that asked for this run; else of the run itself."""
    message = current_task.request if current_task else None
    told = message.get(logs.REQUEST_ID) if message else None
    # A task that runs inside a request belongs to that.
    return logs.as_request_id(told or logs.request_id() or (message.id if message else None))


def _tell(tally: Tally, name: str, outcome: str, seconds: float, **more: str) -> None:
    # What there was nothing to do for comes every few seconds; what waits has said so once, in `patient`.
    say = {NOTHING: log.debug, WAITS: log.debug, FAILED: log.error}.get(outcome, log.info)
    say("task", name=name, outcome=outcome, duration_ms=round(seconds * 1000, 1), **more)
    tally.count(name, outcome, seconds)


def write_at_the_end(tally: Tally) -> None:
    """Have a worker's process write down what it counted before it ends."""
    worker_process_shutdown.connect(lambda **_: tally.write(), weak=False)
