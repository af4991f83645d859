"""Who the clients are, sealed: for whoever has to find out whether somebody is one already."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Select, select

from projections.caseload_table import caseload


@dataclass(frozen=True, slots=True)
class SealedPerson:
    """A client, open or closed, of any team."""

    client_id: UUID
    name: str | None
    client_number: str | None
    birth_date: str | None
    intake_on: date


def all_people(connection: Connection) -> Iterator[SealedPerson]:
    """Everybody who is or was a client, with sealed name and number; also those who were erased, without."""
    return _people(connection, _columns())


def people_among(connection: Connection, client_ids: Collection[UUID]) -> Iterator[SealedPerson]:
    """The same of these alone."""
    return _people(connection, _columns().where(caseload.c.client_id.in_(client_ids)))


def with_a_file(connection: Connection, client_ids: Collection[UUID]) -> set[UUID]:
    """Which of these are or were clients."""
    return set(connection.scalars(select(caseload.c.client_id).where(caseload.c.client_id.in_(client_ids))))


def _columns() -> Select[Any]:
    return select(*(caseload.c[name] for name in ("client_id", "name", "client_number", "v_birth_date", "intake_on")))


def _people(connection: Connection, statement: Select[Any]) -> Iterator[SealedPerson]:
    for row in connection.execute(statement):
        yield SealedPerson(*row)
