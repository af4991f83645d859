"""The city's targets: how many open clients there should be, from a day on."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Column, Connection, Date, Integer, Table, Uuid, delete, select

from domain.refusal import Refused
from records.schema import metadata

targets = Table(
    "targets",
    metadata,
    Column("from_on", Date, primary_key=True),
    Column("clients", Integer, nullable=False),
    Column("set_by", Uuid, nullable=False),
)


def put(connection: Connection, from_on: date, clients: int, account_id: UUID) -> None:
    """Set the target from a day on. Raises Refused when it is none."""
    if not 0 <= clients <= 10_000_000:
        raise Refused("Enter a number from %(least)d to %(most)d.", field="clients", least=0, most=10_000_000)
    connection.execute(delete(targets).where(targets.c.from_on == from_on))
    connection.execute(targets.insert().values(from_on=from_on, clients=clients, set_by=account_id))


def all_targets(connection: Connection) -> list[tuple[date, int]]:
    """Each target with the day from which it holds, the earliest first."""
    rows = connection.execute(select(targets.c.from_on, targets.c.clients).order_by(targets.c.from_on))
    return [(row[0], row[1]) for row in rows]
