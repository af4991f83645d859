"""Whose caseload a client is on: one client assigned, or a leaving coach's caseload spread over colleagues."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from application import clients, rights
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from application.spreading import Plan, TeamToSpread, fingerprint, record_as_one, spread, team_to_spread
from domain.client import AssignClient
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from projections.caseload import CaseloadClient, CaseloadRow
from records import people
from records.people import Account, Team


@dataclass(frozen=True, slots=True)
class ClientToAssign:
    """A client, and the coaches of the viewer's team."""

    client: CaseloadClient
    name: str
    coaches: Sequence[Account]


@dataclass(frozen=True, slots=True)
class Reassignment:
    """What would become of a leaving coach's clients. `leaving` are those whose clients can be reassigned: the coaches,
    and those of before who have clients still. `plan` says which client comes to whom, `becomes` how many each
    of those who take over has then; both are empty while nobody leaves, or where it is `refused`.

    `preview` stands for the plan: who carries it out brings it along, and gets that plan or none.
    """

    coaches: Sequence[Account]
    leaving: Sequence[Account]
    loads: Mapping[UUID | None, int]
    receiving: Sequence[UUID]
    plan: Sequence[tuple[UUID, UUID]]
    names: Mapping[UUID, str]
    becomes: Mapping[UUID, int]
    preview: str
    refused: Refused | None


@needs(rights.ASSIGN)
def assign_client(services: Services, look: Look, client_id: UUID, coach_id: UUID | None, command_id: UUID) -> Answer:
    """Put a client of one's team on the caseload of one of its coaches.

    Raises:
        NotThereError: there is no such client for this viewer.
        Refused: this is nobody of the team, or it can't be done.
    """
    _assignable(services, look, client_id)
    team, coaches = _coaches(services, look.viewer)
    if coach_id is None or coach_id not in {coach.account_id for coach in coaches}:
        raise Refused("Choose a coach of your team.", field="coach")
    context = CommandContext(services.clock(), look.viewer.account_id)
    return services.clients.handle(_assign(services, client_id, team, coach_id), context, command_id)


@needs(rights.ASSIGN)
def client_to_assign(services: Services, look: Look, client_id: UUID) -> ClientToAssign:
    """A client, and to whom they can be assigned. Raises NotThereError as `assign_client`."""
    row = _assignable(services, look, client_id)
    _, coaches = _coaches(services, look.viewer)
    return ClientToAssign(row.client, clients.names_of(services, look, [row])[client_id], coaches)


@needs(rights.ASSIGN)
def reassign_caseload(
    services: Services, viewer: Viewer, leaving: UUID, chosen: Collection[UUID], preview: str, command_id: UUID
) -> Answer:
    """Spread a leaving coach's clients over the colleagues chosen, as it was previewed: all of them or none. Sent again
    it is done once.

    Raises:
        NotThereError: the viewer has no team.
        Refused: there is nobody to reassign or to take over, or it would come to something else than the preview.
    """
    services.engine.catch_up(["caseload"], wait=True)
    whole = uuid5(command_id, f"{leaving} {preview} {' '.join(sorted(map(str, chosen)))}")
    if written := services.log.written_by(whole):
        return Answer(written[-1].stream_id, written[-1].position, len(written))
    team = _planned_for(services, viewer)
    plan = _plan(services, team, leaving, team.receiving(chosen))
    if preview != fingerprint(plan):
        raise Refused("Something has changed since the preview. Check it again.")
    commands = [_assign(services, row.client_id, team.team, to) for row, to in plan]
    return record_as_one(services, viewer, commands, whole, command_id)


@needs(rights.ASSIGN)
def reassignment(services: Services, look: Look, leaving: UUID | None, chosen: Collection[UUID]) -> Reassignment:
    """What would become of the clients of who leaves, if the colleagues chosen took over. Raises NotThereError as
    `reassign_caseload`."""
    team = _planned_for(services, look.viewer)
    receiving, plan, refused = team.receiving(chosen), [], None
    if leaving is not None:
        try:
            plan = _plan(services, team, leaving, receiving)
        except Refused as error:
            refused = error
    return Reassignment(
        team.coaches,
        [*team.coaches, *team.before],
        team.loads,
        receiving,
        [(row.client_id, to) for row, to in plan],
        clients.names_of(services, look, [row for row, _ in plan]),
        {coach_id: team.loads.get(coach_id, 0) + sum(to == coach_id for _, to in plan) for coach_id in receiving},
        fingerprint(plan),
        refused,
    )


def _assignable(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    row = clients.readable(services, look, client_id)
    if not look.viewer.may_assign(row.client.team_id):
        raise NotAllowedError
    return row


def _coaches(services: Services, viewer: Viewer) -> tuple[Team, list[Account]]:
    if viewer.team_id is None:
        raise NotThereError
    with services.database.read() as connection:
        team, coaches = people.team(connection, viewer.team_id), people.coaches(connection, viewer.team_id)
    if team is None:
        raise NotThereError
    return team, coaches


def _assign(services: Services, client_id: UUID, team: Team, coach_id: UUID) -> AssignClient:
    return AssignClient(
        client_id=client_id,
        team=team.team_id,
        specialised=team.specialised,
        coach=coach_id,
        assigned_on=services.today,
    )


def _planned_for(services: Services, viewer: Viewer) -> TeamToSpread:
    if viewer.team_id is None:
        raise NotThereError
    with services.database.read() as connection:
        found = team_to_spread(connection, viewer.team_id)
    if found is None:
        raise NotThereError
    return found


def _plan(services: Services, team: TeamToSpread, leaving: UUID, receiving: Sequence[UUID]) -> Plan:
    with services.database.read() as connection:
        return spread(connection, team, leaving, receiving)
