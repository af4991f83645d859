"""Whether a worker does its work: its main loop goes round, and what it took comes to an end."""

from __future__ import annotations

import time
from typing import Any

from celery.bootsteps import StartStopStep
from celery.worker import state

from werkpad.heart import WORKER, Heart, heart_of_its_own
from werkpad.settings import Settings

LOOK_EVERY = 5.0  # seconds
LOOP_STUCK = 60.0
# Longer than any task should take: a rebuild is many shards, each a few minutes at most.
TASKS_STUCK = 15 * 60.0


class Pulse(StartStopStep):  # type: ignore[misc]  # the library has no types
    """A step of the worker's consumer, which starts anew with each connection to the broker."""

    heart: Heart | None = None
    looked_at = moved_at = 0.0
    in_hand: frozenset[str] = frozenset()
    settings: Settings

    def start(self, consumer: Any) -> None:
        self.look()
        consumer.timer.call_repeatedly(LOOK_EVERY, self.look)
        if Pulse.heart is None:
            # Of the worker's processes this one does no task.
            Pulse.heart = heart_of_its_own(self.settings, WORKER, self.well).start()

    @staticmethod
    def look() -> None:
        in_hand = frozenset(request.id for request in state.reserved_requests)
        if in_hand != Pulse.in_hand or not in_hand:
            Pulse.moved_at = time.monotonic()
        Pulse.in_hand, Pulse.looked_at = in_hand, time.monotonic()

    @staticmethod
    def well() -> bool:
        now = time.monotonic()
        return now - Pulse.looked_at < LOOP_STUCK and now - Pulse.moved_at < TASKS_STUCK


def with_pulse(app: Any, settings: Settings) -> Any:
    """The app, whose worker tells that it is at work."""
    Pulse.settings = settings
    app.steps["consumer"].add(Pulse)
    return app
