"""Finding clients by name or number, from whatever page one is on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application import clients, rights
from application.caseload import Selection, scope_of, selected_rows
from application.clients import CaseloadClient
from application.looks import Look, Seen
from application.rights import needs
from application.services import Services


@dataclass(frozen=True, slots=True)
class ClientsFound:
    """The first clients found, by name, and how many there are."""

    clients: Sequence[CaseloadClient]
    names: Mapping[UUID, str]
    count: int


@needs(rights.READ_FILES)
def find_clients(services: Services, look: Look, words: str, *, most: int) -> ClientsFound:
    """The clients whom the viewer works with and whose name or number has all of these words, so many at most.

    Raises:
        NotAllowedError: the viewer reads a team's files, and has no team.
    """
    scope, _ = scope_of(look.viewer, None)
    with services.database.read() as connection:
        rows = selected_rows(services, connection, Selection(named=words, order="name"), scope)
    names = clients.names_of(services, look, rows[:most], Seen.FOUND)
    return ClientsFound([row.client for row in rows[:most]], names, len(rows))
