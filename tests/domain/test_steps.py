"""Agreed steps of the plan: agreed, changed, answered once, and over with the file."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.client import Client, ClientClosed, ClientEvent, ClientReopened, ClosingReason
from domain.client.steps import (
    AgreeStep,
    ChangeStep,
    EndStep,
    StepAgreed,
    StepChanged,
    StepEnd,
    StepEnded,
    StepKind,
    StepOwner,
)
from domain.refusal import Conflict, Refused
from tests.domain.texts import ID, INTAKE_ON, NOW, TODAY, client

STEP, OTHER = UUID(int=71), UUID(int=72)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)


def agreed(**more: Any) -> StepAgreed:
    facts = {"step_id": STEP, "step_kind": StepKind.TRAINING, "whose": StepOwner.CLIENT, "starts_on": TODAY}
    return StepAgreed(**facts | {"ends_on": TOMORROW, "what": "a course"} | more)


def agree(**more: Any) -> AgreeStep:
    facts = {"client_id": ID, "step_id": OTHER, "kind": StepKind.TRAINING, "whose": StepOwner.CLIENT}
    return AgreeStep(**facts | {"starts_on": TODAY} | more)


def change(**more: Any) -> ChangeStep:
    facts = {"client_id": ID, "step_id": STEP, "kind": StepKind.CARE, "whose": StepOwner.THIRD_PARTY}
    return ChangeStep(**facts | {"starts_on": TODAY} | more)


def end(how: StepEnd = StepEnd.DONE, ended_on: date = TODAY, **more: Any) -> EndStep:
    return EndStep(client_id=ID, **{"step_id": STEP, "how": how, "ended_on": ended_on} | more)  # type: ignore[arg-type]  # checked as the command's fields are


def refusal(state: Client, command: Any) -> tuple[str, str | None]:
    with pytest.raises(Refused) as refused:
        command.decide(state, NOW)
    return str(refused.value), refused.value.field


def test_a_step_says_kind_whose_from_and_until_and_its_end_may_be_unknown() -> None:
    (event,) = agree().decide(client(), NOW)
    assert isinstance(event, StepAgreed)
    assert (event.step_kind, event.whose, event.starts_on, event.ends_on, event.what) == (
        StepKind.TRAINING,
        StepOwner.CLIENT,
        TODAY,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("command", "sentence", "field"),
    [
        (agree(ends_on=YESTERDAY, starts_on=TODAY), "A step can't end before it begins.", "ends_on"),
        (agree(kind=StepKind.OTHER), "Please fill this in.", "what"),
        (agree(starts_on=date(1990, 1, 1)), f"This can't be before the intake on {INTAKE_ON}.", "starts_on"),
        (agree(step_id=STEP), "This step has already been recorded.", None),
        (change(step_id=OTHER), "There is no such step.", None),
        (end(step_id=OTHER), "There is no such step.", None),
        (end(StepEnd.NOT_RELEVANT), "Please fill this in.", "reason"),
        (end(ended_on=TOMORROW), "This can't be in the future.", "ended_on"),
    ],
    ids=["ends before", "other", "before intake", "twice", "change none", "end none", "no reason", "future"],
)
def test_what_is_not_sound_is_refused_beside_its_field(command: Any, sentence: str, field: str | None) -> None:
    assert refusal(client(agreed()), command) == (sentence, field)


def test_a_step_that_began_before_today_may_not_end_before_today() -> None:
    began = client(agreed())
    said = refusal(began, agree(starts_on=YESTERDAY, ends_on=YESTERDAY))
    assert said == ("Choose today or a later day, or leave it blank where the end is unknown.", "ends_on")
    assert isinstance(agree(starts_on=YESTERDAY, ends_on=TODAY).decide(began, NOW)[0], StepAgreed)


def test_it_is_answered_once_and_not_changed_any_more() -> None:
    (ended,) = end(StepEnd.STOPPED).decide(client(agreed()), NOW)
    assert isinstance(ended, StepEnded) and ended.reason is None
    over = client(agreed(), ended)
    said = "The outcome of this step has already been recorded."
    assert refusal(over, end())[0] == refusal(over, change())[0] == said


def test_what_somebody_else_changed_meanwhile_is_a_conflict() -> None:
    (changed,) = change().decide(state := client(agreed()), NOW)
    assert isinstance(changed, StepChanged) and changed.step_kind is StepKind.CARE
    for stale in (change(shown=99), end(shown=99)):
        with pytest.raises(Conflict):
            stale.decide(state, NOW)


def test_what_was_agreed_is_over_with_the_file_also_when_it_is_opened_again() -> None:
    closed: list[ClientEvent] = [
        ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY),
        ClientReopened(reopened_on=TODAY, reason="back"),
    ]
    assert refusal(client(agreed(), *closed), end())[0] == "The outcome of this step has already been recorded."
