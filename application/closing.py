"""Closing a client's file when they leave, and reopening it when they come back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.client import CloseClient, ReopenClient
from eventlog.commands import Answer, CommandContext
from projections import agenda, appointments, steps


@dataclass(frozen=True, slots=True)
class FileToClose:
    """Whose file is closed, or reopened where it is closed already. Closing `ends` so many tasks, promises and steps,
    and cancels so many appointments."""

    client: CaseloadClient
    name: str
    ends: int
    cancels: int


@needs(rights.KEEP)
def close_file(services: Services, look: Look, command: CloseClient, command_id: UUID) -> Answer:
    """Close the file of a client of one's own, with what became of them.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: it can't be closed on that day, or is closed already.
    """
    return _handled(services, look, command, command_id)


@needs(rights.KEEP)
def reopen_file(services: Services, look: Look, command: ReopenClient, command_id: UUID) -> Answer:
    """Reopen a closed file of one's own. Raises as `close_file`."""
    return _handled(services, look, command, command_id)


@needs(rights.KEEP)
def file_to_close(services: Services, look: Look, client_id: UUID) -> FileToClose:
    """A client of one's own, whose file is to be closed or reopened. Raises NotThereError and NotAllowedError."""
    row = clients.own(services, look, client_id)
    with services.database.read() as connection:
        ends = len(agenda.of_client(connection, client_id)) + steps.count_standing(connection, client_id)
        cancels = appointments.count_ahead(connection, client_id, services.clock())
    return FileToClose(row.client, clients.names_of(services, look, [row])[client_id], ends, cancels)


def _handled(services: Services, look: Look, command: CloseClient | ReopenClient, command_id: UUID) -> Answer:
    clients.own(services, look, command.client_id)
    return services.clients.handle(command, CommandContext(services.clock(), look.viewer.account_id), command_id)
