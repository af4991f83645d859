"""Sessions: who is logged in where; kept in the database, so that they can be revoked."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, Connection, ForeignKey, String, Table, Uuid, bindparam, delete, select, update

from database.rows import UtcDateTime
from records.people import ACCOUNT_COLUMNS, Account, account_of, accounts
from records.schema import metadata

IDLE = timedelta(hours=2)
LONGEST = timedelta(hours=12)
TOUCHED_EVERY = timedelta(minutes=1)

sessions = Table(
    "sessions",
    metadata,
    # of the token, so that a database dump logs nobody in
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", Uuid, ForeignKey("accounts.account_id"), nullable=False, index=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)


# Put together once: each page asks it.
_BY_TOKEN = (
    select(sessions.c.seen_at, sessions.c.began_at, *ACCOUNT_COLUMNS)
    .join(accounts, accounts.c.account_id == sessions.c.account_id)
    .where(sessions.c.token_hash == bindparam("token_hash"))
)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(connection: Connection, token: str, account_id: UUID, now: datetime) -> None:
    """Log somebody in; sessions that ran out are swept away on the way."""
    connection.execute(delete(sessions).where(sessions.c.seen_at < now - IDLE))
    connection.execute(
        sessions.insert().values(token_hash=_hashed(token), account_id=account_id, began_at=now, seen_at=now)
    )


def find(connection: Connection, token: str, now: datetime) -> tuple[Account, bool] | None:
    """The active account behind a token, and whether the session should be touched; None when it ran out."""
    row = connection.execute(_BY_TOKEN, {"token_hash": _hashed(token)}).one_or_none()
    if row is None or now - row.seen_at > IDLE or now - row.began_at > LONGEST:
        return None
    found = account_of(row[2:])
    return (found, now - row.seen_at > TOUCHED_EVERY) if found.active else None


def touch(connection: Connection, token: str, now: datetime) -> None:
    connection.execute(update(sessions).where(sessions.c.token_hash == _hashed(token)).values(seen_at=now))


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(sessions).where(sessions.c.token_hash == _hashed(token)))


def revoke(connection: Connection, account_id: UUID) -> int:
    """End all sessions of an account; how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.account_id == account_id)).rowcount
