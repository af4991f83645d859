"""Mail servers to test with: one that keeps what it takes and refuses what it is told to, and some that hang."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from werkpad import servers


class Post:
    """Keeps what it takes. Refuses all while `refuses`, and what is for the addresses in `refused` with their code."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.asked_for: list[str] = []
        self.refuses = False
        self.refused: dict[str, str] = {}
        self.when_taken: Callable[[], None] = lambda: None

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked_for.append(address)
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        if self.refuses:
            return "451 Try again later"
        message: Any = message_from_bytes(envelope.content or b"", policy=policy.default)  # type: ignore[arg-type]  # the test gives what fits
        if message["X-Refused"] or "data" in self.refused:
            return self.refused["data"]
        self.taken.append(message)
        self.when_taken()
        return "250 Taken"

    @property
    def addresses(self) -> list[str]:
        return [str(mail["To"]) for mail in self.taken]


@contextmanager
def post_office(post: Post, port: int, **options: Any) -> Iterator[Post]:
    """The server, at work."""
    controller = Controller(post, hostname="127.0.0.1", port=port, **options)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


def lets_nobody_in(*_: object) -> AuthResult:
    return AuthResult(success=False, handled=False)


class Hanging:
    """Takes connections and never says a whole line: nothing at all, or a byte each `every` seconds."""

    def __init__(self, every: float | None = None) -> None:
        self.every = every
        self.port = servers.free_port()
        self.connections = 0
        self._stop = threading.Event()

    def __enter__(self) -> Hanging:
        self._listening = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._listening.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.connections += 1
                threading.Thread(target=self._hang, args=(connection,), daemon=True).start()

    def _hang(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            while not self._stop.wait(self.every or 60):
                if self.every:
                    connection.sendall(b"2")
