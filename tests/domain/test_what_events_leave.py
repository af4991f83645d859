"""What each event leaves in the client: these attributes, so, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from domain.catalogue import State, Track
from domain.client import CLIENT_EVENTS, ClientEvent, Delivery, Notice, ProposalStep, TaskKind, evolve
from domain.client.aggregate import (
    AppointmentMark,
    Client,
    ContactMark,
    ExemptionMark,
    InvitationMark,
    Mark,
    StepMark,
)
from tests.domain.texts import ID, LATER, TODAY, X, client, come_to, without_texts

KINDS = {kind.__name__: kind for kind in CLIENT_EVENTS}
A, B, C = (UUID(int=n) for n in (61, 62, 63))
AT = datetime(2026, 3, 3, 9, tzinfo=UTC)
NOTED = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # on the second in Amsterdam


def event(kind: str, /, **facts: Any) -> Any:
    return without_texts(KINDS[kind], **facts)


@dataclass(frozen=True)
class Row:
    """An event, the second of the stream or so many later as are `given`, and what is another way after it."""

    event: ClientEvent
    left: dict[str, Any] = field(default_factory=dict)
    given: Sequence[ClientEvent] = ()


ABOUT: dict[str, Any] = {"starts_at": AT, "minutes": 30, "delivery": Delivery.EMAIL}
MADE = event("AppointmentMade", appointment_id=A, **ABOUT)
MADE_MARK: dict[str, Any] = {"starts_at": AT, "minutes": 30, "delivery": Delivery.EMAIL, "version": 2}
HELD = event("ContactRecorded", contact_id=B, held_on=TODAY)
CONCLUDED = event("AppointmentConcluded", appointment_id=A, contact_id=B)
CALL = event("TaskPlanned", task_id=A, kind=TaskKind.CALL_BACK, recorded_at=NOTED)
DRAFTED = event("ExemptionDrafted", exemption_id=A, until=LATER, actor=X)
HELPER, STEP = event("HelperAdded", helper_id=A), event("StepAgreed", step_id=A, starts_on=TODAY)
INVITED = event("ClientInvited", invitation_id=A, slots=[AT], until=LATER, actor=X)
CLOSED, MAIL = event("ClientClosed", closed_on=TODAY), event("MailWritten", mail_id=A)
PROPOSED = event("OfferProposed", proposal_id=A, offer_id=B)
SENT = event("QuestionnaireSent", questionnaire_id=A, until=LATER)
OFFERED = event("AnswerOffered", field="own_goal")
TAKEN = event("TakenOverForTime", take_over_id=A, from_coach=B, coach=C)
PLANNED = event("PlanOfActionAgreed", agreed_on=TODAY)
CHOSEN = event("ServiceTrackChosen", track=Track.DEVELOPMENT)
MOVING = event("TransferProposed", team=A, specialised=True, coach=B)


def known(key: str, version: int = 2, state: State = State.KNOWN) -> dict[str, Any]:
    return {"fields": {key: Mark(state, version)}}


def made(version: int = 2, **more: Any) -> dict[str, Any]:
    return {"appointments": {A: AppointmentMark(**MADE_MARK | {"version": version} | more)}}


ROWS: tuple[Row, ...] = (
    Row(event("AppointmentMade", appointment_id=A, **ABOUT), made()),
    Row(event("AppointmentMoved", appointment_id=A, **ABOUT | {"minutes": 45}), made(3, minutes=45, changes=1), [MADE]),
    Row(
        event("AppointmentCancelled", appointment_id=A, delivery=Delivery.LETTER),
        made(3, cancelled=True, delivery=Delivery.LETTER, changes=1),
        [MADE],
    ),
    Row(CONCLUDED, made(contact_id=B), [MADE]),
    Row(
        event("AppointmentNoticeDelivered", appointment_id=A, notice=Notice.CHANGE, changes=0),
        made(told=frozenset({(Notice.CHANGE, 0)})),
        [MADE],
    ),
    Row(HELD, {"contacts": {B: ContactMark(TODAY, 2)}}),
    Row(event("ContactCorrected", contact_id=B, held_on=LATER), {"contacts": {B: ContactMark(LATER, 3)}}, [HELD]),
    Row(
        event("ContactStruckOut", contact_id=B),
        {"contacts": {B: ContactMark(TODAY, 5, struck=True)}} | made(),
        [MADE, HELD, CONCLUDED],
    ),
    Row(
        event("ContactStruckOut", contact_id=B),
        {"contacts": {B: ContactMark(TODAY, 5, struck=True)}, "calls": {A: (TODAY, None)}, "tasks": {A: False}},
        [CALL, HELD, event("CallAnswered", task_id=A, answered_by=B)],
    ),
    Row(DRAFTED, {"exemption": ExemptionMark(A, 2, frozenset({X}), LATER)}),
    Row(
        event("ExemptionDrafted", exemption_id=A, until=TODAY, actor=B),
        {"exemption": ExemptionMark(A, 3, frozenset({X, B}), TODAY)},
        [DRAFTED],
    ),
    Row(
        event("ExemptionDrafted", exemption_id=C, until=LATER, actor=B),
        {"exemption": ExemptionMark(C, 3, frozenset({B}), LATER)},
        [DRAFTED],
    ),
    Row(
        event("ExemptionReturned", exemption_id=A),
        {"exemption": ExemptionMark(A, 3, frozenset({X}), LATER, returned=True)},
        [DRAFTED],
    ),
    Row(event("ExemptionWithdrawn", exemption_id=A), {"exemption": None}, [DRAFTED]),
    Row(event("ExemptionApproved", exemption_id=A), {"exemption": None}, [DRAFTED]),
    Row(HELPER, {"helpers": {A: 2}}),
    Row(event("HelperChanged", helper_id=A), {"helpers": {A: 3}}, [HELPER]),
    Row(event("HelperConsentRenewed", helper_id=A), {"helpers": {A: 3}}, [HELPER]),
    Row(event("HelperRemoved", helper_id=A), {"helpers": {}}, [HELPER]),
    Row(
        event("ClientAssigned", team=C, specialised=True, coach=A),
        {"team": C, "specialised": True, "coach": A, "transfer": None},
        [MOVING],
    ),
    Row(INVITED, {"invitation": InvitationMark(A, X, frozenset({AT}), LATER)}),
    Row(event("InvitationEnded", invitation_id=A), {"invitation": None}, [INVITED]),
    Row(event("InvitationAnswered", invitation_id=A), {"invitation": None}, [INVITED]),
    Row(
        CLOSED,
        {"closed_on": TODAY, "calls": {}, "exemption": None, "steps": {A: StepMark(TODAY, 4, over=True)}},
        [CALL, DRAFTED, STEP],
    ),
    Row(event("ClientReopened"), {"closed_on": None}, [CLOSED]),
    Row(event("ClientErased"), {"erased": True}),
    Row(MAIL, {"mails": {A: (2, False)}}),
    Row(event("MailDelivered", mail_id=A), {"mails": {A: (2, True)}}, [MAIL]),
    Row(event("MergedInto", kept=A), {"merged_into": A}),
    Row(PLANNED, {"plan_on": TODAY} | known("plan_of_action")),
    Row(CHOSEN, {"track": Track.DEVELOPMENT} | known("service_track")),
    Row(event("ContactFrequencyAgreed"), known("contact_frequency")),
    Row(PROPOSED, {"proposals": {A: (B, ProposalStep.PROPOSED)}}),
    *(
        Row(event(kind, proposal_id=A), {"proposals": {A: (B, step)}}, [PROPOSED])
        for kind, step in (
            ("ProposalDelivered", ProposalStep.DELIVERED),
            ("ProposalUndelivered", ProposalStep.UNDELIVERED),
            ("ProposalAnswered", ProposalStep.ANSWERED),
            ("ProposalConcluded", ProposalStep.CONCLUDED),
        )
    ),
    Row(SENT, {"questionnaire": (A, LATER)}),
    Row(event("QuestionnaireEnded", questionnaire_id=A), {"questionnaire": None}, [SENT]),
    Row(event("QuestionnaireReturned", questionnaire_id=A), {"questionnaire": None, "unseen": True}, [SENT]),
    Row(event("AnswersLookedAt"), {"unseen": False}, [event("QuestionnaireReturned", questionnaire_id=A)]),
    Row(OFFERED, {"answers": {"own_goal": 2}}),
    Row(event("AnswerSettled", field="own_goal"), {"answers": {}}, [OFFERED]),
    Row(event("FieldRegistered", field="own_goal"), known("own_goal")),
    Row(event("FieldCorrected", field="own_goal"), known("own_goal")),
    Row(event("FieldDeclaredNotRelevant", field="own_goal"), known("own_goal", state=State.NOT_RELEVANT)),
    Row(event("FieldDeclined", field="own_goal"), known("own_goal", state=State.DECLINED)),
    Row(event("FieldWithdrawn", field="own_goal"), known("own_goal", state=State.UNKNOWN)),
    Row(
        event("FieldWithdrawn", field="plan_of_action"),
        {"plan_on": None} | known("plan_of_action", 3, State.UNKNOWN),
        [PLANNED],
    ),
    Row(
        event("FieldWithdrawn", field="service_track"),
        {"track": None} | known("service_track", 3, State.UNKNOWN),
        [CHOSEN],
    ),
    Row(STEP, {"steps": {A: StepMark(TODAY, 2)}}),
    Row(event("StepChanged", step_id=A, starts_on=LATER), {"steps": {A: StepMark(LATER, 3)}}, [STEP]),
    Row(event("StepEnded", step_id=A), {"steps": {A: StepMark(TODAY, 3, over=True)}}, [STEP]),
    Row(TAKEN, {"take_overs": {A: (B, C)}}),
    Row(event("GivenBack", take_over_id=A), {"take_overs": {}}, [TAKEN]),
    Row(event("TaskPlanned", task_id=A, kind=TaskKind.OWN), {"tasks": {A: False}}),
    Row(CALL, {"tasks": {A: False}, "calls": {A: (TODAY, None)}}),
    Row(event("TaskDone", task_id=A), {"tasks": {A: True}, "calls": {}}, [CALL]),
    Row(event("CallAnswered", task_id=A, answered_by=B), {"tasks": {A: True}, "calls": {A: (TODAY, B)}}, [CALL]),
    Row(event("PromiseSettled", contact_id=B), {"settled": frozenset({B, C})}, [event("PromiseSettled", contact_id=C)]),
    Row(MOVING, {"transfer": (A, True, B)}),
    *(Row(event(f"Transfer{how}"), {"transfer": None}, [MOVING]) for how in ("Accepted", "Refused", "Withdrawn")),
)
APPLIED = event("ApplicationReceived", received_on=TODAY)
NOTHING_CAME = event("ApplicationEnded")
# Before there is a file.
APPLICATIONS: tuple[Row, ...] = (
    Row(APPLIED, {"applied_on": TODAY}),
    Row(NOTHING_CAME, {"application_ended": True}, [APPLIED]),
    Row(event("IntakeMeetingPlanned"), {"application_ended": False}, [APPLIED, NOTHING_CAME]),
    Row(
        event("IntakeTaken", held_on=LATER, team=A, specialised=True),
        {"intake_on": LATER, "team": A, "specialised": True},
        [APPLIED],
    ),
)
# What comes of merging, `tests/domain/test_both_hold.py` and `tests/application/test_merging*.py` hold.
ELSEWHERE = {"FilesMerged", "MergeUndone"}


def held(of: Any) -> dict[str, Any]:
    return {f.name: getattr(of, f.name) for f in fields(Client) if f.name not in ("id", "version")}


def names(rows: Sequence[Row]) -> list[str]:
    return [f"{type(row.event).__name__}-{nth}" for nth, row in enumerate(rows)]


@pytest.mark.parametrize("row", ROWS, ids=names(ROWS))
def test_an_event_leaves_this_and_no_more(row: Row) -> None:
    before = held(client(*row.given))
    assert held(client(*row.given, row.event)) == before | row.left


@pytest.mark.parametrize("row", APPLICATIONS, ids=names(APPLICATIONS))
def test_an_event_before_there_is_a_file_leaves_this_and_no_more(row: Row) -> None:
    before = held(come_to(evolve, ID, row.given) if row.given else Client(ID))
    assert held(come_to(evolve, ID, [*row.given, row.event])) == before | row.left


def test_each_event_that_changes_the_client_is_here() -> None:
    change = {kind.__name__ for kind in CLIENT_EVENTS if kind.apply is not ClientEvent.apply}
    assert change - ELSEWHERE == {type(row.event).__name__ for row in (*ROWS, *APPLICATIONS)}
