"""How somebody hears of what concerns them: each kind of notice that there is for them, with their choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application import rights
from application.rights import needs
from application.services import Services
from domain.roles import Role, Viewer
from records import account_log, notice_choices, notices, people
from records.account_log import Entry
from records.notice_choices import Way as Way


@dataclass(frozen=True, slots=True)
class Notice:
    """A kind of notice: the ways in which it may come, and the one that holds."""

    kind: str
    ways: Sequence[Way]
    way: Way


@dataclass(frozen=True, slots=True)
class Notifications:
    """The notices that there are for somebody, and the address that mails go to; `mail` where a server is set up."""

    notices: Sequence[Notice]
    email: str | None
    mail: bool


def concerns(kind: str, viewer: Viewer) -> bool:
    """Whether somebody of this role can get a kind of notice."""
    concerned = {
        notices.DIGEST: viewer.logs_signals or viewer.improves,
        notices.CLOCKS: viewer.triages_signals,
        notices.MONTHLY: True,
        notices.MEETING: viewer.takes_intakes,
        notices.TO_READ: viewer.reads_exemptions,
        notices.TO_GIVE_BACK: viewer.role is Role.TEAM_MANAGER,
    }
    return concerned.get(kind, viewer.coaches)


@needs(rights.KEEP_ACCOUNT)
def notifications(services: Services, viewer: Viewer) -> Notifications:
    """The viewer's notices, each with its choice."""
    with services.database.read() as connection:
        chosen = notice_choices.of_account(connection, viewer.account_id)
        account = people.account(connection, viewer.account_id)
    kinds = [kind for kind in notice_choices.WAYS if concerns(kind, viewer)]
    found = [Notice(kind, notice_choices.WAYS[kind], chosen[kind]) for kind in kinds]
    return Notifications(found, account.email if account else None, bool(services.settings.smtp_url))


@needs(rights.KEEP_ACCOUNT)
def choose(services: Services, viewer: Viewer, chosen: Mapping[str, str], email: str | None) -> None:
    """Choose how the viewer hears of these kinds, and where mails go.

    Raises:
        Refused: a kind does not come in that way, or this is no address; nothing was changed.
    """
    with services.database.write() as connection:
        me = viewer.account_id
        before = people.account(connection, me)
        notice_choices.choose(connection, me, chosen)
        people.set_email(connection, me, email)
        if before and before.email != email:
            account_log.note(connection, Entry.MAIL_CHANGED, me, services.clock(), actor=me)
