"""Workers killed, doubled, and called to twice."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack

import pytest

from application.services import Services
from tests.faults.conftest import is_what_the_log_says
from tests.processes import caught_up, lives, process, sender, until
from workers.nudge import nudger


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_killed_in_the_middle_of_a_batch(live: Services, env: dict[str, str], kills: int) -> None:
    nudge = nudger(sender(live))
    for _ in range(kills):
        lives(live, clients=30, contacts=30)
        before = sum(f.position for f in live.engine.freshness().values())
        with process("worker --concurrency 2", env) as worker:
            for _ in range(3):
                nudge()
            # As soon as something moves, the worker is in the middle of it.
            until(lambda: sum(f.position for f in live.engine.freshness().values()) > before, "nothing moved")  # noqa: B023 - called within the round
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
    with process("worker --concurrency 2", env):
        nudge()
        until(lambda: caught_up(live), "the worker did not catch up")
    is_what_the_log_says(live)


@pytest.mark.parametrize("rounds", [2, pytest.param(20, marks=pytest.mark.slow)])
def test_six_at_once_and_every_message_delivered_twice(live: Services, env: dict[str, str], rounds: int) -> None:
    nudge = nudger(sender(live))
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(process("worker --concurrency 2", env))
        for _ in range(rounds):
            lives(live, clients=40, contacts=20)
            for _ in range(2 * 6):
                nudge()
            until(lambda: caught_up(live), "the workers did not catch up")
    is_what_the_log_says(live)
