"""The changelog: what is new, each entry with the signals that it came from."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Column, Connection, Date, String, Table, Text, Uuid, select

from database.rows import UtcDateTime, rows_as
from feedback.change import ChangeDelivered
from projections.engine.readmodel import Projection, Rows, metadata

changes = Table(
    "changes",
    metadata,
    Column("change_id", Uuid, primary_key=True),
    Column("title_en", String(120), nullable=False),
    Column("title_nl", String(120), nullable=False),
    Column("text_en", Text, nullable=False),
    Column("text_nl", Text, nullable=False),
    Column("delivered_on", Date, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    # JSON: the ids of signals
    Column("signals", Text, nullable=False),
    sqlite_with_rowid=False,
)


class Delivered(Struct, frozen=True):
    """A change that was delivered, and the signals that it came from."""

    change_id: UUID
    title_en: str
    title_nl: str
    text_en: str
    text_nl: str
    delivered_on: date
    recorded_at: datetime
    signals: list[str]


def delivered(event: ChangeDelivered, rows: Rows) -> None:
    rows.put(
        changes,
        {
            "change_id": event.originator_id,
            "title_en": event.title_en,
            "title_nl": event.title_nl,
            "text_en": event.text_en,
            "text_nl": event.text_nl,
            "delivered_on": event.delivered_on,
            "recorded_at": event.recorded_at,
            "signals": msgspec.json.encode(event.signals).decode(),
        },
    )


def latest(connection: Connection) -> list[Delivered]:
    """All entries, the latest first."""
    statement = select(changes).order_by(changes.c.recorded_at.desc())
    return rows_as(Delivered, connection.execute(statement), signals=msgspec.json.decode)


projection = Projection(name="changelog", version=1, tables=(changes,), folds={ChangeDelivered: delivered})
