"""The missing-data lists of a Monday for a whole city, of this week and of one gone by, on both kinds of database."""

from __future__ import annotations

import random
import statistics
from collections.abc import Iterator
from itertools import islice

import click

from application import weekly_building
from application.services import Services
from benchmarks.bench import Bench
from benchmarks.city_log import COACHES, NOW, TEAMS, Marked, add_accounts
from benchmarks.figure import ROUNDS, Result, seconds
from domain.calendar import Week, local_day
from domain.client import ClientClosed
from projections.engine.rebuild import rebuild
from records import weekly_lists
from werkpad.demo.lives import Life
from werkpad.demo.names import Names
from werkpad.progress import bar

CLIENTS = 40_000
TOGETHER = 500
DAYS = 150  # of history at most: some fifteen events a client, most of them about fields
STAYS = 1_000_000
LIMIT, LIMIT_GONE_BY = 5, 120


def lists(bench: Bench) -> list[Result]:
    """What the task of a Monday does, with no list there yet but those of the week before."""
    results = []
    for kind in ("PostgreSQL", "SQLite"):
        with bench.kind(kind, "lists") as services:
            _fill(services)
            rebuild(services.engine)
            this = Week.of(local_day(NOW))
            before = seconds(lambda: weekly_building.build_weekly_lists(services, this.previous))  # noqa: B023 - called at once
            results.append(_result("of a week gone by", kind, [before], LIMIT_GONE_BY))
            rounds = []
            for _ in range(ROUNDS):
                _forget(services, this)
                rounds.append(seconds(lambda: weekly_building.build_weekly_lists(services)))
            results.append(_result("of this week", kind, rounds, LIMIT))
    return results


def _result(what: str, kind: str, rounds: list[float], limit: float) -> Result:
    value, coaches = statistics.median(rounds), len(TEAMS) * len(COACHES[TEAMS[0].team_id])
    name = f"lists {what}, {coaches} coaches, {CLIENTS:,} open clients, {kind}"
    ratios = [each / limit for each in rounds]
    return Result(name, value, "s", f"limit of {limit} s", value / limit, "at most 1", value <= limit, ratios)


def _forget(services: Services, week: Week) -> None:
    lists, lines = weekly_lists.weekly_lists, weekly_lists.weekly_list_lines
    of_week = lists.c.week == str(week)
    with services.database.write() as connection:
        connection.execute(
            lines.delete().where(lines.c.list_id.in_(lists.select().with_only_columns(lists.c.list_id).where(of_week)))
        )
        connection.execute(lists.delete().where(of_week))


def _fill(services: Services) -> None:
    add_accounts(services)
    click.echo(f"Filling a log with {CLIENTS:,} open clients", err=True)
    lives = _open_lives(services)
    with bar("  ") as progress:
        for done in range(0, CLIENTS, TOGETHER):
            marked = [each for life in islice(lives, TOGETHER) for each in life]
            marked.sort(key=lambda pair: pair[0].recorded_at)
            services.log.append([event for event, _ in marked], [mark for _, mark in marked])
            progress(done + TOGETHER, CLIENTS)


def _open_lives(services: Services) -> Iterator[list[Marked]]:
    rng, names, number = random.Random(4), Names(4), 0  # noqa: S311 - invented people, no secret
    while True:
        team = TEAMS[number % len(TEAMS)]
        life = Life(rng, names, NOW, number, team, COACHES[team.team_id], longest=DAYS, stays=STAYS)
        decision = services.clients.decide(life.steps(), new=True)
        number += 1
        if not any(isinstance(event, ClientClosed) for event in decision.events):
            yield list(zip(decision.events, decision.marks, strict=True))
