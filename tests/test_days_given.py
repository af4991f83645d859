"""Every day that somebody gives is bounded: none of a command leads to a year in which nobody looks any more.

The table is written by hand, and a sweep over all commands finds those that are not in it.
"""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

import werkpad.wiring  # noqa: F401 - whatever has commands is loaded by it
from domain.calendar import YEARS_AHEAD, add_months
from domain.catalogue import Source, State, Track
from domain.client import (
    AcceptContradiction,
    AgreeContactFrequency,
    AgreePlanOfAction,
    Apply,
    AppointmentMade,
    AssignClient,
    Channel,
    ChooseServiceTrack,
    ClientAssigned,
    ClientClosed,
    CloseClient,
    ClosingReason,
    ContactRecorded,
    CorrectContact,
    CorrectField,
    DeclareNotRelevant,
    Delivery,
    FieldRegistered,
    IntakeTaken,
    MakeAppointment,
    MoveAppointment,
    Outcome,
    PlanIntakeMeeting,
    PlanTask,
    RecordContact,
    RecordDeclined,
    RegisterField,
    ReopenClient,
    StartedBy,
    TakeIntake,
    evolve,
)
from domain.client.aggregate import Mark
from domain.client.exemptions import BringExemption, DraftExemption
from domain.client.helpers import AddHelper, HelperAdded, HelperRole, KnownHelper, RenewHelperConsent
from domain.client.mails import MailAbout, WriteMail
from domain.client.own_notes import WriteOwnNote
from domain.client.steps import AgreeStep, ChangeStep, EndStep, StepAgreed, StepEnd, StepKind, StepOwner
from domain.client.take_overs import TakeOverForTime
from domain.client.tasks import WaitFor, WaitingFor
from domain.closing_days import SetClosingDays
from domain.conversation import Conversation, PlanConversation, PromiseToCoach
from domain.definition import ReviseDefinition
from domain.in_force import declared, parameters_of, texts_of
from domain.offer import ChangeOffer, OfferKind, OfferOpened, OpenOffer, evolve_offer
from domain.refusal import Refused
from domain.roles import Role, Viewer
from domain.workshop_session import PlanSession
from eventlog.commands import CommandContext, given
from eventlog.events import Event
from feedback.meeting import PlanMeeting
from feedback.norm import SetNorm
from feedback.signal import Kind, LogSignal, MoveSignal, evolve_signal
from tests.domain import introducing

ID, OTHER, TEAM, COACH = (UUID(int=n) for n in (1, 2, 3, 4))
NOW = CommandContext(datetime(2026, 3, 2, 9, tzinfo=UTC), COACH)
TODAY, TRACK = date(2026, 3, 2), next(iter(Track))
PROCESS = Viewer(COACH, Role.PROCESS_MANAGER, None)

