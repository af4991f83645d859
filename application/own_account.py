"""One's own account: how somebody chooses another password, and a first one of their own."""

from __future__ import annotations

from dataclasses import dataclass

from application import log_ins, rights, tries
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.refusal import Refused
from domain.roles import Viewer
from records import account_log, passwords, people, sessions
from records.account_log import Entry
from records.log_in_tries import OF_ADDRESS, OF_NAME, Counted


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """What somebody typed to choose another password, twice the same, and from where."""

    current: str
    password: str
    again: str
    address: str


@needs(rights.ENTER)
def change_password(services: Services, viewer: Viewer, given: PasswordChange, token: str) -> None:
    """Let the viewer log in with another password from now on. All their sessions end, and one under this token begins.

    Raises:
        Refused: the current password is another one, or the new one can't be one.
        HeldBackError: too many tries failed before.
        TooManyAtOnceError: too many passwords are being looked at; this try does not count.
    """
    with services.database.read() as connection:
        account = people.account(connection, viewer.account_id)
        known = people.with_hash(connection, account.username) if account else None
    if account is None or known is None:
        raise NotThereError
    _require_another(given)
    passwords.require_good(given.password, (account.username, account.full_name))
    counted = [
        Counted(tries.mark(services, f"own password {account.account_id.hex}"), OF_NAME),
        Counted(tries.mark(services, f"log-in address {tries.network(given.address)}"), OF_ADDRESS),
    ]
    if not log_ins.belongs(services, counted, given.current, known, given.address):
        _refuse(services, viewer, given.address)
    try:
        hashed = passwords.hash_password(given.password)
    except passwords.TooManyAtOnceError:
        log_ins.take_back(services, counted)
        raise
    now = services.clock()
    with services.database.write() as connection:
        changed = people.set_password(connection, account.account_id, hashed, instead_of=known[1], one_time=False)
        if changed:
            log_ins.forgive(connection, counted, now)
            sessions.revoke(connection, account.account_id)
            sessions.begin(connection, token, account.account_id, now)
            account_log.note(
                connection,
                Entry.CHANGED_OWN,
                account.account_id,
                now,
                actor=account.account_id,
                address=given.address,
            )
    if not changed:
        # Somebody changed it meanwhile: then what was typed is the current one no more.
        _refuse(services, viewer, given.address)


def _require_another(given: PasswordChange) -> None:
    if not given.current:
        raise Refused("Please fill this in.", field="current")
    if given.password != given.again:
        raise Refused("This is not the same as the new password.", field="again")
    if given.password == given.current:
        raise Refused("This is your current password. Choose another one.", field="password")


def _refuse(services: Services, viewer: Viewer, address: str) -> None:
    mine = viewer.account_id
    with services.database.write() as connection:
        account_log.note(connection, Entry.CHANGE_REFUSED, mine, services.clock(), actor=mine, address=address)
    raise Refused("This is not your current password.", field="current")
