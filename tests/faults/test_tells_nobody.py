"""A whole run of real processes: whatever people typed stands in no line, no figure, no message and no outbox."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid4

import pytest
import redis
from sqlalchemy import select

from application.services import Services
from domain.client import ErasureReason
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.signal import Kind, LogSignal
from records import notices, outbox, people, task_runs
from records.people import Account
from tests.post import Post, post_office
from tests.processes import caught_up, process, sender, until
from tests.serving import Colleague, served
from werkpad import logs, servers
from werkpad.settings import Settings
from werkpad.wiring import build

# Whatever is typed holds this word.
WORD = "Kwartelkoning"
ADDRESS = f"{WORD}@example.org"
PHONE = "0612349876"
BORN = "3-2-1980"


class Listener(threading.Thread):
    """Hears all that is said to the broker."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.heard: list[str] = []
        self._client = redis.Redis.from_url(url, socket_timeout=None)
        self._begun = threading.Event()
        self.start()
        self._begun.wait()

    def run(self) -> None:
        # The server ends before this does.
        with suppress(redis.ConnectionError), self._client.monitor() as monitor:
            self._begun.set()
            for said in monitor.listen():
                self.heard.append(said["command"])


@contextmanager
def ended_in_order(command: str, env: dict[str, str], output: Path) -> Iterator[None]:
    with output.open("wb") as file, process(command, env, file) as started:
        yield
        started.send_signal(signal.SIGTERM)
        assert started.wait(60) == 0


def on_the_command_line(env: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "werkpad", *words], env=os.environ | env, capture_output=True, text=True
    )
    return done.stderr


def types_everywhere(coach: Colleague, day: str) -> None:
    """Somebody at work who types the word wherever something can be typed, right and wrong."""
    hidden = coach.form("/log-in")
    assert coach.send("/log-in", hidden, username=WORD, password=f"{WORD} {WORD}").status == 400
    hidden = coach.form("/intake")
    person = {"name": WORD, "email": ADDRESS, "phone": PHONE, "held_on": day, "coach": str(coach.account.account_id)}
    assert coach.send("/intake", hidden, birth_date=BORN, **person).status == 200
    assert coach.send("/intake", hidden | {"client_id": WORD}, **person).status == 400
    hidden = coach.form(coach.contact_form)
    assert coach.record(hidden, day, WORD).status == 200
    assert coach.record(hidden, day, WORD).status == 200, "sent again"
    assert coach.record(coach.form(coach.contact_form), "2999-01-01", WORD).status == 400
    assert coach.send(f"/clients/{coach.client_id}/close", hidden, day=day, reason=WORD).status == 409
    hidden = coach.form("/signals/new") | {"signal_id": str(uuid4())}
    assert coach.send("/signals/new", hidden, kind="fault", seen=WORD, send="anyway").status == 200
    for path in (
        "/caseload?q=W",
        "/caseload?f=cv:is:W",
        "/signals?text=W&view=list",
        "/W",
        "/clients/W?W=W",
        "/static/W",
    ):
        coach.get(path.replace("W", WORD))
    assert coach.send(f"/{WORD}", {}, note=WORD).status in (400, 404, 405)


def speaks_no_http(base: str) -> None:
    where = urlsplit(base)
    for said in (
        f"{WORD}\r\n\r\n",
        f"GET /{WORD} HTTP/{WORD}\r\n\r\n",
        f"GET /{WORD} HTTP/1.1\r\n{WORD}\0: {WORD}\r\n\r\n",
    ):
        with socket.create_connection((where.hostname or "", where.port or 0), timeout=10) as connection:
            connection.sendall(said.encode())
            connection.recv(1000)


@pytest.fixture
def env_with_mail(env: dict[str, str]) -> Iterator[tuple[dict[str, str], Post]]:
    port = servers.free_port()
    with post_office(Post(), port) as post:
        plain = {"WERKPAD_SECURE_COOKIES": "false"}
        yield (
            env | plain | {"WERKPAD_SMTP_URL": f"smtp://127.0.0.1:{port}", "WERKPAD_MAIL_FROM": "werk@city.example"},
            post,
        )


