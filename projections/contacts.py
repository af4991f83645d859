"""Contacts: one row each, as it stands after corrections; what was said stays in the log."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Index,
    Integer,
    String,
    Table,
    Uuid,
    func,
    select,
)

from database.rows import UtcDateTime, row_as, rows_as
from domain.client import ClientErased, ContactCorrected, ContactRecorded, ContactStruckOut, Outcome
from projections.engine.readmodel import Projection, Rows, metadata
from projections.undoing import with_merges

contacts = Table(
    "contacts",
    metadata,
    Column("client_id", Uuid, primary_key=True),
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
    # the version of the event that has what was said: it stays sealed in the log, and nowhere else
    Column("words", Integer),
    Index("ix_contacts_actor", "actor", "held_on"),
    sqlite_with_rowid=False,
)


class Contact(Struct, frozen=True):
    """A contact as it stands; `words` is the version of the event that has what was said."""

    client_id: UUID
    contact_id: UUID
    version: int
    recorded_at: datetime
    actor: UUID | None
    held_on: date
    channel: str
    started_by: str
    outcome: str
    minutes_with_client: int | None
    minutes_administration: int | None
    agreed_on: date | None
    struck: bool
    words: int | None


def contact_stands(event: ContactRecorded | ContactCorrected, rows: Rows) -> None:
    first = rows.of(contacts).get(event.contact_id) if isinstance(event, ContactCorrected) else None
    rows.put(
        contacts,
        {
            "client_id": event.originator_id,
            "contact_id": event.contact_id,
            "version": event.originator_version,
            "recorded_at": first["recorded_at"] if first else event.recorded_at,
            "actor": first["actor"] if first else event.actor,
            "held_on": event.held_on,
            "channel": event.channel,
            "started_by": event.started_by,
            "outcome": event.outcome,
            "minutes_with_client": event.minutes_with_client,
            "minutes_administration": event.minutes_administration,
            "agreed_on": event.agreed_on,
            "struck": False,
            "words": event.originator_version,
        },
        event.contact_id,
    )


def contact_struck(event: ContactStruckOut, rows: Rows) -> None:
    row = rows.of(contacts).get(event.contact_id)
    if row is not None:
        rows.put(contacts, row | {"struck": True, "version": event.originator_version}, event.contact_id)


def client_erased(event: ClientErased, rows: Rows) -> None:
    # That work was done stays countable; where the words stood that can't be opened any more is of no use.
    for contact_id, row in list(rows.of(contacts).items()):
        rows.put(contacts, row | {"agreed_on": None, "words": None}, contact_id)


def of_client(connection: Connection, client_id: UUID) -> list[Contact]:
    """A client's contacts, the latest first, those struck out included."""
    statement = (
        select(contacts)
        .where(contacts.c.client_id == client_id)
        .order_by(contacts.c.held_on.desc(), contacts.c.recorded_at.desc())
    )
    return rows_as(Contact, connection.execute(statement))


def minutes_by_day(connection: Connection, account_id: UUID, since: date) -> list[tuple[date, int, int]]:
    """Minutes with clients and on administration that somebody noted, by day."""
    c = contacts.c
    statement = (
        select(
            c.held_on,
            func.sum(func.coalesce(c.minutes_with_client, 0)),
            func.sum(func.coalesce(c.minutes_administration, 0)),
        )
        .where(
            c.actor == account_id,
            c.held_on >= since,
            ~c.struck,
            c.minutes_with_client.is_not(None) | c.minutes_administration.is_not(None),
        )
        .group_by(c.held_on)
        .order_by(c.held_on)
    )
    return [(day, int(with_clients), int(other)) for day, with_clients, other in connection.execute(statement)]


def spoken_by_client(connection: Connection, since: date) -> dict[UUID, tuple[int, int]]:
    """Of each client who was spoken with since a day, how often, and the minutes that were noted."""
    c = contacts.c
    statement = (
        select(c.client_id, func.count(), func.sum(func.coalesce(c.minutes_with_client, 0)))
        .where(c.held_on >= since, ~c.struck, c.outcome == Outcome.SPOKEN)
        .group_by(c.client_id)
    )
    return {client_id: (number, int(minutes)) for client_id, number, minutes in connection.execute(statement)}


def last(connection: Connection, client_id: UUID) -> Contact | None:
    """The contact last held with a client that was not struck out."""
    statement = (
        select(contacts)
        .where(contacts.c.client_id == client_id, ~contacts.c.struck)
        .order_by(contacts.c.held_on.desc(), contacts.c.recorded_at.desc())
        .limit(1)
    )
    return row_as(Contact, connection.execute(statement))


def contact(connection: Connection, client_id: UUID, contact_id: UUID) -> Contact | None:
    """One contact of a client."""
    statement = select(contacts).where(contacts.c.client_id == client_id, contacts.c.contact_id == contact_id)
    return row_as(Contact, connection.execute(statement))


projection = Projection(
    name="contacts",
    version=3,
    tables=(contacts,),
    folds=with_merges(
        {
            ContactRecorded: contact_stands,
            ContactCorrected: contact_stands,
            ContactStruckOut: contact_struck,
            ClientErased: client_erased,
        }
    ),
)
