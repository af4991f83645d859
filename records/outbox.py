"""The outbox: messages that have to leave, each with an id, at least once; tried again, and shown when they can't."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, String, Table, Uuid, delete, func, select, update

from projections.database import Row, UtcDateTime
from records.schema import metadata

ATTEMPTS = 6
WAITING, SENT, FAILED = "waiting", "sent", "failed"

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", Uuid, primary_key=True),
    # which text is made of it when it leaves: no personal data stands here
    Column("kind", String(20), nullable=False),
    Column("client_id", Uuid),
    Column("subject_id", Uuid, nullable=False),
    Column("language", String(5), nullable=False),
    Column("actor", Uuid),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("try_at", UtcDateTime, nullable=False),
    Column("put_at", UtcDateTime, nullable=False),
    Column("error", String(80)),
    Index("ix_outbox_waiting", "state", "try_at"),
)


def put(
    connection: Connection, message_id: UUID, kind: str, subject_id: UUID, now: datetime, *,
    client_id: UUID | None = None, language: str = "nl", actor: UUID | None = None,
) -> bool:  # fmt: skip
    """Have a message sent; the same id again changes nothing. Whether it is a new one."""
    new = connection.scalar(select(outbox.c.message_id).where(outbox.c.message_id == message_id)) is None
    if new:
        connection.execute(
            outbox.insert().values(
                message_id=message_id, kind=kind, client_id=client_id, subject_id=subject_id, language=language,
                actor=actor, state=WAITING, attempts=0, try_at=now, put_at=now,
            )
        )  # fmt: skip
    return new


def due(connection: Connection, now: datetime, limit: int = 20) -> list[Row]:
    """Messages to be tried now, locked for whoever asks."""
    statement = (
        select(outbox)
        .where(outbox.c.state == WAITING, outbox.c.try_at <= now)
        .order_by(outbox.c.try_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def sent(connection: Connection, message_id: UUID, attempts: int) -> None:
    _set(connection, message_id, state=SENT, attempts=attempts, error=None)


def failed(connection: Connection, message_id: UUID, attempts: int, now: datetime, error: str) -> bool:
    """Try again later, longer each time; True when it has failed for good."""
    for_good = attempts >= ATTEMPTS
    later = now + timedelta(minutes=5 * 2**attempts)
    state = FAILED if for_good else WAITING
    _set(connection, message_id, state=state, attempts=attempts, try_at=later, error=error[:80])
    return for_good


def _set(connection: Connection, message_id: UUID, **values: object) -> None:
    connection.execute(update(outbox).where(outbox.c.message_id == message_id).values(**values))


def forget_client(connection: Connection, client_id: UUID) -> None:
    """What was about to leave about a client who was erased."""
    connection.execute(delete(outbox).where(outbox.c.client_id == client_id))


def count_failed(connection: Connection) -> int:
    """How many messages failed for good."""
    return connection.scalar(select(func.count()).where(outbox.c.state == FAILED)) or 0


def failures(connection: Connection, limit: int = 100) -> list[Row]:
    """Messages that failed for good, the latest first."""
    statement = select(outbox).where(outbox.c.state == FAILED).order_by(outbox.c.put_at.desc()).limit(limit)
    return [dict(row) for row in connection.execute(statement).mappings()]
