"""`werkpad demo`: make the invented city where it is missing, and serve or check it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click

from application.services import Services
from application.weekly_building import build_weekly_lists as build_lists_of
from database.private import make_folder, write_new
from domain.calendar import Week
from projections.engine.rebuild import begin
from werkpad.demo.check import NotRightError, wait_until_ready, walk
from werkpad.demo.city import invent_city
from werkpad.demo.fill import HalfACityError
from werkpad.demo.fill import fill as fill_once
from werkpad.demo.walk_in import walk_in
from werkpad.lifeline import ending_with_this_process
from werkpad.progress import bar
from werkpad.serving import check_port
from werkpad.settings import Settings
from werkpad.wiring import build
from workers import build_weekly_figures, build_weekly_lists, make_representation_report, rebuild
from workers.app import make_app
from workers.import_clients import import_clients

EXAMPLES = Path(__file__).parents[2] / "examples"
STEM, MARK = "werkpad", "demonstration.txt"
DATABASE = f"{STEM}.db"
EARLIER_LISTS = 5  # weeks


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
    if not (folder / MARK).exists() and (strange := next(folder.glob(f"{STEM}*.db"), None)):
        raise NotADemonstrationError(f"{strange} is no demonstration. Choose another folder with --folder.")
    if fresh:
        # The database first: without it the rest is made anew, whatever interrupts this.
        (folder / DATABASE).unlink(missing_ok=True)
    if not (folder / DATABASE).exists():
        _make(folder)
    services = build(Settings.from_environment(environment(folder)))
    services.create()
    tasks = make_app(services.settings, lambda: services).tasks
    tasks[build_weekly_lists.NAME].apply()
    tasks[build_weekly_figures.NAME].apply()
    tasks[make_representation_report.NAME].apply()
    services.close()


def _make(folder: Path) -> None:
    """Make the city beside its place, and move it there when it is whole: the database comes last."""
    making = folder / "demo.making"
    if making.exists():
        click.echo("An earlier demonstration was interrupted while it was made; making it anew.", err=True)
        shutil.rmtree(making)
    make_folder(making)
    services = build(Settings.from_environment(environment(making)))
    services.create()
    _invent(services)
    services.close()
    write_new(making / MARK, b"This database is the demonstration: every person in it is invented.\n")
    # The mark first, so that what stands there is known to be ours; the journals of an old one must not stay.
    (making / MARK).replace(folder / MARK)
    for file in folder.glob(f"{STEM}*.db*"):
        file.unlink()
    for file in sorted(making.iterdir(), key=lambda path: path.name == DATABASE):
        file.replace(folder / file.name)
    making.rmdir()


def fill() -> None:
    """Invent the city in the database of the settings, if that is empty or has but half a city.

    Raises:
        NotADemonstrationError: half a city stands there that people have worked in.
    """
    try:
        fill_once(Settings.from_environment(), _invent)
    except HalfACityError as error:
        raise NotADemonstrationError(str(error)) from None


def _invent(services: Services) -> None:
    now = services.clock()
    with bar("Inventing a city, its people and three years of work") as progress:
        city = invent_city(services, now, progress)
    tasks = make_app(services.settings, lambda: services).tasks
    with bar("Building the read models") as progress:
        # All at once, before the import: it wants those up to date that tell who is known already.
        begin(services.engine, shards=1)
        tasks[rebuild.NAME].apply()
        progress(1, 1)
    _import_research(services, now)
    services.engine.catch_up()
    with bar("Building the lists and figures of the weeks") as progress:
        _keep_earlier_lists(services)
        progress(1, 3)
        tasks[build_weekly_lists.NAME].apply()
        progress(2, 3)
        tasks[build_weekly_figures.NAME].apply()
        tasks[make_representation_report.NAME].apply()
    click.echo(f"{city.clients} invented clients, {services.log.head()} events in all.", err=True)


def _keep_earlier_lists(services: Services) -> None:
    """The lists of the weeks before, as they were handed out then, so that there is something to look back on."""
    week = Week.latest(services.clock())
    for weeks in range(EARLIER_LISTS, 0, -1):
        build_lists_of(services, Week(week.monday - timedelta(weeks=weeks)))


def _import_research(services: Services, now: datetime) -> None:
    with bar("Importing the research data of team NSW") as progress:
        outcome = import_clients(
            services,
            EXAMPLES / "nsw-job-training.csv",
            EXAMPLES / "nsw-job-training.toml",
            at=now,
            progress=progress,
        )
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
    server = subprocess.Popen(  # noqa: S603 - ourselves
        command, env=environment(folder), preexec_fn=ending_with_this_process(signal.SIGTERM)
    )
    try:
        wait_until_ready(base, lambda: server.poll() is None)
        return walk(base, click.echo) + walk_in(base, click.echo)
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
