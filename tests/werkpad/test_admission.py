"""Who is let in, by how many wait and how long those before them took."""

from __future__ import annotations

from concurrent.futures import Future
from types import SimpleNamespace
from typing import Any

import pytest

from werkpad import admission
from werkpad.admission import WAITING, Worker

THREADS = 4


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Worker:
    monkeypatch.setattr(Worker, "finish_request", lambda *_: None)
    worker = Worker.__new__(Worker)
    worker.cfg = SimpleNamespace(threads=THREADS)
    worker._in_hand, worker._takes = 0, 0.0
    return worker


def let_in(worker: Worker) -> int:
    """How many are let in that come at the same moment."""
    while not worker._comes_in_vain():
        worker._in_hand += 1
    return worker._in_hand


def finish(worker: Worker, monkeypatch: pytest.MonkeyPatch, seconds: float, *, refused: bool = False) -> None:
    """A request comes to its end that kept a thread for so long."""
    worker._in_hand += 1
    monkeypatch.setattr(admission, "time", SimpleNamespace(monotonic=lambda: seconds))
    conn: Any = SimpleNamespace(begun_at=0.0, refused=refused)
    worker._finish_in_hand(conn, Future())


def test_as_many_wait_as_there_is_room_for_while_pages_are_quick(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(100):
        finish(worker, monkeypatch, 0.05)
    assert let_in(worker) == THREADS + WAITING


def test_fewer_wait_where_the_last_would_wait_in_vain(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(100):
        finish(worker, monkeypatch, 0.5)
    # Of those who wait, four come to their turn every half second: six in the time that one may be likely to wait.
    assert let_in(worker) == THREADS + 6


def test_who_finds_a_thread_is_let_in_however_long_it_took(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(100):
        finish(worker, monkeypatch, 60.0)
    assert let_in(worker) == THREADS
    for _ in range(100):
        finish(worker, monkeypatch, 0.05)
    worker._in_hand = 0
    assert let_in(worker) == THREADS + WAITING, "it is soon forgotten"


def test_one_that_was_refused_says_nothing_of_how_long_pages_take(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(100):
        finish(worker, monkeypatch, 0.5)
    for _ in range(100):
        finish(worker, monkeypatch, 0.0, refused=True)
    assert let_in(worker) == THREADS + 6
