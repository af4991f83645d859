"""What is new for somebody: answers on signals they reported, support or follow."""

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
from records import notice_choices, notices


@dataclass(frozen=True, slots=True)
class News:
    """The signals with news, and those of which somebody is asked whether it helped."""

    rows: Sequence[SignalShown]
    asked: Sequence[SignalShown]


@needs(rights.LOG_SIGNALS)
def unheard(services: Services, viewer: Viewer) -> News:
    """What the viewer has not seen yet, the latest first, and what they are asked."""
    me = viewer.account_id
    with services.database.read() as connection:
        rows = model.unheard(connection, services.signal_handler, me, services.today)
        asked = model.asked_whether_it_helped(connection, services.signal_handler, me, services.today)
    return News(opened(services, rows), opened(services, asked))


@needs(rights.LOG_SIGNALS)
def unheard_ids(services: Services, viewer: Viewer) -> set[UUID]:
    """Which signals have news that the viewer has not seen, to count beside each page; none for who wants none."""
    with services.database.read() as connection:
        if notice_choices.of_account(connection, viewer.account_id)[notices.DIGEST] is notice_choices.Way.OFF:
            return set()
        return model.unheard_ids(connection, services.signal_handler, viewer.account_id, services.today)


@needs(rights.LOG_SIGNALS)
def hear_all(services: Services, viewer: Viewer) -> None:
    """Note that the viewer has seen all of it."""
    me = viewer.account_id
    with services.database.read() as connection:
        rows = model.unheard(connection, services.signal_handler, me, services.today)
    with services.database.write() as connection:
        services.signal_handler.receipts.note(connection, me, {row.signal_id: row.version for row in rows})
