"""A log to measure on: invented clients with about a hundred events each, recorded as the years go by."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

from application.services import Services
from domain.roles import Role
from eventlog.events import Event
from records import people
from records.people import Account, Team
from werkpad.demo.lives import Life
from werkpad.demo.names import Names

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SEED = 3
DAYS, STAYS = 4_500, 2_700  # of history, which comes to about a hundred events a client
COACHES_A_TEAM = 25
PASSWORD = "only for measuring"  # noqa: S105 - nobody logs in there
TOGETHER = 500  # clients whose events lie between each other's in the log

TEAMS = tuple(Team(UUID(int=n), f"team-{n}", f"Team {n}", specialised=n > 9) for n in range(1, 13))
COACHES = {t.team_id: [UUID(int=1_000 * t.team_id.int + n) for n in range(COACHES_A_TEAM)] for t in TEAMS}

Marked = tuple[Event, "tuple[UUID, int] | None"]


@dataclass(frozen=True, slots=True)
class Filled:
    """How many of what the log has."""

    events: int
    clients: int


def fill(services: Services, events: int, progress: Callable[[int, int], None]) -> Filled:
    """Append whole lives until the log has at least so many events."""
    done = clients = 0
    lives = _lives(services)
    while done < events and (batch := list(islice(lives, TOGETHER))):
        marked: list[Marked] = []
        for life in batch:
            marked += life
            clients += 1
            if done + len(marked) >= events:
                break
        marked.sort(key=lambda pair: pair[0].recorded_at)
        services.log.append([event for event, _ in marked], [mark for _, mark in marked])
        done += len(marked)
        progress(min(done, events), events)
    return Filled(done, clients)


def _lives(services: Services) -> Iterator[list[Marked]]:
    rng = random.Random(SEED)  # noqa: S311 - invented people, not a secret
    names = Names(SEED)
    number = 0
    while True:
        team = TEAMS[number % len(TEAMS)]
        life = Life(rng, names, NOW, number, team, COACHES[team.team_id], longest=DAYS, stays=STAYS)
        decision = services.clients.decide(life.steps(), new=True)
        yield list(zip(decision.events, decision.marks, strict=True))
        number += 1


def add_accounts(services: Services) -> None:
    """The coaches of the log, who can log in, and their teams, where they are not there yet."""
    hashed = people.hash_password(PASSWORD)
    with services.database.write() as connection:
        if people.all_teams(connection):
            return
        for team in TEAMS:
            people.add_team(connection, team)
            for nth, coach in enumerate(COACHES[team.team_id]):
                account = Account(
                    coach,
                    f"coach-{team.team_id.int}-{nth}",
                    "Invented Coach",
                    Role.WORK_COACH,
                    team.team_id,
                    improves=False,
                    active=True,
                    language=None,
                )
                people.add_account(connection, account, PASSWORD, password_hash=hashed)
