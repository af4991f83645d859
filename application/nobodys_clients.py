"""Clients with whom nobody works: without a coach, or with one who can't log in any more; for who reassigns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.names import by_surname
from projections import caseload
from projections.assignments_table import nobody_works_with
from projections.caseload import CaseloadRow, Scope
from records import people


@dataclass(frozen=True, slots=True)
class NobodysClients:
    """A team's clients with whom nobody works, by name."""

    clients: Sequence[CaseloadClient]
    names: Mapping[UUID, str]


@needs(rights.ASSIGN)
def nobodys_clients(services: Services, look: Look) -> NobodysClients:
    """The clients of the viewer's team with whom nobody works. Raises NotThereError: the viewer has no team."""
    rows = _rows(services, look.viewer.team_id)
    names = clients.names_of(services, look, rows)
    found = sorted((row.client for row in rows), key=lambda client: by_surname(names[client.client_id]))
    return NobodysClients(found, names)


def count_nobodys(services: Services, team_id: UUID) -> int:
    """How many clients of a team nobody works with."""
    with services.database.read() as connection:
        return caseload.count(connection, Scope(team_id=team_id), [_nobodys(connection)])


def _rows(services: Services, team_id: UUID | None) -> list[CaseloadRow]:
    if team_id is None:
        raise NotThereError
    with services.database.read() as connection:
        return caseload.clients(connection, Scope(team_id=team_id), [_nobodys(connection)], limit=None)


def _nobodys(connection: Connection) -> ColumnElement[bool]:
    return nobody_works_with([coach.account_id for coach in people.coaches(connection)])
