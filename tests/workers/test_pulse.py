"""A worker is well as long as its loop goes round and what it took comes to an end."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from workers import pulse
from workers.pulse import Pulse


@dataclass
class Request:
    id: str


@dataclass
class Worker:
    """A worker's clock, in minutes, and what it has in hand."""

    minutes: float = 0
    reserved_requests: list[Request] = field(default_factory=list)

    def monotonic(self) -> float:
        return 1000 + 60 * self.minutes

    def look(self, minutes: float, *in_hand: str) -> bool:
        """Whether it is well after looking at what it has in hand so many minutes later."""
        self.minutes += minutes
        self.reserved_requests = [Request(name) for name in in_hand]
        Pulse.look()
        return Pulse.well()


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    made = Worker()
    monkeypatch.setattr(pulse, "time", made)
    monkeypatch.setattr(pulse, "state", made)
    monkeypatch.setattr(Pulse, "looked_at", made.monotonic())
    monkeypatch.setattr(Pulse, "moved_at", made.monotonic())
    monkeypatch.setattr(Pulse, "in_hand", frozenset())
    return made


def test_one_that_has_nothing_to_do_is_well(worker: Worker) -> None:
    assert [worker.look(10) for _ in range(9)] == [True] * 9


def test_one_whose_loop_stands_still_is_not(worker: Worker) -> None:
    assert worker.look(0)
    worker.minutes += 0.98
    assert Pulse.well()
    worker.minutes += 0.04
    assert not Pulse.well()
    assert worker.look(0), "it goes round again"


def test_one_whose_tasks_never_end_is_not(worker: Worker) -> None:
    assert worker.look(0, "a", "b")
    assert worker.look(14.9, "a", "b"), "a task may take a quarter of an hour"
    assert not worker.look(0.2, "a", "b")
    assert worker.look(0, "a", "c"), "one of them ended"
    assert worker.look(14.9, "a", "c")
    assert worker.look(0.2)
