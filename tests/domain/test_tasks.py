"""What a coach still has to do for a client: planned for a day that can be, done once, and a promise settled once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain.client import (
    Client,
    ContactStruckOut,
    FinishTask,
    PlanTask,
    PromiseSettled,
    SettlePromise,
    TaskDone,
    TaskKind,
    TaskPlanned,
    evolve,
)
from tests.domain.texts import CONTACT, ID, INTAKE, NOW, TODAY, X
from tests.story import Story

TASK, OTHER = UUID(int=21), UUID(int=22)


def story(*events: Any) -> Story[Client]:
    return Story(evolve, ID).given(INTAKE, *events)


def plan(due_on: date = TODAY, **more: Any) -> PlanTask:
    return PlanTask(**{"client_id": ID, "task_id": TASK, "what": "Call", "due_on": due_on} | more)


PLANNED = TaskPlanned(task_id=TASK, kind=TaskKind.OWN, due_on=TODAY, what="Call")


def test_a_task_is_planned_once_for_today_or_a_later_day() -> None:
    story().when(plan(TODAY - timedelta(days=1)), NOW).refused("today or a later day", "due_on")
    story().when(plan(date(9999, 1, 1)), NOW).refused("", "due_on")
    story().when(plan(), NOW).then(PLANNED).when(plan(), NOW).refused("already been recorded")
    call = msgspec.structs.replace(PLANNED, kind=TaskKind.CALL_BACK)
    story().when(plan(kind=TaskKind.CALL_BACK), NOW).then(call)


def test_a_task_is_done_once_and_only_where_there_is_one() -> None:
    done = FinishTask(client_id=ID, task_id=TASK)
    story().when(done, NOW).refused("no such task")
    story(PLANNED).when(done, NOW).then(TaskDone(task_id=TASK)).when(done, NOW).then()
    story(PLANNED).when(FinishTask(client_id=ID, task_id=OTHER), NOW).refused("no such task")


def test_a_promise_is_settled_once_and_goes_with_a_contact_that_stands() -> None:
    settle = SettlePromise(client_id=ID, contact_id=X)
    story().when(settle, NOW).refused("no such contact")
    story(CONTACT, ContactStruckOut(contact_id=X, reason="so")).when(settle, NOW).refused("no such contact")
    kept = PromiseSettled(contact_id=X, kept=True)
    story(CONTACT).when(settle, NOW).then(kept).when(settle, NOW).then()
    let_go = SettlePromise(client_id=ID, contact_id=X, kept=False)
    story(CONTACT).when(let_go, NOW).then(PromiseSettled(contact_id=X, kept=False)).when(settle, NOW).then()
