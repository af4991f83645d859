"""Mail: a bad message, a server that refuses, is away or hangs, workers killed; each message arrives, or is told of."""

from __future__ import annotations

import base64
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from application.services import Services
from database.rows import Row
from domain.roles import Role, Viewer
from eventlog.commands import Moment
from feedback.signal import Kind, LogSignal
from records import mail_server, notices, outbox, people
from records.people import Account, Team
from tests.conftest import Clock
from tests.post import Hanging, Post, lets_nobody_in, post_office
from tests.processes import caught_up, lives, process, sender, until
from werkpad import servers
from werkpad.cli import main
from werkpad.settings import Settings
from werkpad.wiring import build
from workers import deliver_mail, smtp
from workers.app import make_app
from workers.beat import start_embedded_beat
from workers.nudge import nudger

TEAM = Team(UUID(int=100), "north", "Team north", specialised=False)


@pytest.fixture
def port() -> int:
    return servers.free_port()


@pytest.fixture
def post(port: int) -> Iterator[Post]:
    with post_office(Post(), port, enable_SMTPUTF8=False) as made:
        yield made


@pytest.fixture
def office(make_services: Callable[..., Services], database_url: str, port: int, clock: Clock) -> Services:
    services = make_services(database_url, **settings(port))
    prepare(services)
    clock.now += timedelta(days=33)
    return services


def settings(port: int, user: str = "") -> dict[str, str]:
    return {"WERKPAD_SMTP_URL": f"smtp://{user}127.0.0.1:{port}", "WERKPAD_MAIL_FROM": "werk@city.example"}


def prepare(services: Services, days_ago: int = 0) -> None:
    """A signal that was logged and that nobody looked at: who looks after it, is told so, after some weeks."""
    with services.database.write() as connection:
        people.add_team(connection, TEAM)
    viewer = Viewer(uuid4(), Role.WORK_COACH, TEAM.team_id)
    command = LogSignal(signal_id=uuid4(), viewer=viewer, kind=Kind.FAULT, page="", seen="Something")
    services.signals.handle(command, Moment(services.clock() - timedelta(days=days_ago)), uuid4())


def write_to(services: Services, *addresses: str, kind: str = notices.CLOCKS, language: str = "nl") -> list[UUID]:
    """Have a mail sent to these addresses, whatever they are, in this order."""
    message_ids = []
    with services.database.write() as connection:
        for address in addresses:
            account_id, message_id = uuid4(), uuid4()
            account = Account(
                account_id,
                account_id.hex,
                "Invented Person",
                Role.WORK_COACH,
                TEAM.team_id,
                True,
                True,
                language=language,
                email=address,
            )
            people.add_account(connection, account, "", password_hash="none")
            put_at = services.clock() + timedelta(milliseconds=len(message_ids) - len(addresses))
            outbox.put(connection, message_id, kind, account_id, put_at)
            message_ids.append(message_id)
    return message_ids


def deliver(services: Services) -> int:
    return int(make_app(services.settings, lambda: services).tasks[deliver_mail.NAME].run())


def row(services: Services, message_id: UUID) -> Row:
    with services.database.read() as connection:
        found = connection.execute(select(outbox.outbox).where(outbox.outbox.c.message_id == message_id))
        return dict(found.mappings().one())


def state(services: Services, message_id: UUID) -> tuple[str, str | None]:
    found = row(services, message_id)
    return found["state"], found["error"]


# one message alone


