"""Since when each client is with the coach they are with."""

from __future__ import annotations

from domain.client import ClientAssigned, ClientErased
from projections.assignments_table import assignments
from projections.engine.readmodel import Projection, Rows
from projections.undoing import with_merges


def assigned(event: ClientAssigned, rows: Rows) -> None:
    before = rows.of(assignments).get(None)
    if before is not None and before["coach_id"] == event.coach:
        # Another team, the same coach: nobody is new.
        return
    rows.put(assignments, {"client_id": event.originator_id, "coach_id": event.coach, "since": event.assigned_on})


def client_erased(event: ClientErased, rows: Rows) -> None:
    rows.forget()


projection = Projection(
    name="assignments",
    version=1,
    tables=(assignments,),
    begins=frozenset({ClientAssigned}),
    folds=with_merges({ClientAssigned: assigned, ClientErased: client_erased}),
)
