"""Walk the main pages over HTTP, as each role."""

from __future__ import annotations

import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar

from werkpad.demo.city import PASSWORD

# For each account the pages it starts from, what must stand on them, and one that must be refused.
WALKS: dict[str, tuple[tuple[str, str], ...]] = {
    "coach": (
        ("/caseload", "My caseload"),
        ("/caseload?show=not_seen", "found"),
        ("/caseload?show=no_plan", "found"),
        ("CLIENT", "Profile"),
        ("CLIENT/contact", "Record the contact"),
        ("CLIENT/plan", "Plan of"),
        ("CLIENT/fields/driving_licence", "What it means"),
        ("/weekly-list", "My weekly list"),
        ("/intake", "Record the intake"),
        ("/signals/new?page=caseload.caseload", "What do you see"),
        ("/signals/mine", "My signals"),
        ("/definitions", "Definitions"),
    ),
    "quality": (
        ("/team", "Service tracks"),
        ("/caseload", "Caseload of the team"),
        ("CLIENT", "History"),
        ("/signals", "Signals"),
    ),
    "manager": (
        ("/team", "Caseloads"),
        ("/caseload", "Caseload of the team"),
        ("CLIENT", "History"),
        ("/conversations", "Conversations"),
        ("/caseload/closed", "Closed files"),
        ("/city", "by team"),
    ),
    "process": (("/city", "by team"), ("/signals", "Signals")),
    "improve": (("/signals", "Signals"), ("/signals/mine", "My signals"), ("/caseload", "My caseload")),
    "privacy": (("/privacy", "Who looked at which client"), ("/definitions", "Definitions")),
    "admin": (("/people", "Accounts and teams"),),
}
REFUSED = {
    "coach": "/privacy",
    "quality": "/people",
    "manager": "/privacy",
    "process": "/caseload",
    "improve": "/people",
    "privacy": "/caseload",
    "admin": "/caseload",
}
# A page that is heavier takes long on a phone outside; mostly something is repeated in each row.
HEAVIEST = 150_000
CLIENT_LINK = re.compile(r'href="(/clients/[0-9a-f-]{36})"')
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class NotRightError(Exception):
    """A page was not what it should be."""


class Visitor:
    """Somebody with a browser of sorts."""

    def __init__(self, base: str) -> None:
        self.base = base
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self._opener.addheaders = [("Accept-Language", "en")]

    def get(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of a page, after redirects."""
        body = urllib.parse.urlencode(data).encode() if data else None
        try:
            with self._opener.open(self.base + path, body, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def log_in(self, username: str) -> None:
        _, page = self.get("/log-in")
        token = TOKEN.search(page)
        if token is None:
            raise NotRightError("/log-in has no form")
        status, page = self.get("/log-in", {"csrf_token": token[1], "username": username, "password": PASSWORD})
        if status != 200 or "Log out" not in page:
            raise NotRightError(f"{username} can't log in (status {status})")


def wait_until_ready(base: str, alive: Callable[[], bool], patience: float = 30) -> None:
    """Raises NotRightError when the server does not get ready."""
    until = time.monotonic() + patience
    visitor = Visitor(base)
    while time.monotonic() < until and alive():
        try:
            if visitor.get("/health/ready")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise NotRightError(f"The server at {base} does not get ready.")


def walk(base: str, say: Callable[[str], None]) -> int:
    """Request the main pages as each role, a line for each; the number of those that were not right."""
    wrong = 0
    for username, pages in WALKS.items():
        visitor = Visitor(base)
        visitor.log_in(username)
        client = ""
        for path, expected in pages:
            address = path.replace("CLIENT", client)
            began = time.monotonic()
            status, text = visitor.get(address)
            took = 1000 * (time.monotonic() - began)
            heavy = len(text.encode()) > HEAVIEST
            right = status == 200 and expected in text and not heavy
            wrong += not right
            if (found := CLIENT_LINK.search(text)) and not client:
                client = found[1]
            why = " is over 150 kB" if heavy else ""
            say(f"{'ok ' if right else 'BAD'} {username:8} {status} {took:5.0f} ms  {path}{why}")
        status, _ = visitor.get(REFUSED[username])
        wrong += status != 403
        say(f"{'ok ' if status == 403 else 'BAD'} {username:8} {status} refused   {REFUSED[username]}")
    return wrong
