"""What is to be done for a client: planned, ticked off, and what became of a promise."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from application import clients, rights
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.client import FinishTask, PlanTask, SettlePromise, TaskKind
from domain.client.tasks import WaitFor, WaitingFor
from domain.refusal import Refused
from eventlog.commands import Answer
from projections.agenda import PROMISE


@needs(rights.RECORD)
def plan_task(
    services: Services, look: Look, client_id: UUID, what: str, due_on: date | None, kind: str, command_id: UUID
) -> Answer:
    """Note something to be done for a client, today where no day is given; or that the client called.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: there is no such kind of task, or what is said of it is not sound.
    """
    row = clients.recordable(services, look, client_id)
    if kind not in set(TaskKind):
        raise Refused("Choose what it is.", field="kind")
    command = PlanTask(
        client_id=client_id, task_id=command_id, what=what, due_on=due_on or services.today, kind=TaskKind(kind)
    )
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def finish_item(
    services: Services, look: Look, client_id: UUID, item_id: UUID, kind: str | None, *, kept: bool, command_id: UUID
) -> Answer:
    """Tick off a task, or say whether a promise was kept. `kind` is that of the item, as the day shows it.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: there is no such task or promise.
    """
    row = clients.recordable(services, look, client_id)
    command: FinishTask | SettlePromise = FinishTask(client_id=client_id, task_id=item_id)
    if kind == PROMISE:
        command = SettlePromise(client_id=client_id, contact_id=item_id, kept=kept)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def wait_for(
    services: Services,
    look: Look,
    client_id: UUID,
    item_id: UUID,
    kind: str | None,
    whom: WaitingFor | None,
    since: date,
    command_id: UUID,
) -> Answer:
    """Say that a task or a promise waits for the client or a third party since a day, or for nobody any more. `kind` is
    that of the item. Raises as `finish_item`."""
    row = clients.recordable(services, look, client_id)
    of = {"contact_id": item_id} if kind == PROMISE else {"task_id": item_id}
    command = WaitFor(client_id=client_id, whom=whom, since=since, **of)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)
