"""All that a coach has to do on one page: overdue, today, this week and later; and what waits for somebody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from application import clients, rights, steps
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.calendar import Week
from projections import agenda, appointments, data_gaps
from projections.agenda import OpenItem
from projections.caseload import Scope

# So many lines of each group, and of one that is looked through by itself.
FIRST, PAGE = 10, 50
# How far ahead the last days of fields are told.
DEADLINES = timedelta(days=28)


class When(StrEnum):
    """When something is to be done, or that it is somebody else's turn."""

    OVERDUE = "overdue"
    TODAY = "today"
    THIS_WEEK = "this_week"
    LATER = "later"
    WAITING = "waiting"


class Duty(StrEnum):
    """What is to be done: a task, a call or a promise; or what has passed, ended, or has to be known by a day."""

    OWN = "own"
    CALL_BACK = "call_back"
    PROMISE = "promise"
    APPOINTMENT = "appointment"
    STEP = "step"
    DEADLINE = "deadline"


class TaskLine(Struct, frozen=True):
    """Something that is to be done for a client. `item_id` is of the task, promise, appointment or step, `field` the
    field that has to be known; `what` its words; `version` that of a step, which its answer is judged by."""

    kind: Duty
    client_id: UUID
    item_id: UUID | None
    due_on: date | None
    what: str | None = None
    field: str | None = None
    step_kind: str | None = None
    version: int | None = None
    waiting_for: str | None = None
    waiting_since: date | None = None

    def when(self, as_of: date) -> When:
        """What waits for somebody else is not overdue; what has no day is for today."""
        if self.waiting_for is not None:
            return When.WAITING
        if self.due_on is None or self.due_on == as_of:
            return When.TODAY
        if self.due_on < as_of:
            return When.OVERDUE
        return When.THIS_WEEK if self.due_on < Week.of(as_of).next.monday else When.LATER


@dataclass(frozen=True, slots=True)
class MyTasks:
    """What is to be done, by when, the earliest first; what waits, the longest first: the first of each group, or a
    page of the one group that was asked for. `counts` says how many there are."""

    groups: Mapping[When, Sequence[TaskLine]]
    counts: Mapping[When, int]
    when: When | None
    offset: int
    names: Mapping[UUID, str]
    as_of: date


@needs(rights.COACH_CLIENTS)
def my_tasks(services: Services, look: Look, when: When | None = None, offset: int = 0) -> MyTasks:
    """All tasks and commitments of the viewer's own clients, calls, appointments and steps that ask an answer, and the
    fields whose last day is near."""
    me, as_of = look.viewer.account_id, services.today
    with services.database.read() as connection:
        items = agenda.open_items(connection, Scope(coach_id=me))
        passed = appointments.unanswered(connection, Scope(coach_id=me), services.clock())
        fields = data_gaps.due_between(connection, me, as_of, as_of + DEADLINES)
    ended = steps.unanswered(services, look.viewer, None)
    said = texts(services, items)
    lines = [
        TaskLine(
            Duty(item.kind),
            item.client_id,
            item.item_id,
            item.due_on,
            said.get((item.client_id, item.words)),
            waiting_for=item.waiting_for,
            waiting_since=item.waiting_since,
        )
        for item in items
    ]
    lines += [TaskLine(Duty.APPOINTMENT, each.client_id, each.appointment_id, each.starts_on) for each in passed]
    for each in ended.entries:
        kind, what = ended.texts[each.client_id, each.words]
        lines.append(
            TaskLine(Duty.STEP, each.client_id, each.step_id, each.ends_on, what, step_kind=kind, version=each.version)
        )
    lines += [TaskLine(Duty.DEADLINE, each.client_id, None, each.due_on, field=each.field) for each in fields]
    groups: dict[When, list[TaskLine]] = {when: [] for when in When}
    for line in lines:
        groups[line.when(as_of)].append(line)
    for found in groups.values():
        found.sort(key=_order)
    counts = {each: len(found) for each, found in groups.items()}
    shown, offset = _part(groups, when, offset)
    there = {line.client_id for found in shown.values() for line in found}
    everybody: list[clients.Named] = [*items, *passed, *ended.rows, *fields]
    rows = [row for row in everybody if row.client_id in there]
    return MyTasks(shown, counts, when, offset, clients.names_of(services, look, rows), as_of)


def _part(
    groups: Mapping[When, Sequence[TaskLine]], when: When | None, offset: int
) -> tuple[Mapping[When, Sequence[TaskLine]], int]:
    """The first of each group, or a page of one; from its beginning where there is nothing so far on any more."""
    if when is None:
        return {each: found[:FIRST] for each, found in groups.items()}, 0
    start = offset if offset < len(groups[when]) else 0
    return {when: groups[when][start : start + PAGE]}, start


def texts(services: Services, items: Sequence[OpenItem]) -> dict[tuple[UUID, int], str]:
    """What was written of each task and promise, by client and version."""
    opener = services.log.opener([item.client_id for item in items])
    events = services.log.at([(item.client_id, item.words) for item in items])
    return {
        place: opener.value(event, "what" if hasattr(event, "what") else "agreed_next") or ""
        for place, event in events.items()
    }


def _order(line: TaskLine) -> tuple[bool, date, str]:
    """Calls first, then by day."""
    day = line.waiting_since if line.waiting_for else line.due_on
    return line.kind is not Duty.CALL_BACK, day or date.min, str(line.item_id or line.field)
