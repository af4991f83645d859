"""Accounts and teams, kept by the administrator; and whose session is at the screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import Connection

from application import learning, practice, rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.setting_up import one_time_password
from domain.client import WithdrawTransfer
from domain.names import folded
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext, Step
from feedback import board
from feedback.signal import ReleaseSignal, Signal
from projections import agenda, caseload
from projections.caseload import Scope
from records import account_log, leave, people, routing, sessions, usernames
from records.account_log import Entry
from records.people import Account, Team

# How many accounts a page has: a city has hundreds, each with all that can be done to it.
SHOWN = 50
# What has to be up to date to say what hangs on an account.
_HELD_IN = ("caseload", "agenda", "signals")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What the administrator says of somebody who comes to work here."""

    account_id: UUID
    username: str
    full_name: str
    role: Role
    team_id: UUID | None
    improves: bool
    password: str


@dataclass(frozen=True, slots=True)
class People:
    """A part of those who work or worked here, of how many, and the teams."""

    accounts: Sequence[Account]
    found: int
    teams: Sequence[Team]


@dataclass(frozen=True, slots=True)
class AccountToClose:
    """An account with what hangs on it: open clients, questions to take over one, signals that it looks after (how many
    of each team, None: of the city), rules that give it signals, and leave of it or for which it stands in."""

    account: Account
    clients: int
    transfers: int
    signals: Mapping[UUID | None, int]
    teams: Mapping[UUID, str]
    rules: int
    leave: int


@needs(rights.MANAGE_PEOPLE)
def all_people(services: Services, _viewer: Viewer, named: str = "", *, page: int = 1) -> People:
    """Accounts with this in their name or username, so many at a time, and all teams; `page` counts from 1."""
    with services.database.read() as connection:
        wanted, teams = folded(named.strip()), people.all_teams(connection)
        found = [
            account
            for account in people.all_accounts(connection)
            if wanted in folded(account.full_name) or wanted in folded(account.username)
        ]
    return People(found[(page - 1) * SHOWN : page * SHOWN], len(found), teams)


@needs(rights.MANAGE_PEOPLE)
def add_account(services: Services, viewer: Viewer, new: NewAccount) -> None:
    """Let somebody log in, with a first password that serves once.

    Raises:
        Refused: something is missing or taken, the password is too short, or the role needs a team.
    """
    for name, text in (("username", new.username), ("full_name", new.full_name)):
        if not text:
            raise Refused("Please fill this in.", field=name)
    usernames.checked(new.username)
    account = Account(
        new.account_id,
        new.username,
        new.full_name,
        new.role,
        new.team_id,
        new.improves,
        active=True,
        language=None,
        one_time_password=True,
    )
    # Takes long on purpose, so nobody waits for it in a transaction.
    hashed = people.hash_password(new.password, (new.username, new.full_name))
    with services.database.write() as connection:
        people.add_account(connection, account, new.password, password_hash=hashed)
        learning.begin(connection, account.account_id, services.today)
        _note(services, connection, Entry.ADDED, account.account_id, viewer)


@needs(rights.MANAGE_PEOPLE)
def log_out_everywhere(services: Services, viewer: Viewer, account_id: UUID) -> None:
    """End all sessions of an account. Raises NotThereError where there is none."""
    with services.database.write() as connection:
        _require_account(connection, account_id)
        sessions.revoke(connection, account_id)
        _note(services, connection, Entry.LOGGED_OUT_EVERYWHERE, account_id, viewer)


@needs(rights.MANAGE_PEOPLE)
def account_shown(services: Services, _viewer: Viewer, account_id: UUID) -> Account:
    """One account. Raises NotThereError where there is none."""
    with services.database.read() as connection:
        account = people.account(connection, account_id)
    if account is None:
        raise NotThereError
    return account


@needs(rights.MANAGE_PEOPLE)
def give_password(services: Services, viewer: Viewer, account_id: UUID) -> str:
    """Give somebody who lost theirs a one-time password, which is told here and kept nowhere; all their sessions end.

    Raises:
        Refused: it is the viewer's own.
        NotThereError: there is no such account.
        TooManyAtOnceError: too many passwords are being looked at.
    """
    if account_id == viewer.account_id:
        raise Refused("Change your own password on the page of your account.")
    account_shown(services, viewer, account_id)
    password = one_time_password()
    hashed = people.hash_password(password)
    with services.database.write() as connection:
        people.set_password(connection, account_id, hashed, one_time=True)
        sessions.revoke(connection, account_id)
        _note(services, connection, Entry.GIVEN_ANEW, account_id, viewer)
    return password


