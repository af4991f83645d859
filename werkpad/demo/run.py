"""`werkpad demo`: make the invented city where it is missing, and serve or check it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import click

from eventlog.handler import Moment
from projections.rebuild import begin
from werkpad.demo.check import NotRightError, wait_until_ready, walk
from werkpad.demo.city import invent_city
from werkpad.progress import bar
from werkpad.serving import check_port
from werkpad.settings import Settings
from werkpad.wiring import Services, build
from workers import build_weekly_figures, build_weekly_lists, rebuild
from workers.app import make_app
from workers.import_clients import import_clients

EXAMPLES = Path(__file__).parents[2] / "examples"
DATABASE, MARK = "werkpad.db", "demonstration.txt"


class NotADemonstrationError(Exception):
    """The folder holds a database that is none of ours to replace."""


def environment(folder: Path) -> dict[str, str]:
    """The demonstration's own settings: a database of its own, whatever the environment says."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("WERKPAD_")}
    return kept | {"WERKPAD_DATABASE_URL": f"sqlite:///{folder.resolve() / DATABASE}", "WERKPAD_DEMO": "true"}


def prepare(folder: Path, *, fresh: bool) -> None:
    """Make the city in `folder` unless it is there; one that was interrupted half-way is begun anew.

    Raises:
        NotADemonstrationError: another database stands there.
    """
    if (folder / DATABASE).exists() and not (folder / MARK).exists():
        raise NotADemonstrationError(f"{folder / DATABASE} is no demonstration. Choose another folder with --folder.")
    if fresh:
        for file in [*folder.glob(f"{Path(DATABASE).stem}*.db*"), folder / MARK]:
            file.unlink(missing_ok=True)
    if not (folder / DATABASE).exists():
        _make(folder)
    services = build(Settings.from_environment(environment(folder)))
    services.create()
    tasks = make_app(services.settings, lambda: services).tasks
    tasks[build_weekly_lists.NAME].apply()
    tasks[build_weekly_figures.NAME].apply()
    services.close()


def _make(folder: Path) -> None:
    """Make the city beside its place, and move it there when it is whole: the database comes last."""
    making = folder / "demo.making"
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    services = build(Settings.from_environment(environment(making)))
    services.create()
    _invent(services)
    services.close()
    (making / MARK).write_text("This database is the demonstration: every person in it is invented.\n")
    for file in sorted(making.iterdir(), key=lambda path: path.name == DATABASE):
        file.replace(folder / file.name)
    making.rmdir()


def fill() -> None:
    """Invent the city in the database of the settings, if that is empty."""
    services = build(Settings.from_environment())
    try:
        services.create()
        if not services.log.head():
            _invent(services)
    finally:
        services.close()


def _invent(services: Services) -> None:
    now = services.clock()
    with bar("Inventing a city, its people and two years of work") as progress:
        city = invent_city(services, now, progress)
    _import_research(services, now)
    with bar("Building the read models and this week's lists") as progress:
        tasks = make_app(services.settings, lambda: services).tasks
        begin(services.engine, shards=1)
        tasks[rebuild.NAME].apply()
        progress(9, 10)
        tasks[build_weekly_lists.NAME].apply()
        tasks[build_weekly_figures.NAME].apply()
    click.echo(f"{city.clients} invented clients, {services.log.head()} events in all.", err=True)


def _import_research(services: Services, now: datetime) -> None:
    with bar("Importing the research data of team NSW") as progress:
        outcome = import_clients(
            services, EXAMPLES / "nsw-job-training.csv", EXAMPLES / "nsw-job-training.toml",
            moment=Moment(now), progress=progress,
        )  # fmt: skip
    click.echo(f"{outcome.imported} of {outcome.rows} rows imported, {outcome.rejected} rejected.", err=True)


def serve(folder: Path, host: str, port: int) -> None:
    """Serve the city in the foreground, after saying where and as whom to look at it."""
    check_port(host, port)
    click.echo(WELCOME.format(base=f"http://{host}:{port}"))
    command = [sys.executable, "-m", "werkpad", "serve", "--host", host, "--port", str(port), "--quiet"]
    os.execve(sys.executable, command, environment(folder))  # noqa: S606 - ourselves


def check(folder: Path, host: str, port: int) -> int:
    """Serve the city, request the main pages as each role, and stop; the number of pages that were not right."""
    check_port(host, port)
    base = f"http://{host}:{port}"
    command = [sys.executable, "-m", "werkpad", "serve", "--host", host, "--port", str(port), "--quiet"]
    server = subprocess.Popen(command, env=environment(folder))  # noqa: S603 - ourselves
    try:
        wait_until_ready(base, lambda: server.poll() is None)
        return walk(base, click.echo)
    except NotRightError as error:
        click.echo(f"BAD {error}")
        return 1
    finally:
        server.terminate()
        server.wait()


WELCOME = """
Werkpad runs at {base}

Log in as one of these, all with the password werkpad-demo:
  coach     work coach        begin with the caseload, then "Not seen for 3 months" and a client's file
  quality   quality officer   the team's figures, and what is missing in which field
  manager   team manager      the team: caseloads, plans, contact, and how the figures are kept
  process   process manager   the city by team, and all signals
  improve   work coach in the improvement team   the board of signals
  privacy   privacy officer   who looked at which file, and erasures
  admin     administrator     accounts and teams

Every person is invented, but for the anonymous research data of team NSW. Ctrl-C stops.
"""
