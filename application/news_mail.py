"""Mails about signals, put into the outbox: news at once or once a day, and clocks for those who triage.

What they say is counted when they leave (`application/composing.py`).
"""

from __future__ import annotations

import hashlib
import hmac
from uuid import UUID, uuid5

from application.services import Services
from feedback import clocks
from feedback.news import unheard
from records import notices, outbox, people

_DIGESTS = UUID("2b5a0c55-0b0a-5c3e-8f1e-7a6f6f2d9f10")


def put_news(services: Services) -> int:
    """Put mails for those who want to hear of news at once; how many were put into the outbox.

    Raises PoisonError or StoppedError where what would be told is not up to date.
    """
    if not services.settings.smtp_url:
        return 0
    services.engine.require("signals")
    with services.database.read() as connection:
        accounts = [a for a in people.all_accounts(connection) if a.active and a.email and a.news == "at_once"]
        wanted = [
            (a, _news_id(services, a.account_id, row.signal_id, row.version))
            for a in accounts
            for row in unheard(connection, services.signal_handler, a.account_id, services.today)
        ]
    with services.database.write() as connection:
        return sum(
            outbox.put(connection, mail_id, notices.NEWS, a.account_id, services.clock(), language=a.language or "nl")
            for a, mail_id in wanted
        )


def put_digests(services: Services) -> int:
    """Put the mails of the day; how many. Each account gets each kind once a day, however often this runs.

    Raises as `put_news`.
    """
    if not services.settings.smtp_url:
        return 0
    services.engine.require("signals")
    today = services.today
    with services.database.read() as connection:
        accounts = [a for a in people.all_accounts(connection) if a.active and a.email and a.news != "off"]
        wanted = [
            (a, notices.DIGEST)
            for a in accounts
            if a.news == "digest" and unheard(connection, services.signal_handler, a.account_id, today)
        ]
    if clocks.is_working_day(today):
        # Whether there is anything to say is looked at when it leaves.
        wanted += [(a, notices.CLOCKS) for a in accounts if a.viewer.triages_signals]
    with services.database.write() as connection:
        return sum(
            outbox.put(
                connection,
                uuid5(_DIGESTS, f"{kind}/{a.account_id}/{today}"),
                kind,
                a.account_id,
                services.clock(),
                language=a.language or "nl",
            )
            for a, kind in wanted
        )


def _news_id(services: Services, account_id: UUID, signal_id: UUID, version: int) -> UUID:
    """One for each piece of news and account. Nobody can tell from it which signal it is about: somebody may have
    logged that without a name."""
    said = f"{account_id}/{signal_id}/{version}".encode()
    return UUID(bytes=hmac.new(services.settings.secret_key.encode(), said, hashlib.sha256).digest()[:16], version=4)
