"""A small town: two teams, everybody's accounts, and visitors who log in and look around, in a browser too."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from application.services import Services
from domain.client import Apply, AssignClient, TakeIntake
from domain.roles import Role
from eventlog.commands import CommandContext, Step
from records import account_log, people, seen_in_help, sessions
from records.account_log import Entry
from records.people import Account, Team
from tests.conftest import NOW, Clock, environment, sqlite_in
from web import session
from web.app import create_app
from web.releases import releases
from werkpad.settings import Settings
from werkpad.wiring import build

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PASSWORD = "a long enough password"
HASH = people.hash_password(PASSWORD)


class CompiledTemplates(BytecodeCache):
    """Templates as they were compiled for an earlier application of this process."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if kept := self._kept.get(bucket.key):
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = CompiledTemplates()
People = tuple[dict[str, Team], dict[str, Account]]


@dataclass
class Visitor:
    """Somebody with a browser, logged in or not."""

    client: FlaskClient

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def token(self, path: str) -> str:
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found, path
        return found[1]

    def post(self, path: str, *, form: str | None = None, **data: object) -> TestResponse:
        """Send a form as the page at `form` (by default the same address) gave it."""
        data.setdefault("command_id", str(uuid4()))
        return self.client.post(path, data={"csrf_token": self.token(form or path), **data})


@dataclass
class Town:
    services: Services
    app: Flask
    teams: dict[str, Team] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    nudges: list[int] = field(default_factory=list)

    def visit(self, username: str | None = None) -> Visitor:
        """A new browser, logged in under this name."""
        visitor = Visitor(self.app.test_client())
        visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        if username in self.accounts:
            self._log_in(visitor, self.accounts[username].account_id)
        elif username:
            answer = visitor.post("/log-in", username=username, password=PASSWORD)
            assert answer.status_code == 303, answer.get_data(as_text=True)
        return visitor

    def _log_in(self, visitor: Visitor, account_id: UUID) -> None:
        """What logging in comes to, without its form: hundreds of tests begin with it."""
        token, now = session.new_token(), self.services.clock()
        with self.services.database.write() as connection:
            sessions.begin(connection, token, account_id, now)
            account_log.note(connection, Entry.LOGGED_IN, account_id, now, actor=account_id, address="127.0.0.1")
        with self.app.app_context():
            visitor.client.set_cookie(session.BROWSER_COOKIE, session.sign_browser(account_id))
        visitor.client.set_cookie(session.SESSION_COOKIE, token)

    def new_application(self, name: str, born: str = "1990-02-01") -> UUID:
        """Somebody who applied on the public page, already to be seen in the queue."""
        client_id = uuid4()
        command = Apply(client_id=client_id, name=name, birth_date=born, phone="06 1234", need="Other work")
        self.services.clients.handle(command, CommandContext(self.services.clock()), uuid4())
        self.services.engine.catch_up()
        return client_id

    def new_client(self, coach: str, name: str, intake_on: date = date(2026, 6, 1)) -> UUID:
        """A client on a coach's caseload, already to be seen there."""
        client_id, account = uuid4(), self.accounts[coach]
        assert account.team_id is not None
        context = CommandContext(self.services.clock(), account.account_id)
        commands = (
            TakeIntake(client_id=client_id, held_on=intake_on, team=account.team_id, name=name, email="x@example.org"),
            AssignClient(client_id=client_id, team=account.team_id, coach=account.account_id, assigned_on=intake_on),
        )
        self.services.clients.handle_all([Step(c, context, uuid4()) for c in commands])
        self.services.engine.catch_up()
        return client_id


