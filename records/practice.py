"""What each coach practised with: a small Werkpad of its own as it was left, packed, which nothing else opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, LargeBinary, String, Table, Uuid, delete, insert, select, update

from database.rows import UtcDateTime
from records.schema import metadata

practice = Table(
    "practice",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    # which code made it: another one may not read it
    Column("made_by", String(64), nullable=False),
    # counts how often it was kept, so that of two at once one is
    Column("version", Integer, nullable=False),
    Column("kept", LargeBinary, nullable=False),
    Column("kept_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A practice as it was left."""

    version: int
    kept: bytes


def find(connection: Connection, account_id: UUID, made_by: str) -> Kept | None:
    """What an account practised with, where the same code made it."""
    p = practice.c
    row = connection.execute(
        select(p.version, p.kept).where(p.account_id == account_id, p.made_by == made_by)
    ).one_or_none()
    return Kept(row.version, row.kept) if row else None


def is_there(connection: Connection, account_id: UUID, made_by: str) -> bool:
    p = practice.c
    found = select(p.version).where(p.account_id == account_id, p.made_by == made_by)
    return connection.scalar(found) is not None


def begin(connection: Connection, account_id: UUID, made_by: str, kept: bytes, now: datetime) -> None:
    """Put a new one in the place of what an account practised with so far."""
    forget(connection, account_id)
    connection.execute(
        insert(practice).values(account_id=account_id, made_by=made_by, version=1, kept=kept, kept_at=now)
    )


def keep(connection: Connection, account_id: UUID, version: int, kept: bytes, now: datetime) -> bool:
    """Keep what became of it; False where it was kept or begun anew meanwhile, and this is nothing that goes on it."""
    p = practice.c
    statement = (
        update(practice)
        .where(p.account_id == account_id, p.version == version)
        .values(version=version + 1, kept=kept, kept_at=now)
    )
    return connection.execute(statement).rowcount == 1


def forget(connection: Connection, account_id: UUID) -> None:
    connection.execute(delete(practice).where(practice.c.account_id == account_id))
