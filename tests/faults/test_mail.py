"""Mail: a bad message, a server that refuses, is away or hangs, workers killed; each message arrives, or is told of."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from application.services import Services
from records import mail_server, notices, outbox
from tests.conftest import Clock
from tests.domain.test_mail_address import NONE
from tests.faults.mailing import deliver, prepare, row, settings, state, write_to
from tests.post import Hanging, Post, lets_nobody_in, post_office
from werkpad.cli import main
from workers import smtp

# one message alone


@pytest.mark.parametrize(
    "address",
    [
        *NONE,
        "jän@x.example",
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
        assert (row(office, message_id).state, row(office, message_id).attempts) == ("waiting", 0)
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
        assert outbox.counts(connection) == {"waiting": 0, "sent": 0, "dropped": 0, "failed": 1, "settled": 0}
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
    assert {(row(services, m).state, row(services, m).attempts) for m in messages} == {("waiting", 0)}
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
    # Whoever waited for another limit than that of the opening would wait until the test is ended.
    monkeypatch.setattr(smtp, "ANSWER", 3_600)
    monkeypatch.setattr(smtp, "MESSAGE", 3_600)
    with Hanging(every) as server:
        services = make_services(database_url, **settings(server.port))
        prepare(services)
        clock.now += timedelta(days=33)
        messages = write_to(services, "one@x.example", "two@x.example")
        assert deliver(services) == deliver(services) == 0
        assert server.connections == 1, "the others are not tried, and the server not asked again at once"
        assert {row(services, m).attempts for m in messages} == {0}
        clock.now += timedelta(minutes=5)
        deliver(services)
        assert server.connections == 2


def test_a_digest_is_not_sent_late(office: Services, post: Post, clock: Clock) -> None:
    digest, listed = write_to(office, "one@x.example"), write_to(office, "two@x.example", kind=notices.WEEKLY_LIST)
    clock.now += timedelta(days=7)
    assert deliver(office) == 0 and post.taken == []
    assert state(office, digest[0]) == state(office, listed[0]) == ("dropped", "passed")


# processes
