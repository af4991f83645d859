"""Handing a client over: asked once, answered by the colleague who was asked, and nothing changes before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from domain.client import (
    AcceptTransfer,
    Client,
    ClientAssigned,
    ProposeTransfer,
    RefuseTransfer,
    TransferAccepted,
    TransferProposed,
    TransferRefused,
    TransferWithdrawn,
    WithdrawTransfer,
    evolve,
)
from eventlog.commands import CommandContext
from tests.domain.texts import AT, COACH, ID, INTAKE, INTAKE_ON, NOW, TEAM, TODAY
from tests.story import Story

COLLEAGUE, SOUTH = UUID(int=31), UUID(int=32)
BY_COLLEAGUE = CommandContext(AT, COLLEAGUE)
ASSIGNED = ClientAssigned(team=TEAM, specialised=False, coach=COACH, assigned_on=INTAKE_ON)
PROPOSE = ProposeTransfer(client_id=ID, team=SOUTH, coach=COLLEAGUE, reason=" Moved ", specialised=True)
PROPOSED = TransferProposed(team=SOUTH, specialised=True, coach=COLLEAGUE, reason="Moved")
ACCEPT, WITHDRAW = AcceptTransfer(client_id=ID), WithdrawTransfer(client_id=ID)
REFUSE = RefuseTransfer(client_id=ID, reason=" My caseload is full ")
NONE_WAITS = "No transfer is waiting"


def story(*events: Any) -> Story[Client]:
    return Story(evolve, ID).given(INTAKE, ASSIGNED, *events)


def test_one_colleague_at_a_time_is_asked_and_not_the_coach_who_has_the_client() -> None:
    to_oneself = ProposeTransfer(client_id=ID, team=TEAM, coach=COACH, reason="so")
    story().when(to_oneself, NOW).refused("already on that colleague’s caseload", "coach")
    story().when(PROPOSE, NOW).then(PROPOSED).when(PROPOSE, NOW).refused("already waiting for an answer", "coach")


def test_who_accepts_gets_the_client_as_the_team_was_asked_from_that_day_on() -> None:
    taken = ClientAssigned(team=SOUTH, specialised=True, coach=COLLEAGUE, assigned_on=TODAY)
    asked = story(PROPOSED)
    asked.when(ACCEPT, NOW).refused("Only the colleague who was asked")
    asked.when(ACCEPT, BY_COLLEAGUE).then(TransferAccepted(), taken)
    asked.when(ACCEPT, BY_COLLEAGUE).refused(NONE_WAITS)
    asked.when(PROPOSE, NOW).refused("already on that colleague’s caseload", "coach")


def test_who_refuses_says_why_and_another_may_be_asked() -> None:
    asked = story(PROPOSED)
    asked.when(REFUSE, NOW).refused("Only the colleague who was asked")
    asked.when(REFUSE, BY_COLLEAGUE).then(TransferRefused(reason="My caseload is full"))
    asked.when(REFUSE, BY_COLLEAGUE).refused(NONE_WAITS).when(PROPOSE, NOW).then(PROPOSED)


def test_the_question_is_taken_back_while_it_waits() -> None:
    story().when(WITHDRAW, NOW).refused(NONE_WAITS)
    asked = story(PROPOSED).when(WITHDRAW, NOW).then(TransferWithdrawn())
    asked.when(WITHDRAW, NOW).refused(NONE_WAITS).when(ACCEPT, BY_COLLEAGUE).refused(NONE_WAITS)
    asked.when(PROPOSE, NOW).then(PROPOSED)
