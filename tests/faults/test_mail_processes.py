"""Mail beside the rest: two at once, workers while the mail server hangs, one killed between yes and done."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from application.services import Services
from records import outbox
from tests.conftest import Clock
from tests.faults.mailing import deliver, prepare, row, settings, write_to
from tests.post import Hanging, Post, post_office
from tests.processes import caught_up, lives, process, sender, until
from werkpad.settings import Settings
from werkpad.wiring import build
from workers import deliver_mail, smtp
from workers.app import make_app
from workers.beat import start_embedded_beat
from workers.nudge import nudger


def test_two_at_once_send_one_mail(
    make_services: Callable[..., Services], database_url: str, port: int, clock: Clock
) -> None:
    both = [make_services(database_url, **settings(port)) for _ in range(2)]
    prepare(both[0])
    clock.now += timedelta(days=33)
    for _ in range(3):
        write_to(both[0], "one@x.example", "two@x.example")
    with post_office(Post(), port) as post:
        threads = [threading.Thread(target=deliver, args=(services,)) for services in both * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        deliver(both[0])
    assert sorted(post.addresses) == ["one@x.example"] * 3 + ["two@x.example"] * 3


def test_a_claimed_message_is_left_alone_even_without_the_lock(office: Services, post: Post, clock: Clock) -> None:
    (message_id,) = write_to(office, "one@x.example")
    with office.database.write() as connection:
        assert outbox.claim(connection, message_id, clock.now)
        assert not outbox.claim(connection, message_id, clock.now)
    assert deliver(office) == 0
    clock.now += outbox.CLAIMED
    assert deliver(office) == 1, "the other one is gone"


@pytest.fixture
def mailing(env: dict[str, str], port: int) -> Iterator[tuple[Services, dict[str, str]]]:
    """Services of real processes, with mail in the outbox for a server at `port`."""
    env = env | settings(port)
    services = build(Settings.from_environment(env))
    services.create()
    prepare(services, days_ago=40)
    yield services, env
    services.close()


def test_workers_go_on_folding_while_the_mail_server_hangs(env: dict[str, str], live: Services, port: int) -> None:
    with Hanging() as server:
        env = env | settings(server.port)
        prepare(live, days_ago=40)
        write_to(live, *(f"{nth}@x.example" for nth in range(60)))
        with process("worker", env), process("beat", env):
            until(lambda: server.connections > 0, "the worker did not ask the mail server")
            for _ in range(3):
                lives(live, clients=3, contacts=3)
                nudger(sender(live))()
                until(lambda: caught_up(live), "the worker waits for the mail server")


def test_killed_between_the_servers_yes_and_ours_it_comes_twice_with_one_id(
    mailing: tuple[Services, dict[str, str]], port: int
) -> None:
    services, env = mailing
    (message_id,) = write_to(services, "one@x.example")
    post = Post()
    call = sender(services).tasks[deliver_mail.NAME]
    with post_office(post, port):
        with process("worker", env) as worker:
            post.when_taken = lambda: os.killpg(worker.pid, signal.SIGKILL)
            call.apply_async()
            until(lambda: worker.poll() is not None, "the worker did not send it")
        assert row(services, message_id).state == "waiting"
        post.when_taken = lambda: None
        with services.database.write() as connection:
            # The claim of the dead runs out.
            connection.execute(update(outbox.outbox).values(try_at=services.clock()))
        with process("worker", env):
            call.apply_async()
            until(lambda: row(services, message_id).state == "sent", "it was not sent again")
    first, second = post.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_broker_the_timetable_goes_on_while_the_mail_server_hangs(
    make_services: Callable[..., Services], fresh_sqlite: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    # It is waited for until the end, so what goes on meanwhile does not wait.
    monkeypatch.setattr(smtp, "ANSWER", 3_600)
    monkeypatch.setattr(smtp, "OPENING", 3_600)
    with Hanging() as server:
        services = make_services(fresh_sqlite, **settings(server.port))
        prepare(services)
        clock.now += timedelta(days=33)
        write_to(services, "one@x.example")
        app = make_app(services.settings, lambda: services)
        app.conf.beat_schedule["deliver_mail"]["schedule"] = timedelta(seconds=1)
        beat = start_embedded_beat(app)
        try:
            until(lambda: server.connections > 0, "nobody asked the mail server")
            for _ in range(3):
                lives(services, clients=1, contacts=1)
                until(lambda: caught_up(services), "the timetable waits for the mail server")
            assert server.connections == 1
            assert any(thread.name == deliver_mail.NAME for thread in threading.enumerate()), "nobody waits any more"
        finally:
            beat.stop()
    for thread in threading.enumerate():
        if thread.name in (deliver_mail.NAME, "beat"):
            thread.join()