def test_what_people_type_is_told_to_nobody(env_with_mail: tuple[dict[str, str], Post], tmp_path: Path) -> None:
    env, post = env_with_mail
    broker = redis.Redis.from_url(env["WERKPAD_BROKER_URL"])
    broker.flushdb()
    listener = Listener(env["WERKPAD_BROKER_URL"])
    services = build(Settings.from_environment(env))
    services.create()
    said: dict[str, Path] = {name: tmp_path / name for name in (logs.WEB, logs.WORKER, logs.BEAT)}
    with ExitStack() as running:
        running.callback(services.close)
        figures, run_id = a_day(running, services, env, post, said)
    lines = {name: path.read_text().splitlines() for name, path in said.items()}
    told = {name: [json.loads(line) for line in found] for name, found in lines.items()}
    assert all(line["process"] == name and line["event"] for name, found in told.items() for line in found)
    requests = [line for line in told[logs.WEB] if line["event"] == "request"]
    assert {"intake.intake", "contact.record", "signal_new.new", "log_in.log_in"} <= {r["endpoint"] for r in requests}
    assert {"stored", "refused", "answered"} <= {r["outcome"] for r in requests}
    assert any(r["role"] == Role.WORK_COACH.value for r in requests)
    # What a request asked for can be followed into the worker.
    done = [line for line in told[logs.WORKER] if line["event"] == "task" and line["name"] == "project"]
    assert {line["request_id"] for line in done} & {r["request_id"] for r in requests}
    assert any(line["event"] == "mail_given_up" for line in told[logs.WORKER])
    everything = {
        **{name: "\n".join(found) for name, found in lines.items()},
        "figures": figures,
        "broker": "\n".join(listener.heard),
        "command line": run_id,
    }
    assert "project" in everything["broker"]
    for where, text in everything.items():
        for hidden in (WORD, quote(WORD), ADDRESS, PHONE, BORN, "550 There", "Invented"):
            found = re.search(rf"(?i)(?<![0-9.]){re.escape(hidden)}(?![0-9])", text)
            assert not found, f"{hidden} in {where}: {text[max(found.start() - 200, 0) : found.end() + 50]}"


def a_day(
    running: ExitStack, services: Services, env: dict[str, str], post: Post, said: dict[str, Path]
) -> tuple[str, str]:
    """People work, tasks run, mail is refused with what was typed. The figures of it, and what commands left behind."""
    web = running.enter_context(said[logs.WEB].open("wb"))
    (coach,) = running.enter_context(served(services, env, 1, options="--workers 2", output=web))
    types_everywhere(coach, services.today.isoformat())
    speaks_no_http(coach.base)
    running.enter_context(ended_in_order("worker --concurrency 1", env, said[logs.WORKER]))
    running.enter_context(ended_in_order("beat", env, said[logs.BEAT]))
    until(lambda: caught_up(services), "nothing is folded")

    def worker_did_something() -> bool:
        # A page that does not see the worker at work soon enough does it itself.
        hidden = coach.form(coach.contact_form)
        assert coach.record(hidden, services.today.isoformat(), WORD).status == 200
        return b'"outcome": "done"' in said[logs.WORKER].read_bytes()

    until(worker_did_something, "no task did anything")
    refused_mail(services, post, coach.account.team_id)
    left = on_the_command_line(env, "erase", str(coach.client_id), "--reason", ErasureReason.CLIENT_REQUEST.value)
    left += on_the_command_line(env, "erase", str(uuid4()), "--reason", ErasureReason.CLIENT_REQUEST.value)
    left += on_the_command_line(env, "lists") + on_the_command_line(env, "status")
    figures = coach.get("/metrics")
    assert figures.status == 200
    return figures.text + rows(services), left


def refused_mail(services: Services, post: Post, team_id: UUID | None) -> None:
    """A mail whose address the server refuses, in words that hold the address."""
    viewer = Viewer(uuid4(), Role.WORK_COACH, team_id)
    old = CommandContext(services.clock() - timedelta(days=33))
    log_signal = LogSignal(signal_id=uuid4(), viewer=viewer, kind=Kind.FAULT, page="", seen=WORD)
    services.signals.handle(log_signal, old, uuid4())
    post.refused[ADDRESS] = f"550 There is no {ADDRESS} here"
    account = Account(uuid4(), WORD, WORD, Role.WORK_COACH, team_id, True, True, language="nl", email=ADDRESS)
    with services.database.write() as connection:
        people.add_account(connection, account, "", password_hash="none")
        outbox.put(connection, uuid4(), notices.CLOCKS, account.account_id, services.clock())
    services.engine.catch_up(wait=True)
    sender(services).tasks["deliver_mail"].apply_async()

    def failed() -> bool:
        with services.database.read() as connection:
            return outbox.counts(connection)[outbox.FAILED] == 1

    until(failed, "the mail server was not asked")


def rows(services: Services) -> str:
    found: list[Any] = []
    with services.database.read() as connection:
        for table in (outbox.outbox, task_runs.task_runs):
            found += connection.execute(select(table)).tuples().all()
    assert found
    return "\n".join(map(str, found))
