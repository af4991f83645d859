"""Put the mails of the day into the outbox: news of signals once a day, and clocks for those who triage."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID, uuid5

from application.services import Services
from feedback import clocks
from feedback.news import unheard
from records import notices, outbox, people

NAME = "send_digests"
_DIGESTS = UUID("2b5a0c55-0b0a-5c3e-8f1e-7a6f6f2d9f10")


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def send_digests() -> int:
        """How many mails were put into the outbox; each account gets each kind once a day, however often this runs."""
        found = services()
        if not found.settings.smtp_url:
            return 0
        found.engine.require("signals")
        today = found.today
        with found.database.read() as connection:
            accounts = [a for a in people.all_accounts(connection) if a.active and a.email and a.news != "off"]
            wanted = [
                (a, notices.DIGEST)
                for a in accounts
                if a.news == "digest" and unheard(connection, found.desk, a.account_id, today)
            ]
        if clocks.is_working_day(today):
            # Whether there is anything to say is looked at when it leaves.
            wanted += [(a, notices.CLOCKS) for a in accounts if a.viewer.triages_signals]
        with found.database.write() as connection:
            return sum(
                outbox.put(
                    connection, uuid5(_DIGESTS, f"{kind}/{a.account_id}/{today}"), kind, a.account_id, found.clock(),
                    language=a.language or "nl",
                )
                for a, kind in wanted
            )  # fmt: skip

    return send_digests
