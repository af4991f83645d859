"""The changelog: what is new, each entry with the signals that it came from."""

from __future__ import annotations

import msgspec
from sqlalchemy import Column, Connection, Date, String, Table, Text, Uuid, select

from database.rows import Row, UtcDateTime
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


def latest(connection: Connection, limit: int = 200) -> list[Row]:
    """Entries, the latest first; `signals` decoded."""
    rows = connection.execute(select(changes).order_by(changes.c.recorded_at.desc()).limit(limit)).mappings()
    return [dict(row) | {"signals": msgspec.json.decode(row["signals"])} for row in rows]


projection = Projection(name="changelog", version=1, tables=(changes,), folds={ChangeDelivered: delivered})
