"""Beat: keeps the timetable, sending what is due to the workers, or running it in a thread where there is no broker."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from functools import cached_property
from typing import Any

import structlog
from celery import Celery
from celery.beat import Scheduler, Service
from celery.schedules import crontab

from workers.waiting import PATIENCE, is_told_already

log = structlog.get_logger()

JUMP = 5.0  # seconds that the clock may be put forward or back before what is due is reckoned anew


class Timetable(Scheduler):  # type: ignore[misc]  # the library has no types
    """Celery's scheduler, which knows when it last was at work, survives a clock that is put right, and does not pile
    up ticks for workers that are away."""

    ticked_at = time.monotonic()
    stuck_after = 60.0  # seconds without a tick

    @classmethod
    def ticks(cls) -> bool:
        """Whether the timetable of this process goes on."""
        return time.monotonic() - Timetable.ticked_at < cls.stuck_after

    def tick(self, *args: Any, **kwargs: Any) -> float:
        ahead = time.time() - time.monotonic()
        if abs(ahead - self.__dict__.setdefault("_ahead", ahead)) > JUMP:
            self._reckon_anew()
            self._ahead = ahead
        pause = float(super().tick(*args, **kwargs))
        # Of the class: the thread that tells how beat is does not know which of them is at work.
        Timetable.ticked_at = time.monotonic()
        return pause

    def _reckon_anew(self) -> None:
        # What ran last in what is now the future would not be due again until then.
        log.warning("clock_jumped")
        for entry in self.schedule.values():
            now: datetime = entry.default_now()
            entry.last_run_at = min(entry.last_run_at, now)
        self._heap = None

    @cached_property
    def connection(self) -> Any:
        return self.app.connection_for_write(transport_options=self.app.conf.broker_transport_options | PATIENCE)

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **kwargs: Any) -> Any:
        # What has an hour of its own is always sent: it comes once.
        if not isinstance(entry.schedule, crontab) and is_told_already(self.app, self.connection, entry.task):
            return None
        return super().apply_async(entry, producer=producer, advance=advance, **kwargs)


class RunsHere(Timetable):
    """The same, running each due task in this process instead of sending it; those that have a queue of their own in a
    thread of their own, so that a mail server that hangs does not stop the timetable."""

    stuck_after = 15 * 60.0  # a tick may be a task, and take as long

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._apart = threading.Lock()
        super().__init__(*args, **kwargs)

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **kwargs: Any) -> Any:
        entry = self.reserve(entry) if advance else entry
        if entry.task not in self.app.conf.task_routes:
            return self._run(entry)
        if self._apart.acquire(blocking=False):
            threading.Thread(target=self._run_apart, args=(entry,), name=entry.task, daemon=True).start()
        return None

    def _run(self, entry: Any) -> Any:
        try:
            return self.app.tasks[entry.task].apply(entry.args, entry.kwargs)
        except Exception as error:
            # Never its text, which may hold what somebody typed. It is due again soon.
            log.error("task_failed", task=entry.task, error=type(error).__name__)
            return None

    def _run_apart(self, entry: Any) -> None:
        try:
            self._run(entry)
        finally:
            self._apart.release()


class EmbeddedBeat:
    """The timetable in a thread of this process. Whatever a task does, the thread goes on."""

    def __init__(self, app: Celery) -> None:
        self._app = app
        self._stopping = threading.Event()
        self._service = self._new_service()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)
        self._thread.start()

    def _new_service(self) -> Service:
        return Service(self._app, max_interval=1, scheduler_cls=RunsHere)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._service.start(embedded_process=False)
            except BaseException as error:
                log.error("beat_stopped", error=type(error).__name__)
            # It ends on SystemExit, too, which a task may raise.
            if not self._stopping.wait(1):
                self._service = self._new_service()

    def stop(self, wait: bool = False) -> None:
        """End it; with `wait`, return when the task that is running has ended."""
        self._stopping.set()
        self._service.stop()
        if wait:
            self._thread.join()


def start_embedded_beat(app: Celery) -> EmbeddedBeat:
    """Keep the timetable in a thread of this process; `stop()` ends it."""
    return EmbeddedBeat(app)
