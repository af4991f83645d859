"""Files that were closed in the last twelve months, by what became of the client; for who worked with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from msgspec import Struct

from application import clients, rights
from application.caseload import scope_of
from application.looks import Look
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.calendar import add_months
from projections import caseload_closed, caseload_figures

MONTHS = 12  # as long as figures of exits look back
SHOWN = 100


class ClosedFile(Struct, frozen=True):
    """A closed file: whose caseload it was on, when it was closed, and with which outcome."""

    client_id: UUID
    coach_id: UUID | None
    closed_on: date
    exit_reason: str


@dataclass(frozen=True, slots=True)
class ClosedFiles:
    """A page of closed files, the latest first, with names. `by_outcome` counts all exits, `found` those chosen, and
    `erased` how many of these are of people who were erased since, of whom nothing can be shown."""

    files: Sequence[ClosedFile]
    names: Mapping[UUID, str]
    by_outcome: Mapping[str, int]
    found: int
    erased: int
    pages: int


@needs(rights.READ_FILES)
def closed_files(services: Services, look: Look, outcome: str | None, page: int = 1) -> ClosedFiles:
    """Files closed in the last twelve months: of a coach the own ones, of others those of their team.

    Raises:
        NotAllowedError: the viewer reads a team's files, and has no team.
    """
    scope, _ = scope_of(look.viewer, None)
    since = add_months(services.today, -MONTHS)
    with services.database.read() as connection:
        by_outcome = caseload_figures.outflow(connection, scope, since)
        erased = caseload_closed.count_erased(connection, scope, since, outcome)
        rows = caseload_closed.exits(connection, scope, since, outcome, limit=SHOWN, offset=(page - 1) * SHOWN)
    found = sum(by_outcome.values()) if outcome is None else by_outcome.get(outcome, 0)
    return ClosedFiles(
        files=[part_of(ClosedFile, row) for row in rows],
        names=clients.names_of(services, look, rows),
        by_outcome=by_outcome,
        found=found,
        erased=erased,
        pages=-(-(found - erased) // SHOWN),
    )
