"""Somebody with a browser of sorts: keeps cookies and connections, and gives up on a page that does not come."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode

CLIENT = re.compile(r'href="(/clients/[0-9a-f-]{36})"')
HIDDEN = re.compile(r'name="(csrf_token|command_id|contact_id)"[^>]*value="([^"]+)"')


class GaveUpError(Exception):
    """No answer came: says whether the connection was cut or the time was up."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str
    location: str = ""


@dataclass
class Visitor:
    """A session. Its pages may be asked for at the same time, each over a connection that is kept for the next."""

    host: str
    port: int
    patience: float
    clients: list[str] = field(default_factory=list)
    _cookies: dict[str, str] = field(default_factory=dict)
    _idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def until_served(self) -> None:
        """Wait for the server to answer."""
        for _ in range(600):
            try:
                if (await self.get("/health/live")).status == 200:
                    return
            except GaveUpError:
                await asyncio.sleep(0.1)
        raise GaveUpError("the server did not come up")

    async def log_in(self, username: str, password: str) -> None:
        form = dict(HIDDEN.findall((await self.get("/log-in")).text))
        answer = await self.post("/log-in", {"username": username, "password": password, **form})
        if answer.status != 303:
            raise GaveUpError(f"{username} could not log in: {answer.status}")
        self.clients = sorted(set(CLIENT.findall((await self.get("/caseload")).text)))

    @staticmethod
    def filled(form: str) -> dict[str, str]:
        """What the form of a contact sends."""
        held_on = re.search(r'name="held_on"[^>]*value="([^"]+)"', form)
        return {
            **dict(HIDDEN.findall(form)),
            "held_on": held_on[1] if held_on else "",
            "channel": "phone",
            "outcome": "spoken",
            "started_by": "coach",
            "note": "An invented note, as long as most of them are.",
        }

    async def get(self, path: str) -> Answer:
        return await self._ask(f"GET {path} HTTP/1.1\r\n", b"")

    async def post(self, path: str, form: dict[str, str]) -> Answer:
        body = urlencode(form).encode()
        head = f"POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        return await self._ask(f"{head}Content-Length: {len(body)}\r\n", body)

    async def _ask(self, head: str, body: bytes) -> Answer:
        """Raises GaveUpError when no answer came in time, or none at all."""
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        head = f"{head}Host: {self.host}:{self.port}\r\nAccept-Language: en\r\nCookie: {cookies}\r\n\r\n"
        connection = None
        try:
            async with asyncio.timeout(self.patience):
                reader, writer = connection = (
                    self._idle.pop() if self._idle else await asyncio.open_connection(self.host, self.port, limit=2**22)
                )
                writer.write(head.encode() + body)
                answer, kept = await self._answer(reader)
        except TimeoutError:
            self._cut(connection)
            raise GaveUpError("no answer in time") from None
        except (OSError, asyncio.IncompleteReadError) as error:
            self._cut(connection)
            raise GaveUpError(f"connection cut ({type(error).__name__})") from None
        if kept:
            self._idle.append(connection)
        else:
            self._cut(connection)
        return answer

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[Answer, bool]:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                cookie, _, value_of = value.strip().partition(";")[0].partition("=")
                self._cookies[cookie] = value_of
            else:
                headers[name.lower()] = value.strip()
        text = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
        answer = Answer(int(lines[0].split()[1]), text, headers.get("location", ""))
        return answer, headers.get("connection", "keep-alive").lower() != "close"

    def _cut(self, connection: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None) -> None:
        if connection is not None:
            connection[1].close()

    def close(self) -> None:
        while self._idle:
            self._cut(self._idle.pop())
