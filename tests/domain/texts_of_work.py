"""Texts and commands of the coach's own work: agreed steps of the plan, own notes, helpers around a client."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.client import ClientCommand
from domain.client.exemptions import (
    ApproveExemption,
    BringExemption,
    DraftExemption,
    ExemptionDrafted,
    ReturnExemption,
    WithdrawExemption,
)
from domain.client.helpers import (
    AddHelper,
    ChangeHelper,
    HelperRemoval,
    HelperRole,
    RemoveHelper,
    RenewHelperConsent,
)
from domain.client.own_notes import OwnMark, SetOwnMark, WriteOwnNote
from domain.client.steps import AgreeStep, ChangeStep, EndStep, StepAgreed, StepEnd, StepKind, StepOwner
from domain.client.take_overs import GiveBack, TakeOverForTime
from domain.client.tasks import WaitFor, WaitingFor
from domain.conversation import ConversationPlanned, PromiseToCoach, evolve_conversation
from tests.domain.texts import COACH, FILE, ID, NOW, TEAM, TODAY, Row, X, client, come_to, without_texts

PLANNED_BY_ONESELF = come_to(
    evolve_conversation, ID, [ConversationPlanned(coach=X, team=TEAM, held_on=TODAY, figures=[], actor=NOW.actor)]
)

STEP: dict[str, Any] = {"client_id": ID, "step_id": X, "whose": StepOwner.CLIENT, "starts_on": TODAY}
IN_A_STEP = client(without_texts(StepAgreed, step_id=X, starts_on=TODAY))

TEXTS: dict[tuple[str, str], Row] = {
    ("client/steps.StepDetails", "what"): Row(
        500, FILE, lambda t: AgreeStep(**STEP, kind=StepKind.OTHER, what=t), needed=True
    ),
    ("client/steps.EndStep", "reason"): Row(
        500,
        IN_A_STEP,
        lambda t: EndStep(client_id=ID, step_id=X, how=StepEnd.NOT_RELEVANT, ended_on=TODAY, reason=t),
        needed=True,
    ),
}
LATER = TODAY + timedelta(days=365)
HELPER: dict[str, Any] = {"client_id": ID, "helper_id": X, "role": HelperRole.CARE, "name": "Ilse Bos"}
HELPER |= {"organisation": "De Zorg", "phone": "0612345678"}


def _helper(text: str, name: str, **more: Any) -> AddHelper:
    return AddHelper(**HELPER | {"consent_on": TODAY, "ask_again_on": LATER, name: text} | more)


TEXTS |= {
    ("client/helpers.HelperDetails", "role_words"): Row(
        100, FILE, lambda t: _helper(t, "role_words", role=HelperRole.OTHER), needed=True
    ),
    ("client/helpers.HelperDetails", "organisation"): Row(200, FILE, lambda t: _helper(t, "organisation"), needed=True),
    ("client/helpers.HelperDetails", "name"): Row(200, FILE, lambda t: _helper(t, "name"), needed=True),
}
DRAFTED = client(ExemptionDrafted(exemption_id=X, basis="a letter", until=LATER, actor=UUID(int=77)))
TEXTS |= {
    ("client/exemptions.DraftExemption", "basis"): Row(
        4000, FILE, lambda t: DraftExemption(client_id=ID, exemption_id=X, basis=t, until=LATER), needed=True
    ),
    ("conversation.PromiseToCoach", "promise"): Row(
        500,
        PLANNED_BY_ONESELF,
        lambda t: PromiseToCoach(conversation_id=ID, promise_id=X, text=t, due_on=LATER),
        True,
    ),
    ("client/exemptions.ReturnExemption", "words"): Row(
        1000, DRAFTED, lambda t: ReturnExemption(client_id=ID, exemption_id=X, words=t), needed=True
    ),
}
# Commands that bring no text, or that stand for another one.
TEXTS[("client/own_notes.WriteOwnNote", "what")] = Row(200, FILE, lambda t: WriteOwnNote(client_id=ID, what=t))
COMMANDS: tuple[ClientCommand, ...] = (
    ChangeStep(**STEP, kind=StepKind.APPLY),
    SetOwnMark(client_id=ID, mark=OwnMark.STAR),
    ChangeHelper(**HELPER),
    RenewHelperConsent(client_id=ID, helper_id=X, consent_on=TODAY, ask_again_on=LATER),
    RemoveHelper(client_id=ID, helper_id=X, why=HelperRemoval.MISTAKE),
    WithdrawExemption(client_id=ID, exemption_id=X),
    BringExemption(client_id=ID, chosen_on=TODAY),
    ApproveExemption(client_id=ID, exemption_id=X),
    WaitFor(client_id=ID, task_id=X, whom=WaitingFor.CLIENT, since=TODAY),
    TakeOverForTime(client_id=ID, take_over_id=X, team=TEAM, from_coach=COACH, coach=X, back_on=LATER, clients=1),
    GiveBack(client_id=ID, take_over_id=X, team=TEAM),
)
