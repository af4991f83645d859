"""Who the clients are, sealed: for whoever has to find out whether somebody is one already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection, select

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
    columns = (caseload.c[name] for name in ("client_id", "name", "client_number", "v_birth_date", "intake_on"))
    for row in connection.execute(select(*columns)):
        yield SealedPerson(*row)
