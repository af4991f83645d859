"""Drafts of forms about a client, sealed under the client's own key: a lost session loses no words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Column, Connection, String, Table, Text, Uuid, delete, select

from database.rows import UtcDateTime
from eventlog.log import EventLog
from eventlog.sealing import Place, SealedRef
from records.schema import metadata

# A draft that nobody came back to is thrown away.
KEPT = timedelta(days=14)

drafts = Table(
    "drafts",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("form", String(40), primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)


def save(
    connection: Connection,
    log: EventLog,
    account_id: UUID,
    client_id: UUID,
    form: str,
    values: dict[str, Any],
    now: datetime,
) -> None:
    """Keep what a form holds; nothing is kept of a client whose key is gone."""
    forget(connection, account_id, client_id, form)
    place = Place(client_id, 0, f"draft.{form}", str(account_id))
    sealed = log.seal(values, place)
    if sealed is not None:
        text = SealedRef(place, sealed).dump()
        connection.execute(
            drafts.insert().values(account_id=account_id, client_id=client_id, form=form, sealed=text, saved_at=now)
        )


def find(
    connection: Connection, log: EventLog, account_id: UUID, client_id: UUID, form: str
) -> tuple[dict[str, Any], datetime] | None:
    """What a form held, and when it was kept."""
    row = connection.execute(
        select(drafts.c.sealed, drafts.c.saved_at).where(
            drafts.c.account_id == account_id, drafts.c.client_id == client_id, drafts.c.form == form
        )
    ).one_or_none()
    values = log.opener([client_id]).text(row.sealed) if row else None
    return (cast("dict[str, Any]", values), row.saved_at) if row and values is not None else None


def of_account(connection: Connection, account_id: UUID) -> list[tuple[UUID, str, datetime]]:
    """Client, form and time of each draft that somebody left, the latest first."""
    columns = (drafts.c.client_id, drafts.c.form, drafts.c.saved_at)
    statement = select(*columns).where(drafts.c.account_id == account_id).order_by(drafts.c.saved_at.desc())
    return [(row[0], row[1], row[2]) for row in connection.execute(statement)]


def forget(connection: Connection, account_id: UUID, client_id: UUID, form: str) -> None:
    connection.execute(
        delete(drafts).where(drafts.c.account_id == account_id, drafts.c.client_id == client_id, drafts.c.form == form)
    )


def forget_client(connection: Connection, client_id: UUID) -> None:
    """Everybody's drafts about a client who was erased."""
    connection.execute(delete(drafts).where(drafts.c.client_id == client_id))


def forget_old(connection: Connection, now: datetime) -> int:
    """Drafts that were left for longer than they are kept; how many there were."""
    return connection.execute(delete(drafts).where(drafts.c.saved_at < now - KEPT)).rowcount


def clients(connection: Connection) -> set[UUID]:
    """The clients about whom there are drafts."""
    return set(connection.scalars(select(drafts.c.client_id).distinct()))
