"""Clients whom a coach chose for a conversation: who they are today, and whether the viewer may see them still."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from msgspec import Struct

from application import clients
from application.looks import Look
from application.services import Services
from database.rows import part_of
from domain.names import by_surname
from projections import caseload, conversations, merges
from projections.caseload import Scope


@dataclass(frozen=True, slots=True)
class Case:
    """A client to talk about. One who was handed over meanwhile, or whose file is no longer kept, has no id and no
    name for this viewer, who is not to learn which of both it is."""

    client_id: UUID | None
    name: str | None
    closed_on: date | None


def shown_cases(services: Services, look: Look, client_ids: Sequence[UUID]) -> list[Case]:
    """These clients for the viewer, in the order chosen; a file that was merged is the one that goes on."""
    if not client_ids:
        return []
    with services.database.read() as connection:
        kept = merges.kept_of(connection, client_ids)
        today = [kept.get(client_id, client_id) for client_id in client_ids]
        rows = [r for r in caseload.by_id(connection, today) if r.client.closing_reason != caseload.ERASED]
    may = {r.client_id: r for r in rows if look.viewer.may_read(r.client.team_id, r.client.coach_id)}
    names = clients.names_of(services, look, list(may.values()))
    return [
        Case(each, names[each], may[each].client.closed_on) if each in may else Case(None, None, None)
        for each in dict.fromkeys(today)
    ]


class ChosenFor(Struct, frozen=True):
    """A conversation between a coach and a manager for which a client was chosen: with whom, and on which day."""

    coach_id: UUID
    planned_by: UUID | None
    held_on: date


def chosen_for(services: Services, client_ids: Sequence[UUID]) -> list[ChosenFor]:
    """For which conversations a client is chosen, folded up to now, by the numbers of all the files of that person; for
    the report that the client gets."""
    services.engine.catch_up([conversations.projection.name], wait=True)
    with services.database.read() as connection:
        return [part_of(ChosenFor, row) for row in conversations.with_case(connection, client_ids)]


def own_clients(services: Services, look: Look) -> Mapping[UUID, str]:
    """The viewer's own open clients by name, to choose from."""
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=look.viewer.account_id), limit=None)
    names = clients.names_of(services, look, rows)
    return dict(sorted(names.items(), key=lambda item: by_surname(item[1])))


def are_own(services: Services, coach_id: UUID, client_ids: Sequence[UUID]) -> bool:
    """Whether all of these are open clients of this coach."""
    with services.database.read() as connection:
        found = caseload.open_by_id(connection, Scope(coach_id=coach_id), client_ids)
    return {row.client_id for row in found} >= set(client_ids)
