"""The broker stopped, restarted and emptied: commands go on, and the read models catch up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import redis

from tests.conftest import environment
from tests.faults.conftest import Coaches, is_what_the_log_says
from tests.processes import caught_up, lives, process, sender, until
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import Services, build
from workers.nudge import nudger


@pytest.fixture
def port() -> int:
    return servers.free_port()


@pytest.fixture
def env(fresh_postgres: str, port: int) -> dict[str, str]:
    return environment(fresh_postgres, WERKPAD_BROKER_URL=f"redis://127.0.0.1:{port}/0")


@pytest.fixture
def live(env: dict[str, str]) -> Iterator[Services]:
    services = build(Settings.from_environment(env))
    services.create()
    yield services
    services.close()


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_stopped_and_started_again(live: Services, env: dict[str, str], port: int, times: int) -> None:
    nudge = nudger(sender(live))
    with ExitStack() as stack:
        broker = ExitStack()
        broker.enter_context(servers.valkey(port=port))
        stack.enter_context(process("worker --concurrency 1", env))
        stack.enter_context(process("beat", env))
        lives(live, clients=2, contacts=2)
        until(lambda: caught_up(live), "it did not work to begin with")
        for _ in range(times):
            broker.close()
            with Coaches(live, 2).at_work():
                for _ in range(3):
                    nudge()
            assert not caught_up(live)
            broker.enter_context(servers.valkey(port=port))
            until(lambda: caught_up(live), "the read models did not catch up")
        broker.close()
    is_what_the_log_says(live)


def test_emptied(live: Services, env: dict[str, str], port: int) -> None:
    nudge = nudger(sender(live))
    with servers.valkey(port=port) as url, process("worker --concurrency 1", env), process("beat", env):
        for _ in range(3):
            lives(live, clients=3, contacts=3)
            nudge()
            redis.Redis.from_url(url).flushall()
            until(lambda: caught_up(live), "the read models did not catch up")
    is_what_the_log_says(live)
