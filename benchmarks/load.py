"""`./dev bench load`: people at work, faster and faster, against the real processes, until it is more than they carry.

Actions begin at the moments that chance gives them, whether or not those before them have ended, as people come: a
system that can't keep up is not spared. Of each pace it tells how long answers took, how many were turned away and how
soon, what failed, and whether what was accepted is what stands in the log.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import click

from application.services import Services
from benchmarks.bench import environment
from benchmarks.visitor import GaveUpError, Visitor
from domain.roles import Role
from records import heartbeats, people
from werkpad import servers
from werkpad.demo.city import PASSWORD
from werkpad.settings import Settings
from werkpad.wiring import build

SESSIONS = 30
PACES = (5, 10, 20, 30, 40, 60, 80, 100)
SECONDS = 20
# How long somebody looks at a blank page before leaving it.
PATIENCE = 10.0
# What people do, and how often.
WORK = {"caseload": 20, "file": 30, "today": 15, "contact": 20, "weekly list": 5, "definitions": 5, "signals": 5}
HOST = "127.0.0.1"


@dataclass
class Pace:
    """What came of one pace, in actions a second."""

    actions: int
    answered: list[float] = field(default_factory=list)
    turned_away: list[float] = field(default_factory=list)
    failed: Counter[str] = field(default_factory=Counter)
    accepted: list[UUID] = field(default_factory=list)
    refused: list[UUID] = field(default_factory=list)
    abandoned: list[UUID] = field(default_factory=list)

    def row(self, stored: set[UUID]) -> dict[str, object]:
        """Milliseconds and numbers; `stored` are the commands that stand in the log."""
        return {
            "pace": self.actions,
            "answered": len(self.answered),
            "p50": _percentile(self.answered, 50),
            "p95": _percentile(self.answered, 95),
            "p99": _percentile(self.answered, 99),
            "503": len(self.turned_away),
            "503 p95": _percentile(self.turned_away, 95),
            "failed": sum(self.failed.values()),
            "accepted": len(self.accepted),
            "in the log": len(stored.intersection(self.accepted)),
            "refused, stored": len(stored.intersection(self.refused)),
            "given up, stored": len(stored.intersection(self.abandoned)),
        }


def _percentile(times: list[float], nth: int) -> int | None:
    if len(times) < 2:
        return round(times[0] * 1000) if times else None
    return round(statistics.quantiles(times, n=100, method="inclusive")[nth - 1] * 1000)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--pace", "paces", multiple=True, type=click.IntRange(1, 1000), help="Actions a second; several paces.")
@click.option("--seconds", default=SECONDS, show_default=True, type=click.IntRange(1), help="How long each pace lasts.")
@click.option("--sqlite", is_flag=True, help="The default of a newcomer: SQLite, tasks in the web process.")
@click.option("--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows there too.")
def main(paces: tuple[int, ...], seconds: int, sqlite: bool, file: Path | None) -> None:
    """Play people at work at 5 to 100 actions a second, and tell what came of it."""
    with tempfile.TemporaryDirectory(prefix="wp-load-", dir="/tmp") as folder, ExitStack() as stack:
        Path(folder).chmod(0o755)
        services, port = _city(Path(folder), stack, sqlite=sqlite)
        rows = asyncio.run(_play(services, port, paces or PACES, seconds))
    names = list(rows[0])
    click.echo("  ".join(f"{name:>8}" for name in names))
    for row in rows:
        click.echo("  ".join(f"{'–' if row[name] is None else str(row[name]):>{max(8, len(name))}}" for name in names))
    if file:
        file.write_text(json.dumps(rows, indent=1) + "\n")


def _city(folder: Path, stack: ExitStack, *, sqlite: bool) -> tuple[Services, int]:
    """The invented city and the processes of production over it; services to look at its log, and its port."""
    if sqlite:
        env = environment(f"sqlite:///{folder / 'load.db'}")
    else:
        admin = stack.enter_context(servers.postgres(folder / "data", durable=True))
        url = stack.enter_context(servers.database(admin))
        env = environment(url, stack.enter_context(servers.valkey()))
    env |= {"WERKPAD_DEMO": "true", "WERKPAD_SECURE_COOKIES": "false"}
    del env["WERKPAD_POOL_SIZE"]
    subprocess.run([sys.executable, "-m", "werkpad", "demo", "--fill"], env=os.environ | env, check=True)
    port = servers.free_port()
    stack.enter_context(_process(env, "serve", "--port", str(port), "--quiet"))
    if not sqlite:
        stack.enter_context(_process(env, "worker"))
        stack.enter_context(_process(env, "beat"))
    services = build(Settings.from_environment(env))
    stack.callback(services.close)
    return services, port


@contextmanager
def _process(env: dict[str, str], *command: str) -> Iterator[None]:
    running = subprocess.Popen([sys.executable, "-m", "werkpad", *command], env=os.environ | env)  # noqa: S603 - our own program and arguments
    try:
        yield
    finally:
        running.terminate()
        running.wait()


async def _play(services: Services, port: int, paces: tuple[int, ...], seconds: int) -> list[dict[str, object]]:
    with services.database.read() as connection:
        coaches = [a.username for a in people.all_accounts(connection) if a.role is Role.WORK_COACH][:SESSIONS]
    visitors = [Visitor(HOST, port, patience=PATIENCE) for _ in coaches]
    await visitors[0].until_served()
    await _until_at_work(services)
    for visitor, username in zip(visitors, coaches, strict=True):
        await visitor.log_in(username, PASSWORD)
    rng = random.Random(20261125)  # noqa: S311 - chance that can be repeated
    found = []
    for actions in paces:
        pace = Pace(actions)
        await _keep_pace(pace, visitors, rng, seconds)
        sent = [*pace.accepted, *pace.refused, *pace.abandoned]
        found.append(pace.row(services.log.known_commands(sent)))
        click.echo(f"{actions} a second: {found[-1]} {dict(pace.failed)}", err=True)
    for visitor in visitors:
        visitor.close()
    return found


async def _until_at_work(services: Services) -> None:
    """Wait for worker and beat: until then each page that shows what was just recorded waits for them."""
    if services.settings.embedded:
        return
    for _ in range(600):
        with services.database.read() as connection:
            seen = heartbeats.seen(connection)
        if all(heartbeats.at_work(seen, kind) for kind in (heartbeats.WORKER, heartbeats.BEAT)):
            return
        await asyncio.sleep(0.1)
    raise GaveUpError("worker or beat did not come up")


async def _keep_pace(pace: Pace, visitors: list[Visitor], rng: random.Random, seconds: int) -> None:
    loop = asyncio.get_running_loop()
    began = at = loop.time()
    running: set[asyncio.Task[None]] = set()
    while at < began + seconds:
        at += rng.expovariate(pace.actions)
        await asyncio.sleep(max(at - loop.time(), 0))
        visitor, work = rng.choice(visitors), rng.choices(list(WORK), list(WORK.values()))[0]
        running.add(task := asyncio.create_task(_act(pace, visitor, work, rng.random())))
        task.add_done_callback(running.discard)
    if running:
        await asyncio.wait(running)


async def _act(pace: Pace, visitor: Visitor, work: str, chance: float) -> None:
    """One action: a page, or a contact that is recorded on the form that was opened for it."""
    if not visitor.clients:
        return
    client = visitor.clients[int(chance * len(visitor.clients))]
    pages = {
        "caseload": "/caseload",
        "file": client,
        "today": "/today",
        "weekly list": "/weekly-list",
        "definitions": "/definitions",
        "signals": "/signals",
    }
    if work in pages:
        await _ask(pace, visitor, pages[work])
        return
    form = await _ask(pace, visitor, f"{client}/contact")
    if form is None or 'name="command_id"' not in form:
        return
    filled = visitor.filled(form)
    command_id = UUID(filled["command_id"])
    began = time.perf_counter()
    try:
        answer = await visitor.post(f"{client}/contact", filled)
    except GaveUpError as gave_up:
        pace.failed[str(gave_up)] += 1
        pace.abandoned.append(command_id)
        return
    _note(pace, answer.status, time.perf_counter() - began)
    if answer.status == 303:
        pace.accepted.append(command_id)
        await _ask(pace, visitor, answer.location)
    else:
        pace.refused.append(command_id)


async def _ask(pace: Pace, visitor: Visitor, path: str) -> str | None:
    began = time.perf_counter()
    try:
        answer = await visitor.get(path)
    except GaveUpError as gave_up:
        pace.failed[str(gave_up)] += 1
        return None
    _note(pace, answer.status, time.perf_counter() - began)
    return answer.text if answer.status == 200 else None


def _note(pace: Pace, status: int, took: float) -> None:
    if status == 503:
        pace.turned_away.append(took)
    elif status < 400:
        pace.answered.append(took)
    else:
        pace.failed[str(status)] += 1


if __name__ == "__main__":
    main()
