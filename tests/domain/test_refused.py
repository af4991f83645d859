"""What a command refuses, with which sentence and about which field; and what each does in a file that is no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from domain import client as commands
from domain.catalogue import Track
from domain.client import (
    AcceptTransfer,
    AgreeContactFrequency,
    Answer,
    ApplicationEnded,
    ApplicationOutcome,
    AssignClient,
    CancelAppointment,
    CancelledBy,
    ChooseServiceTrack,
    ClientClosed,
    ClientCommand,
    ClientErased,
    CloseClient,
    ClosingReason,
    ConcludeProposal,
    Delivery,
    EndApplication,
    EndInMerge,
    EndQuestionnaire,
    EraseClient,
    ErasureReason,
    FinishTask,
    MergeFiles,
    MoveAppointment,
    Notice,
    ProposalOutcome,
    ProposeOffer,
    RecordAppointmentNotice,
    RecordContact,
    RecordContactOfAppointments,
    RecordDelivery,
    RecordUndeliveredReminder,
    RegisterField,
    RemindOfProposal,
    ReopenClient,
    ReturnQuestionnaire,
    ReviveAfterMerge,
    SendQuestionnaire,
    SentHow,
    SettleAnswers,
    SettlePromise,
    UndoMerge,
    WithdrawTransfer,
    evolve,
)
from domain.closing_days import ClosingDaysSet, SetClosingDays
from domain.definition import ReviseDefinition
from domain.offer import OfferKind
from domain.refusal import Refused
from eventlog.commands import given
from tests.domain import inviting, texts_of_work
from tests.domain.texts import (
    ASKED,
    COACH,
    FILE,
    ID,
    LATER,
    MEET,
    NOW,
    SEEN,
    TALK,
    TEAM,
    TEXTS,
    TODAY,
    X,
    client,
    known,
)
from tests.domain.texts_of_work import COMMANDS

CLOSED = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
PROPOSAL, PLACE = {"client_id": ID, "proposal_id": X}, {"client_id": ID, "appointment_id": X}
LEVEL = known("education_level", "bachelor")


def returned(*answers: Answer, **more: Any) -> ReturnQuestionnaire:
    return ReturnQuestionnaire(**{"client_id": ID, "questionnaire_id": X, "answers": answers, "reason": "so"} | more)


def limits(do_able: int, usual: int) -> ReviseDefinition:
    both = {"do_able": do_able, "usual": usual}
    return ReviseDefinition(
        **SEEN | {"subject": "caseload"}, valid_from=LATER, texts=LIMITS, parameters=both, reason="so"
    )


LIMITS = {"label": ("Caseload", "Caseload"), "definition": ("Clients.", "Klanten.")}
TOLD: dict[str, tuple[Any, Any, str, str | None]] = {
    "agreed before the contact": (
        FILE,
        RecordContact(**TALK, agreed_next="A call", agreed_on=YESTERDAY),
        "What was agreed can't be before the contact itself.",
        "agreed_on",
    ),
    "a day without what was agreed": (
        FILE,
        RecordContact(**TALK, agreed_next=" ", agreed_on=TOMORROW),
        "Enter what was agreed for that day.",
        "agreed_next",
    ),
    "open already": (FILE, ReopenClient(client_id=ID, reopened_on=TODAY, reason="so"), "This file is open.", None),
    "reopened before it was closed": (
        client(CLOSED),
        ReopenClient(client_id=ID, reopened_on=YESTERDAY, reason="so"),
        f"This can't be before the intake on {TODAY}.",
        "reopened_on",
    ),
    "has not ended": (
        client(CLOSED),
        EraseClient(client_id=ID, reason=ErasureReason.RETENTION_ENDED, closed_by=YESTERDAY),
        "The retention period of this file has not ended. Nothing was erased.",
        None,
    ),
    "reopened meanwhile": (
        FILE,
        EraseClient(client_id=ID, reason=ErasureReason.RETENTION_ENDED, closed_by=TODAY),
        "The retention period of this file has not ended. Nothing was erased.",
        None,
    ),
    "ended twice": (
        given(
            evolve,
            ID,
            [
                commands.ApplicationReceived(
                    **{
                        "received_on": TODAY,
                        **dict.fromkeys(("name", "birth_date", "email", "phone", "language", "need"), "x"),
                    }
                ),
                ApplicationEnded(outcome=ApplicationOutcome.WITHDRAWN),
            ],
        ),
        EndApplication(client_id=ID, outcome=ApplicationOutcome.WITHDRAWN),
        "This application has already been ended.",
        None,
    ),
    "answered twice": (
        ASKED,
        returned(Answer(field="own_goal", value="Work"), Answer(field="own_goal", value="Rest")),
        "A question was answered twice.",
        None,
    ),
    "answered and not known": (
        ASKED,
        returned(Answer(field="own_goal", value="Work"), unknown=["own_goal"]),
        "A question was answered twice.",
        None,
    ),
    "nothing filled in": (ASKED, returned(), "Nothing is filled in yet.", None),
    "another questionnaire": (
        ASKED,
        returned(Answer(field="own_goal", value="Work"), questionnaire_id=ID),
        "This questionnaire can no longer be sent.",
        None,
    ),
    "both said and declined": (
        ASKED,
        returned(Answer(field="own_goal", value="Work", declined=True)),
        "Give an answer or choose “I’d rather not say”, not both.",
        "own_goal",
    ),
    "neither said nor declined": (
        ASKED,
        returned(Answer(field="own_goal")),
        "Give an answer or choose “I’d rather not say”, not both.",
        "own_goal",
    ),
    "words where there are no options": (
        ASKED,
        returned(Answer(field="own_goal", words="Work")),
        "This question can only be answered from its list.",
        "own_goal",
    ),
    "what the questionnaire does not ask": (
        ASKED,
        returned(Answer(field="cv", value="2026-01-01")),
        "The questionnaire does not ask for this.",
        "cv",
    ),
    "not known, and not asked": (
        ASKED,
        returned(unknown=["cv"]),
        "The questionnaire does not ask for this.",
        "cv",
    ),
    "asked without a birth date": (
        FILE,
        SendQuestionnaire(client_id=ID, questionnaire_id=X, how=SentHow.LETTER),
        "Register the birth date first: the client needs it to open the questionnaire.",
        "birth_date",
    ),
    "a plan that is registered": (
        FILE,
        RegisterField(client_id=ID, field="plan_of_action", value="Work", known_on=TODAY),
        "This is recorded with the plan.",
        "plan_of_action",
    ),
    "what only a specialised team records": (
        FILE,
        RegisterField(client_id=ID, field="criminal_record_restricts", value=True, known_on=TODAY),
        "Only a specialised team can record this.",
        "criminal_record_restricts",
    ),
    "more that is do-able than usual": (
        None,
        limits(101, 100),
        "The manageable caseload can't be larger than the typical one.",
        "do_able",
    ),
    "closed for more than a month": (
        None,
        SetClosingDays(closing_id=ID, name="Move", first_day=LATER, last_day=LATER + timedelta(days=31)),
        "Enter at most 31 days in a row.",
        "last_day",
    ),
    "closed today": (
        None,
        SetClosingDays(closing_id=ID, name="Move", first_day=TODAY),
        "tomorrow or a later day",
        "first_day",
    ),
    "closed until before": (
        None,
        SetClosingDays(closing_id=ID, name="Move", first_day=LATER, last_day=LATER - timedelta(days=1)),
        "The last day can't be before the first.",
        "last_day",
    ),
}


@pytest.mark.parametrize("name", TOLD)
def test_what_can_not_be_is_told_and_of_which_field(name: str) -> None:
    state, command, sentence, field = TOLD[name]
    with pytest.raises(Refused) as refused:
        list(command.decide(state, NOW))
    assert sentence in str(refused.value)
    assert refused.value.field == field


def test_what_just_can_be_is_done() -> None:
    assert limits(100, 100).decide(None, NOW)
    month = SetClosingDays(closing_id=ID, name="Move", first_day=LATER, last_day=LATER + timedelta(days=30))
    assert month.decide(None, NOW) == [
        ClosingDaysSet(name="Move", first_day=LATER, last_day=LATER + timedelta(days=30))
    ]
    assert SetClosingDays(closing_id=ID, name="Move", first_day=TOMORROW).decide(None, NOW)
    assert RecordContact(**TALK, agreed_next="A call", agreed_on=TODAY).decide(FILE, NOW)
    assert ReopenClient(client_id=ID, reopened_on=TODAY, reason="so").decide(client(CLOSED), NOW)
    past = EraseClient(client_id=ID, reason=ErasureReason.RETENTION_ENDED, closed_by=TODAY)
    assert past.decide(client(CLOSED), NOW) == [ClientErased(reason=ErasureReason.RETENTION_ENDED)]


# Beside those that bring a text (tests/domain/texts.py), one command of each kind.
OTHERS: tuple[ClientCommand, ...] = (
    *COMMANDS,
    AcceptTransfer(client_id=ID),
    AgreeContactFrequency(client_id=ID, weeks=4, agreed_on=TODAY),
    CancelAppointment(client_id=ID, appointment_id=X, by=CancelledBy.CLIENT),
    MoveAppointment(**MEET),
    *inviting.OTHERS,
    RecordAppointmentNotice(**PLACE, notice=Notice.CHANGE, changes=0, delivery=Delivery.EMAIL),
    RecordContactOfAppointments(client_id=ID, contact=RecordContact(**TALK), appointments=[X]),
    MergeFiles(client_id=ID, other=X, brought=[], seen=1),
    EndInMerge(client_id=ID, kept=X, seen=1),
    UndoMerge(client_id=ID, other=X),
    ReviveAfterMerge(client_id=ID, kept=X),
    AssignClient(client_id=ID, team=TEAM, coach=COACH, assigned_on=TODAY),
    ChooseServiceTrack(client_id=ID, track=Track.DEVELOPMENT, chosen_on=TODAY),
    CloseClient(client_id=ID, reason=ClosingReason.JOB, closed_on=TODAY),
    ConcludeProposal(**PROPOSAL, outcome=ProposalOutcome.PLACED),
    EndApplication(client_id=ID, outcome=ApplicationOutcome.WITHDRAWN),
    EndQuestionnaire(client_id=ID, questionnaire_id=X),
    EraseClient(client_id=ID, reason=ErasureReason.CLIENT_REQUEST),
    FinishTask(client_id=ID, task_id=X),
    ProposeOffer(**PROPOSAL, offer_id=X, offer_kind=OfferKind.WORKSHOP, delivery=Delivery.LETTER),
    RecordDelivery(**PROPOSAL),
    RecordUndeliveredReminder(**PROPOSAL),
    RegisterField(client_id=ID, field="own_goal", value="Work", known_on=TODAY),
    RemindOfProposal(**PROPOSAL, delivery=Delivery.EMAIL),
    SendQuestionnaire(client_id=ID, questionnaire_id=X, how=SentHow.LETTER),
    SettleAnswers(client_id=ID, reason="so"),
    SettlePromise(client_id=ID, contact_id=X),
    WithdrawTransfer(client_id=ID),
)
BRINGING = tuple(row.command("so") for row in (*TEXTS.values(), *texts_of_work.TEXTS.values()))
EVERY = {type(each).__name__: each for each in (*OTHERS, *BRINGING) if isinstance(each, ClientCommand)}
# These begin a file, or are about somebody who has none yet.
BEFORE_A_FILE = {"Apply", "TakeIntake", "PlanIntakeMeeting", "EndApplication", "EraseClient"}
# A fact is one in a closed file, too.
WHILE_CLOSED = {"ReopenClient", "EraseClient", "RecordDelivery", "RecordUndeliveredReminder", "ReviewFile"}
WHILE_CLOSED |= {*inviting.CLOSED, "RecordAppointmentNotice", "EndInMerge", "UndoMerge", "ReviveAfterMerge"}


def kinds(kind: type[Any]) -> Iterator[type[Any]]:
    below = kind.__subclasses__()
    if not below:
        yield kind
    for each in below:
        yield from kinds(each)


def test_every_command_stands_here() -> None:
    assert {kind.__name__ for kind in kinds(ClientCommand)} == EVERY.keys()


@pytest.mark.parametrize("name", sorted(set(EVERY) - BEFORE_A_FILE))
def test_without_a_file_nothing_is_done(name: str) -> None:
    with pytest.raises(Refused, match="There is no such client"):
        EVERY[name].decide(None, NOW)


@pytest.mark.parametrize("name", sorted(EVERY))
def test_of_one_who_was_erased_nothing_is_recorded(name: str) -> None:
    said = {
        "Apply": "We already have this.",
        "TakeIntake": "This intake has already been recorded.",
        "PlanIntakeMeeting": "There is no such application.",
        "EndApplication": "There is no such application.",
    }
    with pytest.raises(Refused) as refused:
        EVERY[name].decide(client(ClientErased(reason=ErasureReason.CLIENT_REQUEST)), NOW)
    assert str(refused.value) == said.get(name, "This client was erased. Nothing can be recorded any more.")


@pytest.mark.parametrize("name", sorted(set(EVERY) - BEFORE_A_FILE - WHILE_CLOSED))
def test_a_closed_file_is_reopened_first(name: str) -> None:
    with pytest.raises(Refused, match="This file is closed"):
        EVERY[name].decide(client(CLOSED), NOW)


@pytest.mark.parametrize("name", ["PlanIntakeMeeting", "EndApplication"])
def test_an_application_that_became_a_file_is_one_no_more(name: str) -> None:
    with pytest.raises(Refused) as refused:
        EVERY[name].decide(FILE, NOW)
    assert str(refused.value) == "There is no such application."
