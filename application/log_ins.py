"""How somebody says who they are: slower each time that it fails, all of it in the log of accounts; and that log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from application import rights, tries
from application.rights import needs
from application.services import Services
from domain.roles import Viewer
from records import account_log, log_in_tries, passwords, people, sessions, usernames
from records.account_log import Entry, Logged
from records.log_in_tries import OF_ADDRESS, OF_BROWSER, OF_NAME, Counted, HeldBackError
from records.passwords import TooManyAtOnceError
from records.people import Account


@dataclass(frozen=True, slots=True)
class LogIn:
    """A name and a password, where they come from, and whose browser it is: whose account was logged into there last.

    An owner's browser is counted apart, so that nobody keeps an owner out by failing in the owner's name.
    """

    username: str
    password: str
    address: str
    browser_of: UUID | None = None


def log_in(services: Services, given: LogIn, token: str) -> Account | None:
    """Begin a session under a token, where name and password belong together; takes as long where they don't.

    Raises:
        HeldBackError: too many tries failed before, whether there is such an account or not.
        TooManyAtOnceError: too many log in at this moment; this try does not count.
    """
    now = services.clock()
    with services.database.read() as connection:
        known = people.with_hash(connection, given.username)
    counted = _counted(services, given, known[0].account_id if known else None)
    account_id = known[0].account_id if known else None
    right = belongs(services, counted, given.password, known, given.address)
    with services.database.write() as connection:
        if known is None or not right or not known[0].active:
            account_log.note(connection, Entry.FAILED, account_id, now, address=given.address)
            return None
        forgive(connection, counted, now)
        sessions.begin(connection, token, known[0].account_id, now)
        account_log.forget_old(connection, now)
        account_log.note(
            connection, Entry.LOGGED_IN, known[0].account_id, now, actor=known[0].account_id, address=given.address
        )
    return known[0]


def belongs(
    services: Services, counted: Sequence[Counted], password: str, known: tuple[Account, str] | None, address: str
) -> bool:
    """Whether a password is that of an account. It counts as a failed try before it is judged.

    Raises:
        HeldBackError: too many tries failed before.
        TooManyAtOnceError: too many passwords are being looked at; this try does not count.
    """
    now = services.clock()
    try:
        with services.database.write() as connection:
            log_in_tries.count(connection, counted, now)
    except HeldBackError as held:
        if held.first:
            with services.database.write() as connection:
                if log_in_tries.told(connection, held.mark):
                    account_id = known[0].account_id if known else None
                    account_log.note(connection, Entry.HELD_BACK, account_id, now, address=address)
        raise
    try:
        return passwords.belongs(password, known[1] if known else None)
    except TooManyAtOnceError:
        take_back(services, counted)
        raise


def take_back(services: Services, counted: Sequence[Counted]) -> None:
    """Let a try count that was not judged as none."""
    with services.database.write() as connection:
        log_in_tries.take_back(connection, counted, services.clock())


def forgive(connection: Connection, counted: Sequence[Counted], now: datetime) -> None:
    """Begin anew for whoever succeeded; from their address others may still fail."""
    own = [each for each in counted if each.allowance is not OF_ADDRESS]
    log_in_tries.forget(connection, own, now)
    log_in_tries.take_back(connection, [each for each in counted if each not in own], now)


def _counted(services: Services, given: LogIn, account_id: UUID | None) -> list[Counted]:
    if account_id is not None and given.browser_of == account_id:
        return [Counted(tries.mark(services, f"log-in browser {account_id.hex}"), OF_BROWSER)]
    return [
        Counted(tries.mark(services, f"log-in name {usernames.folded(given.username)}"), OF_NAME),
        Counted(tries.mark(services, f"log-in address {tries.network(given.address)}"), OF_ADDRESS),
    ]


def log_out(services: Services, token: str, address: str) -> None:
    """End the session under a token, where there is one."""
    now = services.clock()
    with services.database.write() as connection:
        found = sessions.find(connection, token, now)
        sessions.end(connection, token)
        if found is not None:
            mine = found[0].account_id
            account_log.note(connection, Entry.LOGGED_OUT, mine, now, actor=mine, address=address)


@needs(rights.SEE_ACCOUNT_LOG)
def entries(services: Services, _viewer: Viewer, before: int | None = None) -> tuple[Sequence[Logged], int | None]:
    """Who logged in, or could not, and who changed which account, the latest first: a part of it, and what to ask
    `before` to see what came earlier; None where that is all."""
    with services.database.read() as connection:
        return account_log.part(connection, before)
