"""A real `werkpad serve` process, and colleagues who are logged in there over HTTP."""

from __future__ import annotations

import re
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar
from typing import IO
from uuid import UUID, uuid4

from application.services import Services
from domain.client import AssignClient, TakeIntake
from domain.roles import Role
from eventlog.commands import CommandContext, Step
from records import people, sessions
from records.people import Account, Team
from tests.processes import process, until
from web.session import SESSION_COOKIE, new_token
from werkpad import servers

TOKEN = re.compile(r'name="(csrf_token|command_id|contact_id|client_id)"[^>]*value="([^"]+)"')
NO_PASSWORD = people.hash_password("nobody logs in with this")


@dataclass(frozen=True)
class Answer:
    """What a request came to: the status and the text of the last page, and how long it all took in seconds."""

    status: int
    text: str
    took: float


@dataclass
class Colleague:
    """A work coach with a client, logged in by a session of their own."""

    base: str
    account: Account
    client_id: UUID
    token: str
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        host = urllib.parse.urlsplit(self.base).hostname or ""
        cookies = CookieJar()
        cookies.set_cookie(
            Cookie(
                0,
                SESSION_COOKIE,
                self.token,
                None,
                False,
                host,
                True,
                False,
                "/",
                True,
                False,
                None,
                True,
                None,
                None,
                {},
            )
        )
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
        self._opener.addheaders = [("Accept-Language", "en")]

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.base + path))  # noqa: S310 - our own server

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form at an address."""
        answer = self.get(path)
        assert answer.status == 200, answer.text
        return dict(TOKEN.findall(answer.text))

    def send(self, path: str, hidden: dict[str, str], **fields: str) -> Answer:
        """Send a form and follow where it leads."""
        data = urllib.parse.urlencode(hidden | fields).encode()
        return self._ask(urllib.request.Request(self.base + path, data=data))  # noqa: S310 - our own server

    @property
    def contact_form(self) -> str:
        return f"/clients/{self.client_id}/contact"

    def record(self, hidden: dict[str, str], day: str, note: str) -> Answer:
        """Record a contact, by a form that was asked for before; the answer is the client's page after it."""
        answer = self.send(
            self.contact_form, hidden, held_on=day, channel="phone", outcome="spoken", started_by="coach", note=note
        )
        if answer.status == 200:
            self.sent.append(note)
        return answer

    def _ask(self, request: urllib.request.Request) -> Answer:
        began = time.perf_counter()
        try:
            with self._opener.open(request, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read().decode()
        return Answer(status, text, time.perf_counter() - began)


@contextmanager
def served(
    services: Services,
    env: dict[str, str],
    coaches: int,
    *,
    options: str = "--quiet",
    output: int | IO[bytes] = subprocess.DEVNULL,
) -> Iterator[list[Colleague]]:
    """Colleagues at work with a server in a process of its own."""
    port = servers.free_port()
    base = f"http://127.0.0.1:{port}"
    colleagues = [Colleague(base, *one) for one in _accounts(services, coaches)]
    with process(f"serve {options} --port {port}", env, output):
        until(lambda: _ready(base), "the server never was ready")
        yield colleagues


def _ready(base: str) -> bool:
    try:
        with urllib.request.urlopen(f"{base}/health/ready", timeout=5) as answer:  # noqa: S310 - our own server
            return bool(answer.status == 200)
    except OSError:
        return False


def _accounts(services: Services, coaches: int) -> Iterator[tuple[Account, UUID, str]]:
    now = services.clock()
    team = Team(uuid4(), "north", "Team north", specialised=False)
    with services.database.write() as connection:
        people.add_team(connection, team)
    for nth in range(coaches):
        account = Account(
            uuid4(), f"coach-{nth}", f"Coach {nth} Invented", Role.WORK_COACH, team.team_id, False, True, None
        )
        token, client_id, day = new_token(), uuid4(), services.today
        with services.database.write() as connection:
            people.add_account(connection, account, "", password_hash=NO_PASSWORD)
            sessions.begin(connection, token, account.account_id, now)
        context = CommandContext(now, account.account_id)
        intake = TakeIntake(client_id=client_id, held_on=day, team=team.team_id, name=f"Invented Person {nth}")
        assign = AssignClient(client_id=client_id, team=team.team_id, coach=account.account_id, assigned_on=day)
        services.clients.handle_all([Step(intake, context, uuid4()), Step(assign, context, uuid4())])
        yield account, client_id, token
    services.engine.catch_up()
