"""The figures of all of it: how far read models lag, what waits, who is at work, as far as they can be had in time.

Numbers by name, and nothing of anybody. Asked for by whoever watches Werkpad; how they are written is not known here.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from application.services import Services
from database.patience import DEADLINE, patience
from eventlog.poison import PoisonError
from projections.engine.positions import Freshness
from records import heartbeats, mail_server, outbox, task_runs
from records.heartbeats import Process
from records.task_runs import Runs
from werkpad.health import NoAnswerError, Question

# How many messages wait in each queue. Raises when the broker is away.
Queues = Callable[[], Mapping[str, int]]


@dataclass
class InDatabase:
    """What the database told; None where it was not asked any more. `complete`: it told all of it."""

    processes: list[Process] | None = None
    mail: dict[str, int] | None = None
    mail_server_away: bool | None = None
    runs: dict[tuple[str, str], Runs] | None = None
    read_models: dict[str, Freshness] | None = None
    lags: dict[str, float] | None = None
    complete: bool = False

    @property
    def head(self) -> int | None:
        """The last position of the log."""
        return next((f.head for f in (self.read_models or {}).values()), None)

    @property
    def ready(self) -> bool:
        """People can be served: as the ready path tells it."""
        found = self.read_models or {}
        return self.complete and not (found and all(f.stopped_at is not None for f in found.values()))


@dataclass
class Figures:
    """What is known. `queues` is None where there is no broker, or it does not answer."""

    database: InDatabase = field(default_factory=InDatabase)
    has_broker: bool = False
    queues: Mapping[str, int] | None = None


class Counted:
    """Finds the figures within two seconds, whatever hangs."""

    def __init__(self, services: Services, queues: Queues | None) -> None:
        self._services = services
        self._so_far = InDatabase()
        self._database = Question(self._look)
        self._queues = Question(lambda: _asked(queues)) if queues else None

    def look(self) -> Figures:
        self._database.begin()
        if self._queues:
            self._queues.begin()
        end = time.monotonic() + DEADLINE
        try:
            found = self._database.answer(DEADLINE)
        except NoAnswerError:
            found = self._so_far
        return Figures(found, self._queues is not None, self._waiting(max(end - time.monotonic(), DEADLINE / 10)))

    def _waiting(self, seconds: float) -> Mapping[str, int] | None:
        if self._queues is None:
            return None
        try:
            return self._queues.answer(seconds)
        except NoAnswerError:
            return None

    def _look(self) -> InDatabase:
        found = self._so_far = InDatabase()
        with suppress(Exception), patience(DEADLINE):
            self._ask(found)
        return found

    def _ask(self, found: InDatabase) -> None:
        with self._services.database.read() as connection:
            found.processes = heartbeats.seen(connection)
            found.mail = outbox.counts(connection)
            found.mail_server_away = mail_server.away(connection) is not None
            found.runs = task_runs.counted(connection)
        found.read_models = self._services.engine.freshness()
        found.lags = lags(self._services, found.read_models)
        found.complete = True


def _asked(queues: Queues) -> Mapping[str, int] | None:
    try:
        return queues()
    except Exception:
        return None


def lags(services: Services, read_models: Mapping[str, Freshness]) -> dict[str, float]:
    """For how many seconds the oldest event that a read model does not show yet has been in the log; 0 for none."""
    now = services.clock()
    behind = {f.position for f in read_models.values() if f.behind}
    recorded = {position: _recorded_after(services, position) for position in behind}

    def lag(read_model: Freshness) -> float:
        if not read_model.behind:
            return 0.0
        # Of an event that can't be read nobody knows when it was recorded: not long before the last fold.
        since = recorded[read_model.position] or read_model.updated_at
        return max((now - since).total_seconds(), 0.0) if since else 0.0

    return {name: lag(read_model) for name, read_model in read_models.items()}


def _recorded_after(services: Services, position: int) -> datetime | None:
    try:
        page = services.log.page(position, 1)
    except PoisonError:
        return None
    return page[0].event.recorded_at if page else None
