"""Handing a client to a colleague: asked, accepted or refused, or taken back; until then nothing changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application import clients, rights
from application.looks import Look, Seen
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from domain.client import AcceptTransfer, ProposeTransfer, RefuseTransfer, WithdrawTransfer
from domain.client.own_notes import NoteHandling
from domain.refusal import Refused
from eventlog.commands import Answer, CommandContext
from projections import agenda, caseload, own_notes
from projections.agenda import Transfer
from projections.caseload import CaseloadClient, CaseloadRow
from records import people
from records.people import Account, Team


@dataclass(frozen=True, slots=True)
class ClientToHandOver:
    """A client, the colleagues of all teams who may be asked, and the one who was asked and has not answered.
    `has_own`: whether the viewer has a note or mark of the own on this client, of which is asked what becomes of it."""

    client: CaseloadClient
    name: str
    coaches: Sequence[Account]
    teams: Mapping[UUID, Team]
    waiting: Transfer | None
    has_own: bool


@dataclass(frozen=True, slots=True)
class AskedToTakeOver:
    """What a colleague who is asked sees: who it is and why, and not the file."""

    track: str | None
    name: str
    waiting: Transfer
    reason: str


@needs(rights.HAND_OVER)
def propose_transfer(
    services: Services,
    look: Look,
    client_id: UUID,
    coach_id: UUID | None,
    reason: str,
    command_id: UUID,
    own_note: NoteHandling | None = None,
) -> Answer:
    """Ask a colleague, of any team, to take a client over.

    Raises:
        NotThereError, NotAllowedError: it is neither the viewer's client nor one of a team that the viewer manages.
        Refused: this is no colleague who can be asked, somebody was asked already, or it is not said what becomes of
            the viewer's own note and mark.
    """
    row = _handable(services, look, client_id)
    with services.database.read() as connection:
        coaches, teams = _others(people.coaches(connection), row.client), _by_id(people.all_teams(connection))
    coach = next((c for c in coaches if c.account_id == coach_id), None)
    if coach is None or coach.team_id is None:
        raise Refused("Choose a colleague.", field="coach")
    team, has_own = teams[coach.team_id], _has_own(services, look, client_id)
    if has_own and own_note is None and not services.log.known_commands([command_id]):
        raise Refused("Choose what happens to your own note and mark.", field="own_note")
    command = ProposeTransfer(
        client_id=client_id,
        team=team.team_id,
        specialised=team.specialised,
        coach=coach.account_id,
        reason=reason,
        own_note=own_note if has_own else None,
    )
    return services.clients.handle(command, CommandContext(services.clock(), look.viewer.account_id), command_id)


@needs(rights.HAND_OVER)
def withdraw_transfer(services: Services, look: Look, client_id: UUID, command_id: UUID) -> Answer:
    """Take the question back before there is an answer. Raises as `propose_transfer`."""
    _handable(services, look, client_id)
    context = CommandContext(services.clock(), look.viewer.account_id)
    return services.clients.handle(WithdrawTransfer(client_id=client_id), context, command_id)


@needs(rights.HAND_OVER)
def client_to_hand_over(services: Services, look: Look, client_id: UUID) -> ClientToHandOver:
    """A client, and who may be asked to take them over. Raises NotThereError and NotAllowedError as
    `propose_transfer`."""
    row = _handable(services, look, client_id)
    with services.database.read() as connection:
        coaches, teams = _others(people.coaches(connection), row.client), _by_id(people.all_teams(connection))
        waiting = agenda.transfer_of(connection, client_id)
    name, has_own = clients.names_of(services, look, [row])[client_id], _has_own(services, look, client_id)
    return ClientToHandOver(row.client, name, coaches, teams, waiting, has_own)


@needs(rights.TAKE_OVER)
def answer_transfer(
    services: Services, look: Look, command: AcceptTransfer | RefuseTransfer, command_id: UUID
) -> Answer:
    """Take a client over, or say why not.

    Raises:
        NotThereError: the viewer was not asked, or no longer is.
        Refused: no reason is given, or the question was taken back.
    """
    services.engine.catch_up(["caseload", "agenda"], wait=True)
    _asked(services, look, command.client_id)
    return services.clients.handle(command, CommandContext(services.clock(), look.viewer.account_id), command_id)


@needs(rights.TAKE_OVER)
def asked_to_take_over(services: Services, look: Look, client_id: UUID) -> AskedToTakeOver:
    """The client whom the viewer is asked to take over. Raises NotThereError as `answer_transfer`."""
    row, waiting = _asked(services, look, client_id)
    name = clients.names_of(services, look, [row])[client_id]
    event = services.log.versions(client_id, [waiting.words]).get(waiting.words)
    reason = services.log.opener([client_id]).value(event, "reason") if event else None
    return AskedToTakeOver(row.client.track, name, waiting, str(reason or ""))


def _has_own(services: Services, look: Look, client_id: UUID) -> bool:
    services.engine.catch_up([own_notes.projection.name], wait=True)
    with services.database.read() as connection:
        return own_notes.one(connection, client_id, look.viewer.account_id) is not None


def _handable(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    row, viewer = clients.readable(services, look, client_id), look.viewer
    client = row.client
    if not viewer.coaches_client_of(client.coach_id) and not viewer.may_assign(client.team_id):
        raise NotAllowedError
    return row


def _asked(services: Services, look: Look, client_id: UUID) -> tuple[CaseloadRow, Transfer]:
    with services.database.read() as connection:
        waiting = agenda.transfer_of(connection, client_id)
        row = caseload.client(connection, client_id)
    if waiting is None or row is None or waiting.coach_id != look.viewer.account_id:
        raise NotThereError
    look.note([client_id], Seen.OPENED)
    return row, waiting


def _others(coaches: Sequence[Account], client: CaseloadClient) -> list[Account]:
    return [coach for coach in coaches if coach.account_id != client.coach_id]


def _by_id(teams: Sequence[Team]) -> dict[UUID, Team]:
    return {team.team_id: team for team in teams}
