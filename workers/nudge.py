"""Tell the workers that something was recorded; a nudge that gets lost is made up for by the clock."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from workers import project, rebuild

log = structlog.get_logger()


def nudger(app: Celery) -> Callable[[], None]:
    """A function to call after each command: it starts the projecting task, and never fails."""
    return lambda: _nudge(app, project.NAME)


def call_to_rebuild(app: Celery, times: int) -> None:
    """Call workers to take part in the rebuild that was begun; never fails, since whoever called can do it alone."""
    for _ in range(times):
        _nudge(app, rebuild.NAME)


def _nudge(app: Celery, task: str) -> None:
    try:
        app.tasks[task].apply_async(expires=10)
    except (OperationalError, OSError) as error:
        # Nothing is lost: what is to be done stands in the database, and beat or the next page catches up.
        log.warning("nudge_lost", error=type(error).__name__)
