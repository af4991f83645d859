"""What a coach still has to do for a client: own tasks, calls to return, and promises made in a contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.refusal import Refused
from domain.text import required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class TaskKind(StrEnum):
    """Whether the coach thought of it, or the client called."""

    OWN = "own"
    CALL_BACK = "call_back"


class TaskPlanned(ClientEvent, frozen=True):
    """Something has to be done for a client by a day."""

    task_id: UUID
    kind: TaskKind
    due_on: date
    what: Personal[str]

    def apply(self, client: Client) -> None:
        client.tasks[self.task_id] = False


class TaskDone(ClientEvent, frozen=True):
    """It was done, or need not be done any more."""

    task_id: UUID

    def apply(self, client: Client) -> None:
        client.tasks[self.task_id] = True


class PromiseSettled(ClientEvent, frozen=True):
    """What was agreed in a contact was done, or was let go."""

    contact_id: UUID
    kept: bool

    def apply(self, client: Client) -> None:
        client.settled = client.settled | {self.contact_id}


class PlanTask(ClientCommand, frozen=True):
    """Note what has to be done for a client."""

    task_id: UUID
    what: str
    due_on: date
    kind: TaskKind = TaskKind.OWN

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.task_id in client.tasks:
            raise Refused("This task has already been recorded.")
        if self.due_on < local_day(context.at):
            raise Refused("Choose today or a later day.", field="due_on")
        within_reach(self.due_on, local_day(context.at), field="due_on")
        what = required_text(self.what, field="what", longest=500)
        return [TaskPlanned(task_id=self.task_id, kind=self.kind, due_on=self.due_on, what=what)]


class FinishTask(ClientCommand, frozen=True):
    """Say that a task is done."""

    task_id: UUID

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.task_id not in client.tasks:
            raise Refused("There is no such task.")
        return [] if client.tasks[self.task_id] else [TaskDone(task_id=self.task_id)]


class SettlePromise(ClientCommand, frozen=True):
    """Say what became of what was agreed in a contact."""

    contact_id: UUID
    kept: bool = True

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        mark = client.contacts.get(self.contact_id)
        if mark is None or mark.struck:
            raise Refused("There is no such contact.")
        return [] if self.contact_id in client.settled else [PromiseSettled(contact_id=self.contact_id, kept=self.kept)]
