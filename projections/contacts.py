"""Contacts: one row each, as it stands after corrections; what was said stays sealed."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    String,
    Table,
    Text,
    Uuid,
    select,
)

from domain.client import ClientErased, ContactCorrected, ContactRecorded, ContactStruckOut
from eventlog.sealing import reference
from projections.database import Row, UtcDateTime
from projections.readmodel import Projection, Rows, metadata

contacts = Table(
    "contacts",
    metadata,
    Column("client_id", Uuid, nullable=False),
    Column("contact_id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("actor", Uuid),
    Column("held_on", Date, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("started_by", String(10), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("minutes_with_client", Integer),
    Column("minutes_administration", Integer),
    Column("agreed_on", Date),
    Column("struck", Boolean, nullable=False),
    # sealed
    Column("topics", Text),
    Column("note", Text),
    Column("own_words", Text),
    Column("agreed_next", Text),
    Index("ix_contacts_client", "client_id", "held_on"),
    Index("ix_contacts_actor", "actor", "held_on"),
)


def contact_stands(event: ContactRecorded | ContactCorrected, rows: Rows, _: int) -> None:
    first = rows.one(contacts, event.originator_id, event.contact_id) if isinstance(event, ContactCorrected) else None
    rows.put(
        contacts,
        {
            "client_id": event.originator_id,
            "contact_id": event.contact_id,
            "version": event.originator_version,
            "recorded_at": first["recorded_at"] if first else event.recorded_at,
            "actor": first["actor"] if first else event.actor,
            "held_on": event.held_on,
            "channel": event.channel.value,
            "started_by": event.started_by.value,
            "outcome": event.outcome.value,
            "minutes_with_client": event.minutes_with_client,
            "minutes_administration": event.minutes_administration,
            "agreed_on": event.agreed_on,
            "struck": False,
            "topics": reference(event, "topics"),
            "note": reference(event, "note"),
            "own_words": reference(event, "own_words"),
            "agreed_next": reference(event, "agreed_next"),
        },
    )


def contact_struck(event: ContactStruckOut, rows: Rows, _: int) -> None:
    row = rows.one(contacts, event.originator_id, event.contact_id)
    if row is not None:
        rows.put(contacts, row | {"struck": True, "version": event.originator_version})


def client_erased(event: ClientErased, rows: Rows, _: int) -> None:
    # That work was done stays countable; which words were said does not stay, not even sealed.
    kept = list(rows.of(contacts, event.originator_id).values())
    rows.forget(event.originator_id)
    for row in kept:
        blank = dict.fromkeys(("topics", "note", "own_words", "agreed_next", "agreed_on"))
        rows.put(contacts, row | blank)


def of_client(connection: Connection, client_id: UUID) -> list[Row]:
    """A client's contacts, the latest first, those struck out included."""
    statement = (
        select(contacts)
        .where(contacts.c.client_id == client_id)
        .order_by(contacts.c.held_on.desc(), contacts.c.recorded_at.desc())
    )
    return [dict(row) for row in connection.execute(statement).mappings()]


def contact(connection: Connection, contact_id: UUID) -> Row | None:
    """One contact."""
    row = connection.execute(select(contacts).where(contacts.c.contact_id == contact_id)).mappings().one_or_none()
    return dict(row) if row else None


projection = Projection(
    name="contacts",
    version=1,
    tables=(contacts,),
    folds={
        ContactRecorded: contact_stands,
        ContactCorrected: contact_stands,
        ContactStruckOut: contact_struck,
        ClientErased: client_erased,
    },
)
