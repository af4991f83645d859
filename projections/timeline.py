"""The timeline of a client's file: one entry an event, in order, with what was said still sealed."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Text, Uuid, select

from domain.calendar import local_day
from domain.client import CLIENT_EVENTS, ClientErased, ClientEvent
from eventlog.events import shape_of
from eventlog.sealing import reference
from projections.database import Row, UtcDateTime
from projections.readmodel import Projection, Rows, metadata

timeline = Table(
    "timeline",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("actor", Uuid),
    Column("kind", String(40), nullable=False),
    # the day that it is about: of a contact, when it was held
    Column("happened_on", Date, nullable=False),
    Column("contact_id", Uuid),
    Column("field", String(40)),
    # JSON objects: attributes in the clear, and references to the sealed ones
    Column("details", Text, nullable=False),
    Column("sealed", Text, nullable=False),
)

_DAYS = ("held_on", "known_on", "assigned_on", "agreed_on", "chosen_on", "closed_on", "reopened_on")
_COLUMNS = frozenset({"recorded_at", "actor", "contact_id", "field"})


def entry(event: ClientEvent, rows: Rows, position: int) -> None:
    shape = shape_of(type(event))
    details = {name: getattr(event, name) for name in shape.clear if name not in _COLUMNS}
    sealed = {name: ref for name in shape.personal if (ref := reference(event, name)) is not None}
    rows.put(
        timeline,
        {
            "client_id": event.originator_id,
            "version": event.originator_version,
            "position": position,
            "recorded_at": event.recorded_at,
            "actor": event.actor,
            "kind": type(event).__name__,
            "happened_on": _day(event),
            "contact_id": getattr(event, "contact_id", None),
            "field": getattr(event, "field", None),
            "details": msgspec.json.encode(details).decode(),
            "sealed": msgspec.json.encode(sealed).decode(),
        },
    )


def _day(event: ClientEvent) -> date:
    for name in _DAYS:
        if isinstance(day := getattr(event, name, None), date):
            return day
    return local_day(event.recorded_at)


def client_erased(event: ClientErased, rows: Rows, position: int) -> None:
    kept = list(rows.of(timeline, event.originator_id).values())
    rows.forget(event.originator_id)
    for row in kept:
        rows.put(timeline, row | {"sealed": "{}"})
    entry(event, rows, position)


def of_client(connection: Connection, client_id: UUID, *, limit: int = 100, before: int | None = None) -> list[Row]:
    """A client's entries, the latest first, `details` and `sealed` decoded; `before` a version, to page on."""
    statement = select(timeline).where(timeline.c.client_id == client_id)
    if before is not None:
        statement = statement.where(timeline.c.version < before)
    statement = statement.order_by(timeline.c.version.desc()).limit(limit)
    return [_decoded(dict(row)) for row in connection.execute(statement).mappings()]


def _decoded(row: dict[str, Any]) -> Row:
    return row | {name: msgspec.json.decode(row[name]) for name in ("details", "sealed")}


projection = Projection(
    name="timeline",
    version=1,
    tables=(timeline,),
    folds={**dict.fromkeys(CLIENT_EVENTS, entry), ClientErased: client_erased},
)