CLIENT: list[Event] = [
    IntakeTaken(
        held_on=TODAY,
        team=TEAM,
        specialised=False,
        source=Source.CONVERSATION,
        name=None,
        client_number=None,
        email=None,
        phone=None,
    ),
    ClientAssigned(team=TEAM, coach=COACH, specialised=False, assigned_on=TODAY),
    ContactRecorded(
        contact_id=OTHER,
        held_on=TODAY,
        channel=Channel.PHONE,
        started_by=StartedBy.COACH,
        outcome=Outcome.SPOKEN,
        topics=None,
        note=None,
        own_words=None,
        minutes_with_client=None,
        minutes_administration=None,
        agreed_next=None,
        agreed_on=None,
    ),
    AppointmentMade(
        appointment_id=ID,
        starts_at=NOW.at + timedelta(days=30),
        minutes=30,
        channel=Channel.PHONE,
        place=None,
        purpose=None,
        delivery=Delivery.EMAIL,
    ),
    StepAgreed(step_id=ID, step_kind=StepKind.APPLY, whose=StepOwner.CLIENT, starts_on=TODAY, ends_on=None, what=None),
    HelperAdded(
        helper_id=ID,
        helper_role=HelperRole.CARE,
        role_words=None,
        organisation="De Zorg",
        name="Ilse Bos",
        phone="0612345678",
        email=None,
        consent_on=TODAY,
        ask_again_on=TODAY,
    ),
    FieldRegistered(field="cv", value="2026-03-02", known_on=TODAY, source=Source.CONVERSATION),
]
CLOSED = [*CLIENT, ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)]
OFFER: dict[str, Any] = {"kind": OfferKind.VACANCY, "title": "Baker", "requirements": []}
OFFERED = OfferOpened(**OFFER, description="", organisation="", capacity=1, starts_on=None, answer_by=None)
APPOINTMENT: dict[str, Any] = {"client_id": ID, "at": time(10), "minutes": 30, "channel": Channel.PHONE}
STEP: dict[str, Any] = {"client_id": ID, "kind": StepKind.APPLY, "whose": StepOwner.CLIENT}
HELPER: dict[str, Any] = {"client_id": ID, "helper_id": OTHER, "role": HelperRole.CARE, "name": "Jan Mol"}
HELPER |= {"organisation": "De Zorg", "phone": "1", "others": [KnownHelper(ID, len(CLIENT) - 1, "Ilse Bos", None, "2")]}
SOON = TODAY + timedelta(days=9)
CONTACT: dict[str, Any] = {"client_id": ID, "contact_id": ID, "channel": Channel.PHONE}
CORRECTED = CONTACT | {"contact_id": OTHER, "reason": "wrong"}
LOGGED = LogSignal(signal_id=ID, viewer=PROCESS, kind=Kind.IDEA, page="caseload.caseload", seen="It is slow")
# What is in them is as it was.
REVISED: dict[str, Any] = {
    "subject": "cv",
    "viewer": PROCESS,
    "texts": texts_of("cv", declared()) | {"label": ("CV", "Cv")},
    "parameters": parameters_of("cv", declared()),
    "reason": "asked",
}


def accepted() -> list[Event]:
    """A signal that can be planned."""
    events = list(LOGGED.decide(None, NOW))
    for step in ("triage", "discuss", "accept"):
        move = MoveSignal(signal_id=ID, viewer=PROCESS, transition=step, reason="yes")
        events += move.decide(given(evolve_signal, ID, events), NOW)
    return events


Decision = Callable[[date], Any]


def on(command: type[Any], name: str, /, state: Callable[[], Any] = lambda: None, **others: Any) -> Decision:
    """The command on a day, in the field of this name, decided on a state."""
    return lambda day: command(**{**others, name: day}).decide(state(), NOW)


def client() -> Any:
    return given(evolve, ID, CLIENT)


def contradicted() -> Any:
    found = client()
    found.fields |= {key: Mark(State.KNOWN, 1) for key in ("own_transport", "driving_licence")}
    return found


def conversation() -> Conversation:
    return Conversation(ID, planned_by=NOW.actor)


def applicant() -> Any:
    applied = Apply(client_id=ID, name="Fien", birth_date="1990", phone="06", need="work").decide(None, NOW)
    return given(evolve, ID, applied)


def closed() -> Any:
    return given(evolve, ID, CLOSED)


def offer() -> Any:
    return given(evolve_offer, ID, [OFFERED])


def signal() -> Any:
    return given(evolve_signal, ID, accepted())


def waiting() -> Any:
    found = client()
    found.tasks[OTHER] = False
    return found


