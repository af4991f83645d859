"""A task that can't be done yet says so once, and waits for its next time."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog

from application.failures import PoisonError, StoppedError

log = structlog.get_logger()


def patient(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    """The task, ending calmly where an event can't be used or a read model is not up to date: nothing was done then,
    and the timetable starts it again. A process says so when it begins, and when it is over."""
    said = ""

    @wraps(work)
    def patiently(*args: Any, **kwargs: Any) -> Any:
        nonlocal said
        try:
            done = work(*args, **kwargs)
        except (PoisonError, StoppedError) as error:
            if said != str(error):
                said = str(error)
                log.error("task_waits", task=name, reason=said)
            return None
        if said:
            said = ""
            log.info("task_goes_on", task=name)
        return done

    return patiently
