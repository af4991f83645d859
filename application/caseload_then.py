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
from projections import caseload, merges
from projections import definitions as defined
from projections.caseload import CaseloadClient, CaseloadRow
from projections.caseload_table import recorded
from projections.merges import MergedFile
from records import people
from records.people import Account


@dataclass(frozen=True, slots=True)
class Compared:
    """A client then and now, with the fields that are known otherwise since. `merged`: what was a file of its own then
    ended in another since, which is how it is now."""

    then: CaseloadClient
    now: CaseloadClient
    changed: Set[str]
    merged: bool = False


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
        ended = merges.ended_after(connection, {row.client_id for row in current}, day)
    files = [*(row.client_id for row in current), *(file.client_id for file in ended)]
    before = model.rows_then(services.log, files, day, then_in_force.rules)
    goes_on = {row.client_id: row.client for row in current}
    beside: list[CaseloadRow | MergedFile] = [*current, *ended]
    now = [row for row in beside if _was_open(before.get(row.client_id))]
    names = clients.names_of(services, look, now)
    compared = [
        _compared(before[row.client_id], goes_on[row.kept_id if isinstance(row, MergedFile) else row.client_id])
        for row in now
    ]
    return CaseloadThen(compared, names, coaches, coach_id)


def _was_open(client: CaseloadClient | None) -> bool:
    return client is not None and client.closed_on is None and client.assigned_on is not None


def _compared(then: CaseloadClient, now: CaseloadClient) -> Compared:
    changed = {field.key for field in load() if _known(then, field) != _known(now, field)}
    return Compared(then, now, changed, merged=then.client_id != now.client_id)


def _known(client: CaseloadClient, field: Field) -> tuple[str | None, Any]:
    state, _, value = recorded(client, field)
    return state, value
