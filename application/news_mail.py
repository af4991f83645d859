"""Mails that are put into the outbox once a day: news of signals, clocks for those who triage, and other work for those
who want to hear of it so.

What they say is counted when they leave (`application/composing.py`). News come at one time for everybody who wants
them by mail, and lie in the outbox whether there is any or not: that somebody was mailed, or when, tells nothing of who
logged a signal without a name.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid5

from application.notifications import concerns
from application.services import Services
from projections.closing_days import working_days
from records import notice_choices, notices, outbox, people
from records.notice_choices import Way

# So long it is remembered that a digest of a day was dealt with, so that nobody gets two.
SETTLED_FOR = timedelta(days=2)
_DIGESTS = UUID("2b5a0c55-0b0a-5c3e-8f1e-7a6f6f2d9f10")


def put_digests(services: Services) -> int:
    """Put the mails of the day; how many. Each account gets each kind once a day, however often this runs.

    Raises PoisonError or StoppedError where what would be told is not up to date.
    """
    if not services.settings.smtp_url:
        return 0
    services.engine.require("signals")
    today = services.today
    with services.database.read() as connection:
        on_duty = working_days(connection).includes(today)
        accounts = [a for a in people.all_accounts(connection) if a.active and a.email]
        ways = {
            kind: notice_choices.ways(connection, kind) for kind in (notices.DIGEST, notices.CLOCKS, *notices.NEW_WORK)
        }
    # Whether there is anything to say is looked at when it leaves.
    wanted = [(a, notices.DIGEST) for a in accounts]
    if on_duty:
        wanted += [(a, notices.CLOCKS) for a in accounts if a.viewer.triages_signals]
        wanted += [(a, kind) for a in accounts for kind in notices.NEW_WORK if concerns(kind, a.viewer)]
    with services.database.write() as connection:
        outbox.forget_settled(connection, services.clock() - SETTLED_FOR)
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
            if ways[kind](a.account_id) is Way.DAILY
        )