@pytest.fixture(scope="session")
def bare_app(set_up_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application over an empty database, one for all who record nothing in it."""
    folder = tmp_path_factory.mktemp("bare")
    shutil.copytree(set_up_sqlite, folder, dirs_exist_ok=True)
    services = build(Settings.from_environment(environment(sqlite_in(folder))), clock=Clock())
    yield create_app(services, lambda: None)
    services.close()


@pytest.fixture(scope="session")
def peopled(set_up_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, People]:
    """The folder of a database with the town's people in it, to be copied, and who they are."""
    folder = tmp_path_factory.mktemp("peopled")
    shutil.copytree(set_up_sqlite, folder, dirs_exist_ok=True)
    services = build(Settings.from_environment(environment(sqlite_in(folder))), clock=Clock())
    settled = settle(services)
    services.close()
    return folder, settled


@pytest.fixture
def town(make_services: Callable[..., Services], peopled: tuple[Path, People], tmp_path: Path) -> Town:
    folder, settled = peopled
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    return open_town(make_services(sqlite_in(tmp_path), set_up=True), settled)


def build_town(services: Services, nudge: Callable[[], None] | None = None) -> Town:
    """A town over an empty database."""
    return open_town(services, settle(services), nudge)


def open_town(services: Services, settled: People, nudge: Callable[[], None] | None = None) -> Town:
    """The application of a town over a database in which its people are."""
    nudges: list[int] = []

    def work() -> None:
        nudges.append(1)
        services.engine.catch_up()

    app = create_app(services, nudge or work)
    app.jinja_env.bytecode_cache = COMPILED
    app.config["TESTING"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    teams, accounts = settled
    return Town(services, app, dict(teams), dict(accounts), nudges)


def settle(services: Services) -> People:
    """Add the town's teams and accounts, by their codes and user names."""
    teams: dict[str, Team] = {}
    accounts: dict[str, Account] = {}
    everybody = (
        ("coach", Role.WORK_COACH, "north"),
        ("colleague", Role.WORK_COACH, "north"),
        ("stranger", Role.WORK_COACH, "south"),
        ("quality", Role.QUALITY_OFFICER, "north"),
        ("manager", Role.TEAM_MANAGER, "north"),
        ("manager-south", Role.TEAM_MANAGER, "south"),
        ("improver", Role.WORK_COACH, "north"),
        ("process", Role.PROCESS_MANAGER, None),
        ("privacy", Role.PRIVACY_OFFICER, None),
        ("admin", Role.ADMINISTRATOR, None),
    )
    with services.database.write() as connection:
        for code in ("north", "south"):
            teams[code] = Team(uuid4(), code, f"Team {code}", specialised=False)
            people.add_team(connection, teams[code])
        for username, role, team in everybody:
            account = Account(
                uuid4(),
                username,
                f"{username.title()} Invented",
                role,
                teams[team].team_id if team else None,
                username == "improver",
                active=True,
                language=None,
            )
            people.add_account(connection, account, PASSWORD, password_hash=HASH)
            accounts[username] = account
            # They have worked here before. Tests of the tours and of what changed open them again.
            seen_in_help.add(connection, account.account_id, "tour:all")
            for key in releases():
                seen_in_help.add(connection, account.account_id, f"release:{key}")
    return teams, accounts


def days_ago(days: int) -> str:
    return (NOW.date() - timedelta(days=days)).isoformat()


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=browser_path,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        yield started
        started.close()


KEPT = "werkpad.tests.answer"


class Closing(WSGIRequestHandler):
    """Closes the answer whose browser has gone, too. Werkzeug does so after it has read what the browser still sent,
    and at a connection that was reset that fails: a file that was sent stayed open."""

    def connection_dropped(self, error: BaseException, environ: WSGIEnvironment | None = None) -> None:
        if environ and (answer := environ.get(KEPT)):
            answer.close()


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """The address of a server for browsers."""

    def keeping(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[KEPT] = answer = app(environ, start_response)
        return answer

    server = make_server("127.0.0.1", 0, keeping, threaded=True, request_handler=Closing)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def address(town: Town) -> Iterator[str]:
    with serving(town.app) as address:
        yield address


def log_in(page: Page, address: str, username: str) -> None:
    page.goto(f"{address}/log-in")
    page.get_by_label("Name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
