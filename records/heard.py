"""Who has heard how much of which signal: up to which of its events somebody has seen it."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Column, Connection, Index, Integer, Table, Uuid

from database.rows import upsert_rows
from records.schema import metadata

# Kept for everybody who looks at a signal: so it tells nothing of who logged one without a name.
signals_heard = Table(
    "signals_heard",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("signal_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Index("ix_signals_heard_signal", "signal_id"),
)


def note(connection: Connection, account_id: UUID, versions: Mapping[UUID, int]) -> None:
    """Somebody has seen these signals up to these events."""
    rows = [{"account_id": account_id, "signal_id": signal_id, "version": v} for signal_id, v in versions.items()]
    upsert_rows(connection, signals_heard, rows)
