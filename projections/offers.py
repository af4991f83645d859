"""Vacancies and workshops: one row each, with what they ask."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Column, ColumnElement, Connection, Date, Index, Integer, String, Table, Text, Uuid, or_, select

from database.rows import row_as, rows_as
from domain.calendar import add_months, local_day
from domain.matching import Requirement, still_select
from domain.offer import OfferChanged, OfferClosed, OfferKind, OfferOpened
from projections.engine.readmodel import Projection, Rows, metadata

offers = Table(
    "offers",
    metadata,
    Column("offer_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("title", String(120), nullable=False),
    Column("description", Text, nullable=False),
    Column("organisation", String(120), nullable=False),
    Column("requirements", Text, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("starts_on", Date),
    Column("answer_by", Date),
    Column("opened_by", Uuid),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Index("ix_offers_closed", "closed_on", "opened_on"),
    sqlite_with_rowid=False,
)


class OfferAsEntered(Struct, frozen=True):
    """A vacancy or a workshop, with what it asked when it was entered."""

    offer_id: UUID
    version: int
    kind: str
    title: str
    description: str
    organisation: str
    requirements: list[Requirement]
    capacity: int
    starts_on: date | None
    answer_by: date | None
    opened_by: UUID | None
    opened_on: date
    closed_on: date | None


class OfferRow(OfferAsEntered, frozen=True):
    """An offer with what it may ask today. `no_longer` was asked when it was entered, and may select nobody now."""

    no_longer: list[Requirement] = []


def offer_stands(event: OfferOpened | OfferChanged, rows: Rows) -> None:
    first = rows.of(offers).get(None)
    rows.put(
        offers,
        {
            "offer_id": event.originator_id,
            "version": event.originator_version,
            "kind": event.kind.value,
            "title": event.title,
            "description": event.description,
            "organisation": event.organisation,
            "requirements": msgspec.json.encode(event.requirements).decode(),
            "capacity": event.capacity,
            "starts_on": event.starts_on,
            "answer_by": event.answer_by,
            "opened_by": first["opened_by"] if first else event.actor,
            "opened_on": first["opened_on"] if first else local_day(event.recorded_at),
            "closed_on": None,
        },
    )


def offer_closed(event: OfferClosed, rows: Rows) -> None:
    row = rows.change(offers)
    assert row is not None  # noqa: S101 - an offer is opened before it is closed
    row.update(version=event.originator_version, closed_on=local_day(event.recorded_at))


def all_offers(connection: Connection, *, as_of: date | None = None) -> list[OfferRow]:
    """Open offers, the latest first; with `as_of`, also those closed in the year before that day."""
    shown: ColumnElement[bool] = offers.c.closed_on.is_(None)
    if as_of is not None:
        shown = or_(shown, offers.c.closed_on > add_months(as_of, -12))
    statement = select(offers).where(shown).order_by(offers.c.closed_on.is_not(None), offers.c.opened_on.desc())
    found = connection.execute(statement.order_by(offers.c.offer_id))
    return [_as_it_may_ask(row) for row in rows_as(OfferAsEntered, found, requirements=_requirements)]


def offer(connection: Connection, offer_id: UUID) -> OfferRow | None:
    found = connection.execute(select(offers).where(offers.c.offer_id == offer_id))
    row = row_as(OfferAsEntered, found, requirements=_requirements)
    return None if row is None else _as_it_may_ask(row)


def _as_it_may_ask(row: OfferAsEntered) -> OfferRow:
    """A vacancy by what may select people today, whatever was allowed when it was entered."""
    offer = OfferRow(*msgspec.structs.astuple(row))
    if row.kind == OfferKind.WORKSHOP:
        return offer
    asked = still_select(row.requirements)
    no_longer = [requirement for requirement in row.requirements if requirement not in asked]
    return msgspec.structs.replace(offer, requirements=asked, no_longer=no_longer)


def titles_of(connection: Connection, offer_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The titles of these offers."""
    statement = select(offers.c.offer_id, offers.c.title).where(offers.c.offer_id.in_(offer_ids))
    return dict(connection.execute(statement).tuples().all())


_requirements = msgspec.json.Decoder(list[Requirement]).decode


projection = Projection(
    name="offers",
    version=1,
    tables=(offers,),
    folds={OfferOpened: offer_stands, OfferChanged: offer_stands, OfferClosed: offer_closed},
)
