"""What a coach still has to do for a client: own tasks, calls to return, and promises made in a contact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.refusal import Refused
from domain.text import not_in_future, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class TaskKind(StrEnum):
    """Whether the coach thought of it, or the client called."""

    OWN = "own"
    CALL_BACK = "call_back"


class WaitingFor(StrEnum):
    """For whom something waits that is not the coach's turn."""

    CLIENT = "client"
    THIRD_PARTY = "third_party"


class TaskPlanned(ClientEvent, frozen=True):
    """Something has to be done for a client by a day."""

    task_id: UUID
    kind: TaskKind
    due_on: date
    what: Personal[str]

    def apply(self, client: Client) -> None:
        client.tasks[self.task_id] = False
        if self.kind is TaskKind.CALL_BACK:
            client.calls[self.task_id] = (local_day(self.recorded_at), None)


class TaskDone(ClientEvent, frozen=True):
    """It was done, or need not be done any more."""

    task_id: UUID

    def apply(self, client: Client) -> None:
        client.tasks[self.task_id] = True
        client.calls.pop(self.task_id, None)


class CallAnswered(ClientEvent, frozen=True):
    """The client who had called was spoken to: this contact says so."""

    task_id: UUID
    answered_by: UUID

    def apply(self, client: Client) -> None:
        client.tasks[self.task_id] = True
        noted_on, _nobody = client.calls[self.task_id]
        client.calls[self.task_id] = (noted_on, self.answered_by)


class TaskWaits(ClientEvent, frozen=True):
    """A task waits for somebody since a day, or for nobody any more: then it is the coach's turn."""

    task_id: UUID
    whom: WaitingFor | None
    since: date | None


class PromiseWaits(ClientEvent, frozen=True):
    """What was agreed in a contact waits for somebody since a day, or for nobody any more."""

    contact_id: UUID
    whom: WaitingFor | None
    since: date | None


class PromiseSettled(ClientEvent, frozen=True):
    """What was agreed in a contact was done, or was let go."""

    contact_id: UUID
    kept: bool

    def apply(self, client: Client) -> None:
        client.settled = client.settled | {self.contact_id}


TASK_EVENTS: tuple[type[ClientEvent], ...] = (
    TaskPlanned,
    TaskDone,
    PromiseSettled,
    CallAnswered,
    TaskWaits,
    PromiseWaits,
)


def answered_calls(client: Client, contact_id: UUID, held_on: date) -> list[ClientEvent]:
    """The calls that are answered by speaking to the client on a day: those noted by then."""
    return [
        CallAnswered(task_id=task_id, answered_by=contact_id)
        for task_id, (noted_on, answered_by) in client.calls.items()
        if answered_by is None and noted_on <= held_on
    ]


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


class WaitFor(ClientCommand, frozen=True, kw_only=True):
    """Say that a task, or what was agreed in a contact, waits for somebody since a day; `whom` is None where it is the
    coach's turn again. One of the two ids is given."""

    task_id: UUID | None = None
    contact_id: UUID | None = None
    whom: WaitingFor | None
    since: date

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if self.whom is not None:
            not_in_future(self.since, local_day(context.at), field="since", not_before=client.intake_on)
        since = self.since if self.whom else None
        if self.task_id is not None:
            if client.tasks.get(self.task_id, True):
                raise Refused("There is no such task, or it is done.")
            return [TaskWaits(task_id=self.task_id, whom=self.whom, since=since)]
        mark = client.contacts.get(self.contact_id) if self.contact_id else None
        if mark is None or mark.struck or self.contact_id is None or self.contact_id in client.settled:
            raise Refused("There is no such commitment, or it is settled.")
        return [PromiseWaits(contact_id=self.contact_id, whom=self.whom, since=since)]
