"""What each account has seen of the help: which tours are closed. It is the account's own, and in nobody's figure."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, Connection, String, Table, Uuid, delete, insert, select

from records.schema import metadata

LONGEST = 60

seen_in_help = Table(
    "seen_in_help",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    # what kind of help, a colon, and which one of it
    Column("what", String(LONGEST), primary_key=True),
)


def of(connection: Connection, account_id: UUID) -> frozenset[str]:
    """What somebody has seen."""
    s = seen_in_help.c
    return frozenset(connection.scalars(select(s.what).where(s.account_id == account_id)))


def add(connection: Connection, account_id: UUID, what: str) -> None:
    """Keep that somebody has seen it; a second time changes nothing."""
    remove(connection, account_id, {what})
    connection.execute(insert(seen_in_help).values(account_id=account_id, what=what))


def remove(connection: Connection, account_id: UUID, whats: Collection[str]) -> None:
    """Forget that somebody has seen these."""
    s = seen_in_help.c
    connection.execute(delete(seen_in_help).where(s.account_id == account_id, s.what.in_(list(whats))))
