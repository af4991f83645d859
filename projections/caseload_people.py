"""Who the clients are, as far as it is in the clear: for whoever has to find out whether somebody is one already."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

from projections.caseload_table import caseload


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A client, open or closed, of any team; `numbered`: with a client number, which is sealed."""

    birth_date: str | None
    intake_on: date
    numbered: bool


def by_id(connection: Connection, client_ids: Collection[UUID]) -> dict[UUID, KnownPerson]:
    """These clients, as far as there is a file of them."""
    c = caseload.c
    statement = select(c.client_id, c.v_birth_date, c.intake_on, c.client_number).where(c.client_id.in_(client_ids))
    return {
        row.client_id: KnownPerson(row.v_birth_date, row.intake_on, row.client_number is not None)
        for row in connection.execute(statement)
    }
