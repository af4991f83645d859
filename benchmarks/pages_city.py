"""A city of 40,000 open clients for the pages, with appointments and steps, made once and kept where asked."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from uuid import UUID

import click

from application.representation_reports import make_due_report
from application.services import Services
from application.weekly_building import build_weekly_lists
from benchmarks.bench import Bench, environment
from benchmarks.city_log import COACHES as OF_TEAMS
from benchmarks.city_log import NOW, PASSWORD, TEAMS, Marked, add_accounts
from domain.calendar import Week
from domain.roles import Role
from projections import weekly_figures
from projections.engine.rebuild import rebuild
from records import people
from records.people import Account
from werkpad import servers
from werkpad.demo.appointments import invent_appointments
from werkpad.demo.lives import Life
from werkpad.demo.names import Names
from werkpad.demo.offers import invent_offers
from werkpad.demo.steps import invent_steps
from werkpad.progress import bar
from werkpad.settings import Settings
from werkpad.wiring import build

TOGETHER = 500
# Some ninety events each, and six of seven clients still there.
DAYS, STAYS = 3_000, 20_000
OTHERS = (
    ("quality", Role.QUALITY_OFFICER, True),
    ("manager", Role.TEAM_MANAGER, True),
    ("process", Role.PROCESS_MANAGER, False),
    ("privacy", Role.PRIVACY_OFFICER, False),
    ("admin", Role.ADMINISTRATOR, False),
)
COACH = "coach-1-0"


@contextmanager
def city(bench: Bench, kind: str) -> Iterator[Services]:
    """Services over the city in a database of that kind; made where there is none, or only half of one, yet."""
    folder = bench.keep or bench.folder
    folder.mkdir(parents=True, exist_ok=True)
    name = f"city_{bench.events}"
    if kind == "SQLite":
        with _made(f"sqlite:///{folder / name}.db", bench.events, folder / f"{name}.sqlite.made") as services:
            yield services
        return
    with servers.postgres(folder / "postgres") as admin:
        servers.make_database(admin, name)
        url = admin.rsplit("/", 1)[0] + f"/{name}"
        with _made(url, bench.events, folder / f"{name}.postgres.made") as services:
            yield services


@contextmanager
def _made(url: str, events: int, made: Path) -> Iterator[Services]:
    services = build(Settings.from_environment(environment(url)), clock=lambda: NOW)
    try:
        services.create()
        if not made.exists():
            if services.log.head():
                raise click.ClickException(f"Half a city stands in {made.parent}; remove it to make it anew.")
            _invent(services, events)
            made.touch()
        yield services
    finally:
        services.close()


def _invent(services: Services, events: int) -> None:
    add_accounts(services)
    _add_others(services)
    click.echo(f"Filling a log with {events:,} events ({services.database.engine.dialect.name})", err=True)
    with bar("  ") as progress:
        done = 0
        lives = _lives(services)
        while done < events:
            marked = [each for life in islice(lives, TOGETHER) for each in life]
            marked.sort(key=lambda pair: pair[0].recorded_at)
            services.log.append([event for event, _ in marked], [mark for _, mark in marked])
            done += len(marked)
            progress(min(done, events), events)
    click.echo("Building the read models", err=True)
    rebuild(services.engine)
    click.echo("Inventing offers, appointments and steps", err=True)
    with services.database.read() as connection:
        coaches = [a for a in people.all_accounts(connection) if a.role is Role.WORK_COACH]
    coaches.sort(key=lambda each: each.account_id)
    rng = random.Random(5)  # noqa: S311 - an invented city, no secret
    invent_offers(services, rng, NOW, coaches)
    invent_appointments(services, rng, NOW, coaches)
    invent_steps(services, rng, NOW, coaches)
    services.engine.catch_up()
    click.echo("Building the lists and figures of the weeks", err=True)
    week = Week.latest(NOW)
    build_weekly_lists(services, week)
    weekly_figures.build(services.engine, week)
    make_due_report(services)


def _add_others(services: Services) -> None:
    hashed = people.hash_password(PASSWORD)
    with services.database.write() as connection:
        if any(a.username == "admin" for a in people.all_accounts(connection)):
            return
        for nth, (name, role, of_team) in enumerate(OTHERS, start=1):
            team = TEAMS[0].team_id if of_team else None
            account = Account(
                UUID(int=nth), name, "Invented Colleague", role, team, improves=False, active=True, language=None
            )
            people.add_account(connection, account, PASSWORD, password_hash=hashed)


def _lives(services: Services) -> Iterator[list[Marked]]:
    rng, names, number = random.Random(6), Names(6), 0  # noqa: S311 - invented people, no secret
    while True:
        team = TEAMS[number % len(TEAMS)]
        life = Life(rng, names, NOW, number, team, OF_TEAMS[team.team_id], longest=DAYS, stays=STAYS)
        decision = services.clients.decide(life.steps(), new=True)
        yield list(zip(decision.events, decision.marks, strict=True))
        number += 1
