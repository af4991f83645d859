"""Norms: a row for each wording of each, the last of which holds until it is withdrawn."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, CursorResult, Date, Integer, Table, Text, Uuid, select

from database.rows import UtcDateTime, rows_as
from domain.calendar import local_day
from feedback.norm import NormSet, NormWithdrawn
from projections.engine.readmodel import Projection, Rows, metadata

norms = Table(
    "norms",
    metadata,
    Column("norm_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("en", Text, nullable=False),
    Column("nl", Text, nullable=False),
    Column("reason", Text, nullable=False),
    # JSON: the names of pages
    Column("pages", Text, nullable=False),
    Column("review_on", Date, nullable=False),
    Column("signal_id", Uuid),
    Column("meeting_id", Uuid),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", Uuid),
    # the first day on which it no longer holds in these words
    Column("until", Date),
    Column("ended_because", Text),
    sqlite_with_rowid=False,
)


class Norm(Struct, frozen=True):
    """A wording of a norm, and until when it held."""

    norm_id: UUID
    version: int
    en: str
    nl: str
    reason: str
    pages: list[str]
    review_on: date
    signal_id: UUID | None
    meeting_id: UUID | None
    set_at: datetime
    set_by: UUID | None
    until: date | None
    ended_because: str | None


# folds


def norm_set(event: NormSet, rows: Rows) -> None:
    _end(event, rows)
    rows.put(
        norms,
        {
            "norm_id": event.originator_id,
            "version": event.originator_version,
            "en": event.en,
            "nl": event.nl,
            "reason": event.reason,
            "pages": msgspec.json.encode(event.pages).decode(),
            "review_on": event.review_on,
            "signal_id": event.signal,
            "meeting_id": event.meeting,
            "set_at": event.recorded_at,
            "set_by": event.actor,
            "until": None,
            "ended_because": None,
        },
        event.originator_version,
    )


def norm_withdrawn(event: NormWithdrawn, rows: Rows) -> None:
    _end(event, rows)


def _end(event: NormSet | NormWithdrawn, rows: Rows) -> None:
    for version, row in list(rows.of(norms).items()):
        if row["until"] is None:
            ended = {"until": local_day(event.recorded_at), "ended_because": event.reason}
            rows.put(norms, row | ended, version)


# queries


def holding(connection: Connection) -> list[Norm]:
    """The norms that hold, the latest first."""
    return _all(connection.execute(_HOLDING))


def to_look_at_again(connection: Connection, by: date) -> list[Norm]:
    """The norms that hold, and that were to be looked at again by a day."""
    return [row for row in holding(connection) if row.review_on <= by]


def on_page(connection: Connection, page: str) -> list[Norm]:
    """The norms that hold on a page."""
    return [row for row in _all(connection.execute(_HOLDING)) if page in row.pages]


def history(connection: Connection, norm_id: UUID) -> list[Norm]:
    """Every wording of a norm, the latest first."""
    return _decoded(connection, norms.c.norm_id == norm_id)


def ended(connection: Connection) -> list[Norm]:
    """Wordings that no longer hold, the latest first."""
    return _decoded(connection, norms.c.until.is_not(None))


def _decoded(connection: Connection, condition: ColumnElement[bool]) -> list[Norm]:
    return _all(connection.execute(_LATEST_FIRST.where(condition)))


def _all(found: CursorResult[Any]) -> list[Norm]:
    return rows_as(Norm, found, pages=msgspec.json.decode)


# Put together once: each page asks it.
_LATEST_FIRST = select(norms).order_by(norms.c.set_at.desc(), norms.c.version.desc())
_HOLDING = _LATEST_FIRST.where(norms.c.until.is_(None))


projection = Projection(
    name="norms",
    version=1,
    tables=(norms,),
    folds={NormSet: norm_set, NormWithdrawn: norm_withdrawn},
)
