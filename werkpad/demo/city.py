"""The demonstration's teams and accounts, and the lives that are played through the ordinary commands."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.roles import Role
from records import people
from records.people import Account, Team
from werkpad.demo.appointments import invent_appointments
from werkpad.demo.clients_write import invent_writings
from werkpad.demo.conversations import invent_conversations
from werkpad.demo.doubles import invent_doubles
from werkpad.demo.exemptions import invent_exemptions
from werkpad.demo.helpers import invent_helpers
from werkpad.demo.ids import random_id
from werkpad.demo.lives import Life
from werkpad.demo.names import Names
from werkpad.demo.offers import invent_offers
from werkpad.demo.office import invent_office
from werkpad.demo.steps import invent_steps
from werkpad.demo.take_overs import invent_take_overs
from werkpad.demo.voices import Voices
from werkpad.demo.waiting import invent_waiting

SEED = 20_261_123
PASSWORD = "werkpad-demo"  # noqa: S105 - the whole world may know it
CLIENTS = 1_200
BATCH = 100

# How many came in each half-year, and how many days one stays about: North shrank, South grew, and those who came as
# refugees were most one and a half years ago.
ARRIVALS = {
    "noord": ((32, 24, 16, 9, 8, 8), 560),
    "zuid": ((15, 11, 14, 18, 21, 21), 1_300),
    "nieuw": ((9, 13, 29, 31, 11, 7), 470),
}
# Coaches who left, and how many days ago: colleagues took their clients over.
LEFT = {"noord": 410, "nieuw": 200}
ENGLISH = frozenset({"coach-zuid-3", "coach-nieuw-2"})
TEAMS = (("noord", "Team Noord", False), ("zuid", "Team Zuid", False), ("nieuw", "Team Nieuwkomers", True))
RESEARCH = ("nsw", "Team NSW (research data)", False)


@dataclass(frozen=True, slots=True)
class City:
    """What was invented."""

    teams: tuple[Team, ...]
    clients: int
    events: int


def invent_city(services: Services, now: datetime, progress: Callable[[int, int], None]) -> City:
    """Invent teams, accounts, clients and signals; the same `now` gives the same city every time.

    Every client's commands are decided one after another, each at its own moment, and recorded together.
    """
    rng = random.Random(f"{SEED} {local_day(now)}")  # noqa: S311 - an invented city, not a secret
    teams, coaches = _people(services, rng)
    codes = {team.team_id: team.code for team in teams}
    gone = {
        c.account_id: local_day(now) - timedelta(days=LEFT[codes[team_id]])
        for team_id, colleagues in coaches.items()
        for c in colleagues
        if not c.active
    }
    english = frozenset(c.account_id for cs in coaches.values() for c in cs if c.language == "en")
    readers = _readers(services)
    names = Names(SEED)
    events = 0
    batch = []
    for number in range(CLIENTS):
        team = teams[number % len(teams)]
        colleagues = coaches[team.team_id]
        arrivals, stays = ARRIVALS[team.code]
        life = Life(
            rng,
            names,
            now,
            number,
            team,
            [c.account_id for c in colleagues],
            arrivals=arrivals,
            stays=stays,
            gone=gone,
            english=english,
            reader=readers[team.team_id],
        )
        decision = services.clients.decide(life.steps(), new=True)
        events += len(decision.events)
        batch.append(decision)
        if len(batch) == BATCH:
            services.clients.record(batch)
            batch = []
            progress(number + 1, CLIENTS)
    services.clients.record(batch)
    everybody = [c for team in teams for c in coaches[team.team_id] if c.active]
    improver, process = _account(services, "improve"), _account(services, "process")
    events += Voices(services, rng, now, everybody, improver, process).invent()
    invent_offers(services, rng, now, everybody)
    invent_office(services, rng, now, everybody, _account(services, "quality"))
    invent_writings(services, rng, now, _account(services, "coach"), names)
    invent_doubles(services, rng, now, _account(services, "coach"))
    # With luck of its own: all that was invented before stays as it is.
    invent_appointments(services, random.Random(f"{SEED} appointments"), now, everybody)  # noqa: S311 - a city, not a secret
    invent_steps(services, random.Random(f"{SEED} steps"), now, everybody)  # noqa: S311 - a city, not a secret
    invent_waiting(services, random.Random(f"{SEED} waiting"), now, everybody)  # noqa: S311 - a city, not a secret
    invent_helpers(services, random.Random(f"{SEED} helpers"), now, everybody)  # noqa: S311 - a city, not a secret
    manager = _account(services, "manager")
    invent_take_overs(services, random.Random(f"{SEED} take-overs"), now, everybody, manager)  # noqa: S311 - a city, not a secret
    invent_exemptions(services, random.Random(f"{SEED} exemptions"), now, everybody, readers)  # noqa: S311 - a city, not a secret
    invent_conversations(services, random.Random(f"{SEED} conversations"), now, everybody, manager)  # noqa: S311 - a city, not a secret
    progress(CLIENTS, CLIENTS)
    return City(tuple(teams), CLIENTS, events)


def _people(services: Services, rng: random.Random) -> tuple[list[Team], dict[UUID, list[Account]]]:
    """Teams with their coaches, and one account for each role under the name that the README gives."""
    names = Names(SEED + 1)
    hashed = people.hash_password(PASSWORD, may_be_well_known=True)
    teams = [Team(random_id(rng), code, name, specialised) for code, name, specialised in (*TEAMS, RESEARCH)]
    coaches: dict[UUID, list[Account]] = {team.team_id: [] for team in teams}

    with services.database.write() as connection:

        def add(username: str, role: Role, team: Team | None, *, improves: bool = False, active: bool = True) -> None:
            full_name = names.person(rng)[0]
            account = Account(
                random_id(rng),
                username,
                full_name,
                role,
                team.team_id if team else None,
                improves,
                active=active,
                language="en" if username in ENGLISH else None,
            )
            people.add_account(connection, account, PASSWORD, password_hash=hashed)
            if role is Role.WORK_COACH and team is not None:
                coaches[team.team_id].append(account)

        for team in teams:
            people.add_team(connection, team)
        for nth, team in enumerate(teams, start=1):
            first = nth == 1
            add("quality" if first else f"quality-{nth}", Role.QUALITY_OFFICER, team)
            add("manager" if first else f"manager-{nth}", Role.TEAM_MANAGER, team)
            if first:
                add("coach", Role.WORK_COACH, team)
                add("improve", Role.WORK_COACH, team, improves=True)
            wanted = 2 if team.code == RESEARCH[0] else 4
            for number in range(len(coaches[team.team_id]) + 1, wanted + 1):
                add(f"coach-{team.code}-{number}", Role.WORK_COACH, team)
            if team.code in LEFT:
                add(f"coach-{team.code}-before", Role.WORK_COACH, team, active=False)
        add("process", Role.PROCESS_MANAGER, None)
        add("privacy", Role.PRIVACY_OFFICER, None)
        add("admin", Role.ADMINISTRATOR, None)
    return teams[: len(TEAMS)], coaches


def _readers(services: Services) -> dict[UUID, UUID]:
    """Who reads drafts of exemptions in each team: its quality officer."""
    with services.database.read() as connection:
        accounts = people.all_accounts(connection)
    return {a.team_id: a.account_id for a in accounts if a.role is Role.QUALITY_OFFICER and a.team_id}


def _account(services: Services, username: str) -> Account:
    with services.database.read() as connection:
        return next(a for a in people.all_accounts(connection) if a.username == username)
