"""Somebody at a browser, over real HTTP: cookies, forms with their token, and how long an answer took."""

from __future__ import annotations

import http.client
import http.cookies
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str
    seconds: float


@dataclass
class Browser:
    """Follows no redirects; one connection a request."""

    port: int
    headers: dict[str, str] = field(default_factory=lambda: {"Accept-Language": "en"})
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str | None = None, *, timeout: float = 60, **headers: str) -> Answer:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = {**self.headers, "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                self.cookies |= {key: morsel.value for key, morsel in http.cookies.SimpleCookie(value).items()}
        named = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, named, text, time.monotonic() - begun)

    def get(self, path: str, *, timeout: float = 60) -> Answer:
        return self.ask("GET", path, timeout=timeout)

    def form(self, path: str) -> dict[str, str]:
        """What a form brings along by itself: its token, and a new id for the command."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        assert found, path
        return {"csrf_token": found[1], "command_id": str(uuid4())}

    def post(self, path: str, data: dict[str, str]) -> Answer:
        return self.ask("POST", path, urlencode(data), **{"Content-Type": "application/x-www-form-urlencoded"})

    def log_in(self, username: str, password: str) -> None:
        answer = self.post("/log-in", {**self.form("/log-in"), "username": username, "password": password})
        assert answer.status == 303, answer.text