@needs(rights.MANAGE_PEOPLE)
def account_to_close(services: Services, _viewer: Viewer, account_id: UUID) -> AccountToClose:
    """An account, and what hangs on it. Raises NotThereError where there is none."""
    services.engine.catch_up(_HELD_IN, wait=True)
    with services.database.read() as connection:
        account = people.account(connection, account_id)
        if account is None:
            raise NotThereError
        return AccountToClose(
            account,
            caseload.count(connection, Scope(coach_id=account_id)),
            len(agenda.asked_of(connection, account_id)),
            Counter(board.given_to(connection, account_id).values()),
            {team.team_id: team.name for team in people.all_teams(connection)},
            routing.of_person(connection, account_id),
            leave.of_person(connection, account_id, services.today),
        )


@needs(rights.MANAGE_PEOPLE)
def close_account(services: Services, viewer: Viewer, account_id: UUID) -> None:
    """Let nobody log in with an account any more, and end its sessions, its leave, and the rules that give it signals.
    Signals that it looks after are left to their teams, and questions to take over a client are taken back.

    Raises:
        Refused: it is the viewer's own, or clients would be left with nobody.
        NotThereError: there is no such account.
    """
    if account_id == viewer.account_id:
        raise Refused("You can't close your own account.")
    services.engine.catch_up(_HELD_IN, wait=True)
    with services.database.read() as connection:
        _require_account(connection, account_id)
        with_clients = caseload.count(connection, Scope(coach_id=account_id))
    if with_clients:
        raise Refused(
            "%(number)d clients are with this colleague. A team manager reassigns them first, on the page of the team.",
            number=with_clients,
        )
    # Before, so that an account whose closing is interrupted is open and closed again; and after, for what it was given
    # while this went on: nobody gives anything to a closed one.
    _hand_back(services, viewer, account_id)
    with services.database.write() as connection:
        routing.leave_out(connection, account_id)
        leave.end_of_person(connection, account_id, services.today)
        people.set_active(connection, account_id, active=False)
        sessions.revoke(connection, account_id)
        practice.forget(connection, account_id)
        _note(services, connection, Entry.CLOSED, account_id, viewer)
    _hand_back(services, viewer, account_id)


def _hand_back(services: Services, viewer: Viewer, account_id: UUID) -> None:
    """Leave the signals that somebody looks after to their teams, and take back what they were asked to take over."""
    services.engine.catch_up(_HELD_IN, wait=True)
    with services.database.read() as connection:
        given, asked = board.given_to(connection, account_id), agenda.asked_of(connection, account_id)
    now = CommandContext(services.clock(), viewer.account_id)
    release: list[Step[Signal]] = [
        Step(ReleaseSignal(signal_id=signal_id, person=account_id), now, uuid4()) for signal_id in given
    ]
    if release:
        services.together([(services.signals, [step]) for step in release])
    for client_id in asked:
        # Withdrawn or answered meanwhile, there is nothing to take back.
        with suppress(Refused):
            services.clients.handle(WithdrawTransfer(client_id=client_id), now, uuid4())


@needs(rights.MANAGE_PEOPLE)
def open_account(services: Services, viewer: Viewer, account_id: UUID) -> None:
    """Let somebody log in again with an account that was closed. Raises NotThereError where there is none."""
    with services.database.write() as connection:
        _require_account(connection, account_id)
        people.set_active(connection, account_id, active=True)
        _note(services, connection, Entry.OPENED, account_id, viewer)


def _note(services: Services, connection: Connection, entry: Entry, account_id: UUID, viewer: Viewer) -> None:
    account_log.note(connection, entry, account_id, services.clock(), actor=viewer.account_id)


def _require_account(connection: Connection, account_id: UUID) -> None:
    if people.account(connection, account_id) is None:
        raise NotThereError


@needs(rights.ENTER)
def choose_language(services: Services, viewer: Viewer, language: str) -> None:
    """Remember in which language somebody reads."""
    with services.database.write() as connection:
        people.set_language(connection, viewer.account_id, language)


def recognise(services: Services, token: str) -> tuple[Account, Viewer] | None:
    """Whose session this is, with whom they stand in for today; it lasts on by being used. None where it has ended."""
    now = services.clock()
    with services.database.read() as connection:
        found = sessions.find(connection, token, now)
        if found is None:
            return None
        account, touch = found
        viewer = replace(account.viewer, one_time_password=account.one_time_password)
        if viewer.coaches:
            away = leave.stood_in_for(connection, account.account_id, services.today)
            viewer = replace(viewer, stands_in_for=away)
    if touch:
        with services.database.write() as connection:
            sessions.touch(connection, token, now)
    return account, viewer


def colleagues(services: Services) -> dict[UUID, str]:
    """The names of everybody who works or worked here."""
    with services.database.read() as connection:
        return people.names(connection)
