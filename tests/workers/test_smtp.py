"""A conversation with the mail server that broke off is not gone on with: the next message begins another."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from application.undelivered import LostError, NotNowError, UndeliveredError
from tests.conftest import environment, sqlite_in
from tests.post import Post, post_office
from werkpad import servers
from werkpad.settings import Settings
from workers.smtp import MailServer


def letter(subject: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["To"], message["From"] = subject, "anna@example.org", "werkpad@example.org"
    message.set_content("Hello")
    return message


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[MailServer, Post]]:
    port = servers.free_port()
    settings = Settings.from_environment(
        environment(
            sqlite_in(tmp_path),
            WERKPAD_SMTP_URL=f"smtp://127.0.0.1:{port}",
            WERKPAD_MAIL_FROM="werkpad@example.org",
            WERKPAD_PUBLIC_URL="https://werkpad.example.org",
        )
    )
    with post_office(Post(), port) as post, MailServer(settings) as made:
        yield made, post


@pytest.mark.parametrize("error", [ValueError("half-way"), OSError("gone"), smtplib.SMTPServerDisconnected("gone")])
def test_a_message_that_broke_off_half_way_does_not_mix_with_the_next(
    server: tuple[MailServer, Post], error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server, post = server
    mail_server.hand_over(letter("first"), "anna@example.org")
    assert mail_server.is_connected

    def break_off(smtp: smtplib.SMTP, _: object) -> None:
        smtp.putcmd("data")
        smtp.getreply()
        smtp.send(b"Subject: half a message\r\n")
        raise error

    with monkeypatch.context() as patched:
        patched.setattr(smtplib.SMTP, "data", break_off)
        with pytest.raises((LostError, ValueError)):
            mail_server.hand_over(letter("second"), "anna@example.org")
    assert not mail_server.is_connected
    mail_server.hand_over(letter("third"), "anna@example.org")
    assert [str(mail["Subject"]) for mail in post.taken] == ["first", "third"]


@pytest.mark.parametrize(
    ("answer", "kind", "connected"),
    [("451 Later", NotNowError, True), ("550 No", UndeliveredError, True), ("421 Closing", LostError, False)],
)
def test_what_is_refused_alone_leaves_the_conversation_as_it_is(
    server: tuple[MailServer, Post], answer: str, kind: type[UndeliveredError], *, connected: bool
) -> None:
    mail_server, post = server
    post.refused["ben@example.org"] = answer
    with pytest.raises(kind):
        mail_server.hand_over(letter("first"), "ben@example.org")
    assert mail_server.is_connected is connected
    mail_server.hand_over(letter("second"), "anna@example.org")
    assert [str(mail["Subject"]) for mail in post.taken] == ["second"]
