"""A browser that goes while it is answered leaves nothing open at the server of the tests with browsers."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.processes import until
from tests.web.conftest import serving

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PART = 100_000
AT_ONCE = struct.pack("ii", 1, 0)  # closing a connection resets it


class Sent:
    """An answer whose browser goes in the middle of it, or when all is sent."""

    def __init__(self, parts: int) -> None:
        self.parts, self.closed, self.browser_is_gone = parts, False, threading.Event()

    def __iter__(self) -> Iterator[bytes]:
        yield b"x"
        assert self.browser_is_gone.wait(20)
        yield from [b"x" * PART] * self.parts

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("parts", [0, 1, 100], ids=["all is sent", "one part is left", "many parts are left"])
def test_what_was_sent_to_a_browser_that_has_gone_is_closed(parts: int) -> None:
    sent: list[Sent] = []

    def app(_environ: WSGIEnvironment, start_response: StartResponse) -> Sent:
        start_response("200 OK", [("Content-Length", str(1 + parts * PART))])
        sent.append(Sent(parts))
        return sent[-1]

    with serving(app) as address:
        gone = socket.create_connection((urlsplit(address).hostname, urlsplit(address).port))
        gone.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        gone.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + b"x" * 100)
        assert gone.recv(1)
        gone.close()
        sent[0].browser_is_gone.set()
        until(lambda: sent[0].closed, "what was sent is still open", patience=20)
