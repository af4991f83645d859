"""Beginning: the first administrator, the teams and those who work in them, made by whoever runs Werkpad."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import Connection

from application import learning
from application.services import Services
from domain.refusal import Refused
from domain.roles import Role
from domain.text import required_text
from records import people
from records.people import Account, Team

# Nothing that is mistaken for another: a password is copied from paper.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class NewTeam:
    """A team that is to be there, known by its code."""

    code: str
    name: str
    specialised: bool = False


@dataclass(frozen=True, slots=True)
class NewColleague:
    """Somebody who is to have an account, known by what they log in as; `team` is the code of one."""

    username: str
    full_name: str
    role: Role
    team: str | None = None
    improves: bool = False
    email: str | None = None


@dataclass(frozen=True, slots=True)
class FirstPassword:
    """What somebody logs in with for the first time. It is kept nowhere, so it is told once."""

    username: str
    password: str


@dataclass(frozen=True, slots=True)
class SetUp:
    """What was made, and what was there already and stays as it is."""

    teams: Sequence[str]
    accounts: Sequence[FirstPassword]
    teams_there: Sequence[str]
    accounts_there: Sequence[str]


def has_administrator(services: Services) -> bool:
    """Whether somebody can log in who keeps accounts."""
    with services.database.read() as connection:
        return any(a.active and a.role is Role.ADMINISTRATOR for a in people.all_accounts(connection))


def set_up(services: Services, teams: Sequence[NewTeam], colleagues: Sequence[NewColleague]) -> SetUp:
    """Make the teams and accounts that are not there yet: all of them, or none. Doing it again makes nothing twice.

    Raises:
        Refused: one is not sound; the sentence says which.
    """
    _require_once([team.code for team in teams], "The team %(name)s is named twice.")
    _require_once([who.username for who in colleagues], "The account %(name)s is named twice.")
    with services.database.read() as connection:
        there = {account.username for account in people.all_accounts(connection)}
    new = [who for who in colleagues if who.username not in there]
    passwords = {who.username: one_time_password() for who in new}
    # Takes long on purpose, so nobody waits for it in a transaction.
    hashes = {username: people.hash_password(password) for username, password in passwords.items()}
    with services.database.write() as connection:
        codes = {team.code for team in people.all_teams(connection)}
        made = [team for team in teams if team.code not in codes]
        for team in made:
            _add_team(connection, team)
        by_code = {team.code: team for team in people.all_teams(connection)}
        for who in new:
            account_id = _add_colleague(connection, who, by_code, hashes[who.username])
            learning.begin(connection, account_id, services.today)
    return SetUp(
        teams=[team.code for team in made],
        accounts=[FirstPassword(username, password) for username, password in passwords.items()],
        teams_there=[team.code for team in teams if team.code in codes],
        accounts_there=[who.username for who in colleagues if who.username in there],
    )


def one_time_password() -> str:
    """Four groups of four letters that nobody can guess."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def _require_once(names: Sequence[str], message: str) -> None:
    for name, count in Counter(names).items():
        if count > 1:
            raise Refused(message, name=name)


def _add_team(connection: Connection, team: NewTeam) -> None:
    code = required_text(team.code, field="code", longest=40)
    name = required_text(team.name, field="name", longest=100)
    people.add_team(connection, Team(uuid4(), code, name, team.specialised))


def _add_colleague(connection: Connection, who: NewColleague, teams: Mapping[str, Team], password_hash: str) -> UUID:
    try:
        username = required_text(who.username, field="username", longest=80)
        full_name = required_text(who.full_name, field="full_name", longest=120)
        if who.team and who.team not in teams:
            raise Refused("There is no team with this code.", field="team")
        team_id = teams[who.team].team_id if who.team else None
        account = Account(
            uuid4(),
            username,
            full_name,
            who.role,
            team_id,
            who.improves,
            active=True,
            language=None,
            one_time_password=True,
        )
        people.add_account(connection, account, "", password_hash=password_hash)
        if who.email:
            people.set_email(connection, account.account_id, who.email)
        return account.account_id
    except Refused as refused:
        raise Refused("The account %(name)s: %(reason)s", name=who.username[:80], reason=str(refused)) from None
