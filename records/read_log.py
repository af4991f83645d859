"""The read log: who looked at which client's file, when, and on which page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Uuid, select

from database.rows import Row, UtcDateTime
from records.schema import metadata

read_log = Table(
    "read_log",
    metadata,
    Column("read_id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("read_at", UtcDateTime, nullable=False, index=True),
    Column("account_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False, index=True),
    Column("page", String(40), nullable=False),
)


def note(connection: Connection, account_id: UUID, client_id: UUID, page: str, now: datetime) -> None:
    connection.execute(read_log.insert().values(read_at=now, account_id=account_id, client_id=client_id, page=page))


def note_many(connection: Connection, account_id: UUID, client_ids: Sequence[UUID], page: str, now: datetime) -> None:
    if client_ids:
        rows = [{"read_at": now, "account_id": account_id, "client_id": c, "page": page} for c in client_ids]
        connection.execute(read_log.insert(), rows)


def latest(connection: Connection, *, client_id: UUID | None = None, limit: int = 200) -> list[Row]:
    """The last looks, of one client's file or of all."""
    statement = select(read_log).order_by(read_log.c.read_id.desc()).limit(limit)
    if client_id is not None:
        statement = statement.where(read_log.c.client_id == client_id)
    return [dict(row) for row in connection.execute(statement).mappings()]