@pytest.mark.parametrize(
    "address",
    [
        "a@x.example,b@y.example",
        "a@x.example b@y.example",
        "a@x.example\nBcc: b@y.example",
        "no-sign",
        "@x.example",
        "a@",
        "a@b@x.example",
        ".@x.example",
        "a@.",
        "a@x..example",
        "a.@x.example",
        "(a)@x",
        "<a@x.example>",
        '"a@x.example',
        "a@[1",
        "jan:;",
        "jän@x.example",
        "a\x00@x.example",
        "a@x.example;b@y.example",
        "a@" + "x" * 300,
        "a" * 180 + "@x.example",
    ],
)
def test_an_address_that_is_none_stops_nobody_elses_mail(
    make_services: Callable[..., Services], fresh_sqlite: str, port: int, post: Post, clock: Clock, address: str
) -> None:
    services = make_services(fresh_sqlite, **settings(port))
    prepare(services)
    clock.now += timedelta(days=33)
    before, bad, after = write_to(services, "one@x.example", address, "two@x.example")
    assert deliver(services) == 2
    assert post.addresses == post.asked_for == ["one@x.example", "two@x.example"]
    assert state(services, bad) == ("failed", "address_refused")
    assert state(services, before) == state(services, after) == ("sent", None)


def test_letters_of_other_alphabets_go_where_the_server_knows_them(office: Services, port: int) -> None:
    with post_office(Post(), port, enable_SMTPUTF8=True) as post:
        write_to(office, "jän@x.example", "post@müller.example")
        assert deliver(office) == 2
    assert post.asked_for == ["jän@x.example", "post@xn--mller-kva.example"]


