"""A caseload as it was at the end of an earlier day, beside what has changed since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from application import clients, rights
from application.caseload import scope_of
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.catalogue import Field, load
from domain.retention import archived_by
from projections import as_of as model
from projections import caseload
from projections import definitions as defined
from projections.caseload import CaseloadClient
from projections.caseload_table import recorded
from records import people
from records.people import Account


@dataclass(frozen=True, slots=True)
class Compared:
    """A client then and now, with the fields that are known otherwise since."""

    then: CaseloadClient
    now: CaseloadClient
    changed: Set[str]


@dataclass(frozen=True, slots=True)
class CaseloadThen:
    """The clients of one coach, with their names; none while no coach of a team is chosen."""

    clients: Sequence[Compared]
    names: Mapping[UUID, str]
    coaches: Sequence[Account]
    coach_id: UUID | None


@needs(rights.READ_FILES)
def caseload_then(services: Services, look: Look, coach_id: UUID | None, day: date) -> CaseloadThen:
    """One coach's clients as they were known at the end of a day; only those whom the viewer may see today,
    and none whose file is archived.

    Raises:
        NotAllowedError: the viewer reads a team's files, and has no team.
    """
    me = look.viewer
    with services.database.read() as connection:
        coaches = people.coaches(connection, me.team_id) if me.team_id else []
        scope, coach_id = scope_of(me, coach_id)
        # A team is looked at coach by coach: a whole team's history is not folded while somebody waits.
        current = caseload.present_on(connection, scope, day, archived_by(services.today)) if coach_id else []
        then_in_force = defined.on(connection, day, model.end_of(day))
    before = model.rows_then(services.log, [row.client_id for row in current], day, then_in_force.rules)
    now = [row for row in current if _was_open(before.get(row.client_id))]
    names = clients.names_of(services, look, now)
    compared = [_compared(before[row.client_id], row.client) for row in now]
    return CaseloadThen(compared, names, coaches, coach_id)


def _was_open(client: CaseloadClient | None) -> bool:
    return client is not None and client.closed_on is None and client.assigned_on is not None


def _compared(then: CaseloadClient, now: CaseloadClient) -> Compared:
    return Compared(then, now, {field.key for field in load() if _known(then, field) != _known(now, field)})


def _known(client: CaseloadClient, field: Field) -> tuple[str | None, Any]:
    state, _, value = recorded(client, field)
    return state, value
