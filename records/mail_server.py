"""Whether the mail server is away, since when and why: so that nobody asks it all the time, and people are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Integer, String, Table, delete, select

from database.rows import UtcDateTime, upsert_rows
from records.schema import metadata

# Why: it can't be reached, it does not answer in time, it does not let us in, it does not take mail from us.
UNREACHABLE, UNANSWERED, LOG_IN_REFUSED, SENDER_REFUSED = (
    "unreachable",
    "unanswered",
    "log_in_refused",
    "sender_refused",
)

SHORTEST_PAUSE = timedelta(seconds=15)
LONGEST_PAUSE = timedelta(minutes=5)
# Some servers lock out whoever keeps coming with a wrong password.
LONGEST_WHEN_REFUSED = timedelta(hours=1)

mail_server = Table(
    "mail_server",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("away_since", UtcDateTime, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("reason", String(20), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Away:
    """Since when the mail server is away, when it is asked again, and why: a code."""

    since: datetime
    try_at: datetime
    reason: str


def away(connection: Connection) -> Away | None:
    """None while nothing is known against it."""
    columns = mail_server.c
    row = connection.execute(select(columns.away_since, columns.try_at, columns.reason)).one_or_none()
    return Away(*row) if row else None


def went_away(connection: Connection, now: datetime, reason: str) -> None:
    """It failed: ask it again after a pause, that grows with the time it is away."""
    before = away(connection)
    since = before.since if before else now
    longest = LONGEST_PAUSE if reason in (UNREACHABLE, UNANSWERED) else LONGEST_WHEN_REFUSED
    pause = min(max((now - since) / 4, SHORTEST_PAUSE), longest)
    upsert_rows(connection, mail_server, [{"one": 1, "away_since": since, "try_at": now + pause, "reason": reason}])


def is_back(connection: Connection) -> None:
    """It took something; or somebody says that it will."""
    connection.execute(delete(mail_server))