# What has happened is not in the future.
BEHIND: dict[str, Decision] = {
    "TakeIntake.held_on": on(TakeIntake, "held_on", client_id=ID, team=TEAM),
    "AssignClient.assigned_on": on(AssignClient, "assigned_on", state=client, client_id=ID, team=TEAM, coach=OTHER),
    "RecordContact.held_on": on(RecordContact, "held_on", state=client, **CONTACT),
    "CorrectContact.held_on": on(CorrectContact, "held_on", state=client, **CORRECTED),
    "CloseClient.closed_on": on(CloseClient, "closed_on", state=client, client_id=ID, reason=ClosingReason.JOB),
    "ReopenClient.reopened_on": on(ReopenClient, "reopened_on", state=closed, client_id=ID, reason="back"),
    "AgreeContactFrequency.agreed_on": on(AgreeContactFrequency, "agreed_on", state=client, client_id=ID, weeks=4),
    "AgreePlanOfAction.agreed_on": on(AgreePlanOfAction, "agreed_on", state=client, client_id=ID, plan="A course"),
    "ChooseServiceTrack.chosen_on": on(ChooseServiceTrack, "chosen_on", state=client, client_id=ID, track=TRACK),
    "BringExemption.chosen_on": on(BringExemption, "chosen_on", state=client, client_id=ID),
    "AddHelper.consent_on": on(AddHelper, "consent_on", state=client, ask_again_on=SOON, **HELPER),
    "RenewHelperConsent.consent_on": on(
        RenewHelperConsent, "consent_on", state=client, client_id=ID, helper_id=ID, ask_again_on=SOON
    ),
    "EndStep.ended_on": on(EndStep, "ended_on", state=client, client_id=ID, step_id=ID, how=StepEnd.DONE),
    "WaitFor.since": on(WaitFor, "since", state=waiting, client_id=ID, task_id=OTHER, whom=WaitingFor.CLIENT),
    "RegisterField.known_on": on(
        RegisterField, "known_on", state=client, client_id=ID, field="driving_licence", value=("B",)
    ),
    "CorrectField.known_on": on(
        CorrectField, "known_on", state=client, client_id=ID, field="cv", value="2026-03-01", reason="wrong"
    ),
}
# The form about the plan has one name for the day of each part.
CALLED = {"ChooseServiceTrack.chosen_on": "agreed_on", "BringExemption.chosen_on": "agreed_on"}
# What lies ahead is not further than somebody will live to see.
AHEAD: dict[str, Decision] = introducing.DAYS | {
    "RecordContact.agreed_on": on(
        RecordContact, "agreed_on", state=client, **CONTACT, held_on=TODAY, agreed_next="a call"
    ),
    "CorrectContact.agreed_on": on(
        CorrectContact, "agreed_on", state=client, **CORRECTED, held_on=TODAY, agreed_next="a call"
    ),
    "DeclareNotRelevant.review_on": on(
        DeclareNotRelevant, "review_on", state=client, client_id=ID, field="driving_licence", reason="never"
    ),
    "RecordDeclined.review_on": on(
        RecordDeclined, "review_on", state=client, client_id=ID, field="driving_licence", reason="no"
    ),
    "SetClosingDays.first_day": on(SetClosingDays, "first_day", closing_id=ID, name="a bridge day"),
    "SetClosingDays.last_day": lambda day: SetClosingDays(
        closing_id=ID, name="a bridge day", first_day=min(day, add_months(TODAY, 12 * YEARS_AHEAD)), last_day=day
    ).decide(None, NOW),
    "MakeAppointment.day": on(MakeAppointment, "day", state=client, appointment_id=OTHER, **APPOINTMENT),
    "WriteMail.until": on(
        WriteMail, "until", state=client, client_id=ID, mail_id=ID, about=MailAbout.CALL, phone="14 010"
    ),
    "MoveAppointment.day": on(MoveAppointment, "day", state=client, appointment_id=ID, **APPOINTMENT),
    "AcceptContradiction.review_on": on(
        AcceptContradiction,
        "review_on",
        state=contradicted,
        client_id=ID,
        rule="own_car_without_licence",
        reason="The partner drives.",
        shown={"own_transport": 1, "driving_licence": 1},
    ),
    "PlanIntakeMeeting.meeting_on": on(
        PlanIntakeMeeting, "meeting_on", state=applicant, client_id=ID, team=TEAM, coach=COACH
    ),
    "AddHelper.ask_again_on": on(AddHelper, "ask_again_on", state=client, consent_on=TODAY, **HELPER),
    "RenewHelperConsent.ask_again_on": on(
        RenewHelperConsent, "ask_again_on", state=client, client_id=ID, helper_id=ID, consent_on=TODAY
    ),
    "DraftExemption.until": on(
        DraftExemption, "until", state=client, client_id=ID, exemption_id=OTHER, basis="a letter"
    ),
    "AgreeStep.starts_on": on(AgreeStep, "starts_on", state=client, step_id=OTHER, **STEP),
    "AgreeStep.ends_on": on(AgreeStep, "ends_on", state=client, step_id=OTHER, starts_on=TODAY, **STEP),
    "ChangeStep.starts_on": on(ChangeStep, "starts_on", state=client, step_id=ID, **STEP),
    "ChangeStep.ends_on": on(ChangeStep, "ends_on", state=client, step_id=ID, starts_on=TODAY, **STEP),
    "WriteOwnNote.look_on": on(WriteOwnNote, "look_on", state=client, client_id=ID, what="a call"),
    "TakeOverForTime.back_on": on(
        TakeOverForTime,
        "back_on",
        state=client,
        client_id=ID,
        take_over_id=ID,
        team=TEAM,
        from_coach=COACH,
        coach=OTHER,
        clients=1,
    ),
    "PlanTask.due_on": on(PlanTask, "due_on", state=client, client_id=ID, task_id=OTHER, what="a call"),
    "PlanConversation.held_on": on(PlanConversation, "held_on", conversation_id=ID, coach=COACH, team=TEAM, figures={}),
    "PromiseToCoach.due_on": on(
        PromiseToCoach, "due_on", state=conversation, conversation_id=ID, promise_id=OTHER, text="a course"
    ),
    "ReviseDefinition.valid_from": on(ReviseDefinition, "valid_from", **REVISED),
    "PlanSession.day": on(
        PlanSession, "day", session_id=ID, offer_id=ID, at=time(10), minutes=60, place="Room 4", places=2
    ),
    "OpenOffer.starts_on": on(OpenOffer, "starts_on", offer_id=ID, **OFFER),
    "OpenOffer.answer_by": on(OpenOffer, "answer_by", offer_id=ID, **OFFER),
    "ChangeOffer.starts_on": on(ChangeOffer, "starts_on", state=offer, offer_id=ID, **OFFER),
    "ChangeOffer.answer_by": on(ChangeOffer, "answer_by", state=offer, offer_id=ID, **OFFER),
    "PlanMeeting.held_on": on(PlanMeeting, "held_on", meeting_id=ID, viewer=PROCESS, team=None),
    "SetNorm.review_on": on(
        SetNorm, "review_on", norm_id=ID, viewer=PROCESS, en="a", nl="a", pages=["caseload.caseload"], reason="asked"
    ),
    "MoveSignal.on": on(MoveSignal, "on", state=signal, signal_id=ID, viewer=PROCESS, transition="plan"),
}


