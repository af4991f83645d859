"""Clients of one's own to note the same on, or to mark alike: all of them, or those that a filter leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from application import clients, rights
from application.caseload import Selection, selected_rows
from application.looks import Look
from application.own_notes import names_of_marks
from application.rights import needs
from application.services import Services
from domain.names import by_surname
from projections.caseload import Scope


@dataclass(frozen=True, slots=True)
class ManyToMark:
    """The viewer's own clients by name, and what the viewer calls the marks."""

    names: Mapping[UUID, str]
    marks: Mapping[str, str]


@needs(rights.KEEP)
def many_to_mark(services: Services, look: Look, selection: Selection) -> ManyToMark:
    """The viewer's own clients that a selection leaves, to choose some."""
    with services.database.read() as connection:
        rows = selected_rows(services, connection, selection, Scope(coach_id=look.viewer.account_id))
    names = clients.names_of(services, look, rows)
    by_name = dict(sorted(names.items(), key=lambda item: by_surname(item[1])))
    return ManyToMark(by_name, names_of_marks(services, look.viewer))
