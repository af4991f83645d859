"""Put mails about news of signals into the outbox, for those who want to hear of it at once."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from uuid import UUID

from application.services import Services
from feedback.news import unheard
from records import notices, outbox, people

NAME = "tell_news"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def tell_news() -> int:
        """How many mails were put into the outbox."""
        found = services()
        if not found.settings.smtp_url:
            return 0
        found.engine.require("signals")
        with found.database.read() as connection:
            accounts = [a for a in people.all_accounts(connection) if a.active and a.email and a.news == "at_once"]
            wanted = [
                (a, _mail_id(found, a.account_id, row["signal_id"], row["version"]))
                for a in accounts
                for row in unheard(connection, found.desk, a.account_id, found.today)
            ]
        with found.database.write() as connection:
            return sum(
                outbox.put(
                    connection, mail_id, notices.NEWS, a.account_id, found.clock(), language=a.language or "nl"
                )
                for a, mail_id in wanted
            )  # fmt: skip

    return tell_news


def _mail_id(services: Services, account_id: UUID, signal_id: UUID, version: int) -> UUID:
    """One for each piece of news and account. Nobody can tell from it which signal it is about: somebody may have
    logged that without a name."""
    said = f"{account_id}/{signal_id}/{version}".encode()
    return UUID(bytes=hmac.new(services.settings.secret_key.encode(), said, hashlib.sha256).digest()[:16], version=4)