def given_days() -> Iterator[str]:
    """Each field of a command that holds a day; of commands that others are made of, those of the others."""
    found, left = set(), [msgspec.Struct]
    while left:
        below = left.pop().__subclasses__()
        found |= {command for command in below if hasattr(command, "decide")}
        left += below
    for command in found:
        if any(command in other.__mro__[1:] for other in found) or command.__module__.startswith("tests"):
            continue
        for name, kind in typing.get_type_hints(command).items():
            if date in (kind, *typing.get_args(kind)):
                yield f"{command.__name__}.{name}"


# Reckoned by the operation, and typed by nobody.
RECKONED = {"EraseClient.closed_by"}


def test_every_day_that_is_given_is_in_the_table() -> None:
    assert set(given_days()) == BEHIND.keys() | AHEAD.keys() | RECKONED


@pytest.mark.parametrize("name", BEHIND)
def test_what_has_happened_is_not_in_the_future(name: str) -> None:
    BEHIND[name](TODAY)
    for day in (TODAY + timedelta(days=1), date.max):
        with pytest.raises(Refused) as refused:
            BEHIND[name](day)
        assert refused.value.field == CALLED.get(name, name.partition(".")[2])


@pytest.mark.parametrize("name", AHEAD)
def test_what_lies_ahead_is_within_reach(name: str) -> None:
    last = add_months(TODAY, 12 * YEARS_AHEAD)
    AHEAD[name](last)
    for day in (last + timedelta(days=1), date.max):
        with pytest.raises(Refused, match="years ahead") as refused:
            AHEAD[name](day)
        assert refused.value.field == name.partition(".")[2]
