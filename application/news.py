"""What is new for somebody: answers on signals they reported, support or follow; and how they hear of it by mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from application import rights
from application.rights import needs
from application.services import Services
from application.signals import SignalShown, opened
from domain.roles import Viewer
from feedback import news as model
from records import account_log, people
from records.account_log import Entry
from records.people import Account

# By mail in a daily digest, or not at all.
WAYS = people.NEWS


@dataclass(frozen=True, slots=True)
class News:
    """The signals with news, those of which somebody is asked whether it helped, and how they want to hear of it;
    `mail` where there is any."""

    rows: Sequence[SignalShown]
    asked: Sequence[SignalShown]
    account: Account | None
    mail: bool


@needs(rights.LOG_SIGNALS)
def unheard(services: Services, viewer: Viewer) -> News:
    """What the viewer has not seen yet, the latest first, and what they are asked."""
    me = viewer.account_id
    with services.database.read() as connection:
        rows = model.unheard(connection, services.signal_handler, me, services.today)
        asked = model.asked_whether_it_helped(connection, services.signal_handler, me, services.today)
        account = people.account(connection, me)
    return News(opened(services, rows), opened(services, asked), account, bool(services.settings.smtp_url))


@needs(rights.LOG_SIGNALS)
def unheard_ids(services: Services, viewer: Viewer) -> set[UUID]:
    """Which signals have news that the viewer has not seen."""
    with services.database.read() as connection:
        return model.unheard_ids(connection, services.signal_handler, viewer.account_id, services.today)


@needs(rights.LOG_SIGNALS)
def hear_all(services: Services, viewer: Viewer) -> None:
    """Note that the viewer has seen all of it."""
    me = viewer.account_id
    with services.database.read() as connection:
        rows = model.unheard(connection, services.signal_handler, me, services.today)
    with services.database.write() as connection:
        services.signal_handler.receipts.note(connection, me, {row.signal_id: row.version for row in rows})


@needs(rights.LOG_SIGNALS)
def choose_mail(services: Services, viewer: Viewer, way: str, email: str | None) -> None:
    """Choose how the viewer hears of news by mail, and where to.

    Raises:
        Refused: there is no such way, or this is no address.
    """
    with services.database.write() as connection:
        me = viewer.account_id
        before = people.account(connection, me)
        people.set_news(connection, me, way)
        people.set_email(connection, me, email)
        if before and before.email != email:
            account_log.note(connection, Entry.MAIL_CHANGED, me, services.clock(), actor=me)
