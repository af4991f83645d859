"""The timeline of a client's file: one entry an event, in order; who recorded it and what was said is in the log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Column, Connection, Date, Integer, String, Table, Uuid, select

from database.rows import rows_as
from domain.calendar import local_day
from domain.client import CLIENT_EVENTS, ClientEvent
from projections.engine.readmodel import Fold, Projection, Rows, metadata
from projections.undoing import with_merges

timeline = Table(
    "timeline",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    # the day that it is about: of a contact, when it was held
    Column("happened_on", Date, nullable=False),
    Column("field", String(40)),
    sqlite_with_rowid=False,
)


class TimelineEntry(Struct, frozen=True):
    """An event of a client's file, with the day that it is about."""

    client_id: UUID
    version: int
    kind: str
    happened_on: date
    field: str | None


_DAYS = ("received_on", "held_on", "known_on", "assigned_on", "agreed_on", "chosen_on", "closed_on", "reopened_on")


def entry(event_type: type[ClientEvent]) -> Fold:
    """How an event of this class becomes an entry."""
    kind = event_type.__name__
    attributes = event_type.__struct_fields__
    day = next((name for name in _DAYS if name in attributes), None)
    of_field = "field" in attributes

    def fold(event: Any, rows: Rows) -> None:
        version = event.originator_version
        row = {
            "client_id": event.originator_id,
            "version": version,
            "kind": kind,
            "happened_on": getattr(event, day) if day else local_day(event.recorded_at),
            "field": event.field if of_field else None,
        }
        rows.put(timeline, row, version)

    return fold


def of_client(
    connection: Connection,
    client_id: UUID,
    *,
    limit: int = 100,
    before: int | None = None,
    kinds: Sequence[str] | None = None,
    without: Sequence[str] = (),
) -> list[TimelineEntry]:
    """A client's entries, the latest first; `before` a version, to page on; of some `kinds` of event only, and
    `without` others."""
    statement = select(timeline).where(timeline.c.client_id == client_id)
    if kinds is not None:
        statement = statement.where(timeline.c.kind.in_(kinds))
    if without:
        statement = statement.where(timeline.c.kind.not_in(without))
    if before is not None:
        statement = statement.where(timeline.c.version < before)
    statement = statement.order_by(timeline.c.version.desc()).limit(limit)
    return rows_as(TimelineEntry, connection.execute(statement))


projection = Projection(
    name="timeline",
    version=2,
    tables=(timeline,),
    folds=with_merges({event_type: entry(event_type) for event_type in CLIENT_EVENTS}),
)
