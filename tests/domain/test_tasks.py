"""What a coach still has to do for a client: planned for a day that can be, done once, and a promise settled once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec

from domain.client import (
    Client,
    ClientClosed,
    ClientReopened,
    ClosingReason,
    ContactStruckOut,
    FinishTask,
    Outcome,
    PlanTask,
    PromiseSettled,
    RecordContact,
    SettlePromise,
    TaskDone,
    TaskKind,
    TaskPlanned,
    evolve,
)
from domain.client.tasks import CallAnswered, PromiseWaits, TaskWaits, WaitFor, WaitingFor
from tests.domain.texts import CONTACT, ID, INTAKE, NOW, TALK, TODAY, X, client
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


# calls


CALL = msgspec.structs.replace(PLANNED, kind=TaskKind.CALL_BACK, recorded_at=NOW.at)
ANSWER = UUID(int=5)  # the contact of TALK


def test_speaking_to_the_client_answers_the_calls_noted_by_then_and_nothing_else() -> None:
    spoken = RecordContact(**TALK)
    found = spoken.decide(client(CALL, msgspec.structs.replace(PLANNED, task_id=OTHER)), NOW)
    assert found[1:] == [CallAnswered(task_id=TASK, answered_by=ANSWER)]
    early = RecordContact(**TALK | {"held_on": TODAY - timedelta(days=1)})
    missed = RecordContact(**TALK, outcome=Outcome.NO_ANSWER)
    for unanswered in (early, missed):
        assert len(unanswered.decide(client(CALL), NOW)) == 1
    assert len(spoken.decide(client(CALL, TaskDone(task_id=TASK)), NOW)) == 1


def test_a_call_asks_again_when_the_contact_is_struck_out_unless_the_file_was_closed_meanwhile() -> None:
    recorded, answered = RecordContact(**TALK).decide(client(CALL), NOW)
    struck = ContactStruckOut(contact_id=ANSWER, reason="wrong client")
    assert client(CALL, recorded, answered).tasks == {TASK: True}
    assert client(CALL, recorded, answered, struck).tasks == {TASK: False}
    closed = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
    back = ClientReopened(reopened_on=TODAY, reason="back")
    assert client(CALL, recorded, answered, closed, back, struck).tasks == {TASK: True}


# waiting


def test_a_task_or_promise_waits_for_somebody_since_a_day_and_for_nobody_any_more() -> None:
    task = {"client_id": ID, "task_id": TASK, "since": TODAY}
    waits = TaskWaits(task_id=TASK, whom=WaitingFor.CLIENT, since=TODAY)
    story(PLANNED).when(WaitFor(**task, whom=WaitingFor.CLIENT), NOW).then(waits)
    story(PLANNED, waits).when(WaitFor(**task, whom=None), NOW).then(TaskWaits(task_id=TASK, whom=None, since=None))
    story().when(WaitFor(**task, whom=WaitingFor.CLIENT), NOW).refused("no such task, or it is done")
    story(PLANNED, TaskDone(task_id=TASK)).when(WaitFor(**task, whom=None), NOW).refused("no such task, or it is done")
    late = task | {"since": TODAY + timedelta(days=1)}
    story(PLANNED).when(WaitFor(**late, whom=WaitingFor.CLIENT), NOW).refused("in the future", "since")
    promise = {"client_id": ID, "contact_id": X, "since": TODAY, "whom": WaitingFor.THIRD_PARTY}
    story(CONTACT).when(WaitFor(**promise), NOW).then(
        PromiseWaits(contact_id=X, whom=WaitingFor.THIRD_PARTY, since=TODAY)
    )
    for gone in (
        (),
        (CONTACT, PromiseSettled(contact_id=X, kept=True)),
        (CONTACT, ContactStruckOut(contact_id=X, reason="so")),
    ):
        story(*gone).when(WaitFor(**promise), NOW).refused("no such commitment, or it is settled")
