"""Tell the workers that something was recorded; a nudge that gets lost is made up for by the clock."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

from workers import project

log = structlog.get_logger()


def nudger(app: Celery) -> Callable[[], None]:
    """A function to call after each command: it starts the projecting task, and never fails."""

    def nudge() -> None:
        try:
            app.tasks[project.NAME].apply_async(expires=10)
        except (OperationalError, OSError) as error:
            # Nothing is lost: the command stands in the log, and beat or the next page catches up.
            log.warning("nudge_lost", error=type(error).__name__)

    return nudge