def test_a_message_that_can_not_be_made_is_given_up_alone(
    office: Services, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(notices._TEXTS["en"], notices.CLOCKS, ("A subject", "{nobody_counts_this}"))
    (bad,) = write_to(office, "one@x.example", language="en")
    write_to(office, "two@x.example")
    assert deliver(office) == 1
    assert post.addresses == ["two@x.example"]
    assert state(office, bad) == ("failed", "not_composed")


@pytest.fixture
def timeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mails whose moment does not pass, as news and proposals are."""
    monkeypatch.setattr(notices, "good_until", lambda _kind, _put_at: None)


@pytest.mark.usefixtures("timeless")
def test_the_servers_no_and_its_not_now_are_about_one_message(office: Services, post: Post, clock: Clock) -> None:
    post.refused = {"gone@x.example": "550 No such user", "full@x.example": "452 Mailbox full"}
    gone, full, fine = write_to(office, "gone@x.example", "full@x.example", "fine@x.example")
    assert deliver(office) == 1
    assert state(office, gone) == ("failed", "address_refused"), "at once"
    assert state(office, full) == ("waiting", "not_taken")
    assert state(office, fine) == ("sent", None)
    for _ in range(8):  # more attempts than were ever enough
        clock.now += timedelta(hours=14)
        deliver(office)
    post.refused.clear()
    clock.now += timedelta(hours=1)
    assert deliver(office) == 1 and state(office, full) == ("sent", None)


def test_a_refused_text_fails_at_once(office: Services, post: Post) -> None:
    post.refused = {"data": "554 Rejected as spam"}
    (message_id,) = write_to(office, "one@x.example")
    assert deliver(office) == 0
    assert state(office, message_id) == ("failed", "mail_refused")


# the whole server


@pytest.mark.usefixtures("timeless")
def test_an_outage_of_four_days_charges_nobody(office: Services, port: int, clock: Clock) -> None:
    messages = write_to(office, "one@x.example", "two@x.example")
    for _ in range(8):
        assert deliver(office) == 0
        clock.now += timedelta(hours=12)
    for message_id in messages:
        assert (row(office, message_id)["state"], row(office, message_id)["attempts"]) == ("waiting", 0)
    with post_office(Post(), port) as post:
        clock.now += timedelta(minutes=5)
        assert deliver(office) == 2
    assert post.addresses == ["one@x.example", "two@x.example"]
    with office.database.read() as connection:
        assert mail_server.away(connection) is None


@pytest.mark.usefixtures("timeless")
def test_an_outage_of_a_week_is_told_and_sent_again_by_hand(office: Services, port: int, clock: Clock) -> None:
    (message_id,) = write_to(office, "one@x.example")
    for _ in range(6):
        deliver(office)
        clock.now += timedelta(days=1)
    assert state(office, message_id) == ("failed", "unreachable")
    with office.database.read() as connection:
        assert outbox.counts(connection) == {"waiting": 0, "sent": 0, "dropped": 0, "failed": 1}
    told = werkpad(office, "mail")
    assert "1 failed" in told and "can't be reached" in told and "one@" not in told
    assert "1 failed" in werkpad(office, "status")
    assert "1 messages will be tried again" in werkpad(office, "mail", "--send-again")
    assert "0 messages will be tried again" in werkpad(office, "mail", "--send-again"), "twice is once"
    clock.now = max(clock.now, datetime.now(UTC))
    with post_office(Post(), port) as post:
        assert deliver(office) == 1
    assert post.addresses == ["one@x.example"]


def werkpad(services: Services, *arguments: str) -> str:
    of = services.settings
    env = {
        "WERKPAD_DATABASE_URL": of.database_url,
        "WERKPAD_SMTP_URL": of.smtp_url,
        "WERKPAD_MAIL_FROM": of.mail_from,
        "WERKPAD_KEY_ENCRYPTION_KEY": base64.b64encode(of.key_encryption_key).decode(),
        "WERKPAD_SECRET_KEY": of.secret_key,
    }
    return CliRunner().invoke(main, list(arguments), env=env, catch_exceptions=False).output


def test_a_wrong_password_is_the_servers_matter(
    make_services: Callable[..., Services], database_url: str, port: int, clock: Clock
) -> None:
    services = make_services(database_url, **settings(port, "werkpad:wrong@"))
    prepare(services)
    clock.now += timedelta(days=33)
    messages = write_to(services, "one@x.example", "two@x.example")
    with post_office(Post(), port, authenticator=lets_nobody_in, auth_require_tls=False):
        assert deliver(services) == 0
    assert {(row(services, m)["state"], row(services, m)["attempts"]) for m in messages} == {("waiting", 0)}
    with services.database.read() as connection:
        away = mail_server.away(connection)
    assert away is not None and away.reason == "log_in_refused"


@pytest.mark.parametrize("every", [None, 0.1], ids=["silent", "a byte now and then"])
def test_a_server_that_hangs_is_left_in_time(
    make_services: Callable[..., Services],
    database_url: str,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    every: float | None,
) -> None:
    monkeypatch.setattr(smtp, "OPENING", 1)
    with Hanging(every) as server:
        services = make_services(database_url, **settings(server.port))
        prepare(services)
        clock.now += timedelta(days=33)
        messages = write_to(services, "one@x.example", "two@x.example")
        began = time.monotonic()
        assert deliver(services) == deliver(services) == 0
        assert time.monotonic() - began < 8
        assert server.connections == 1, "the others are not tried, and the server not asked again at once"
        assert {row(services, m)["attempts"] for m in messages} == {0}
        clock.now += timedelta(minutes=5)
        deliver(services)
        assert server.connections == 2


def test_a_digest_is_not_sent_late(office: Services, post: Post, clock: Clock) -> None:
    digest, listed = write_to(office, "one@x.example"), write_to(office, "two@x.example", kind=notices.WEEKLY_LIST)
    clock.now += timedelta(days=7)
    assert deliver(office) == 0 and post.taken == []
    assert state(office, digest[0]) == state(office, listed[0]) == ("dropped", "passed")


# processes


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
        assert row(services, message_id)["state"] == "waiting"
        post.when_taken = lambda: None
        with services.database.write() as connection:
            # The claim of the dead runs out.
            connection.execute(update(outbox.outbox).values(try_at=services.clock()))
        with process("worker", env):
            call.apply_async()
            until(lambda: row(services, message_id)["state"] == "sent", "it was not sent again")
    first, second = post.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_without_a_broker_the_timetable_goes_on_while_the_mail_server_hangs(
    make_services: Callable[..., Services], fresh_sqlite: str, clock: Clock
) -> None:
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
                began = time.monotonic()
                until(lambda: caught_up(services), "the timetable waits for the mail server")
                assert time.monotonic() - began < smtp.ANSWER
        finally:
            beat.stop()
    for thread in threading.enumerate():
        if thread.name in (deliver_mail.NAME, "beat"):
            thread.join()
