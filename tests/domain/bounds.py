"""Every bound of a command on days, moments and numbers: the last that will do, and the first that will not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from domain.calendar import within_reach
from domain.catalogue import load
from domain.client import (
    AcceptContradiction,
    Answer,
    AppointmentMade,
    Channel,
    ChooseSlot,
    ClientAssigned,
    ClientClosed,
    ClientInvited,
    ClosingReason,
    DeclareNotRelevant,
    Delivery,
    EraseClient,
    ErasureReason,
    InviteClient,
    MakeAppointment,
    PlanIntakeMeeting,
    PlanTask,
    QuestionnaireSent,
    RecordContact,
    RecordContactOfAppointments,
    ReturnQuestionnaire,
    SentHow,
)
from domain.client.exemptions import ApproveExemption, DraftExemption, ExemptionDrafted
from domain.client.helpers import AddHelper
from domain.client.mails import MailAbout, WriteMail
from domain.client.own_notes import WriteOwnNote
from domain.client.steps import AgreeStep, StepKind
from domain.client.take_overs import TakeOverForTime
from domain.meeting_length import bounded_minutes
from domain.text import not_in_future
from tests.domain.texts import (
    APPLIED,
    AT,
    AT_ODDS,
    COACH,
    FILE,
    ID,
    INTAKE_ON,
    LATER,
    NOW,
    TALK,
    TEAM,
    TODAY,
    X,
    client,
    known,
)
from tests.domain.texts_of_work import HELPER, STEP

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
MINUTE = timedelta(minutes=1)
COME = (TODAY, TOMORROW)  # that day and those after it, not the day before
Place = tuple[str, str]


@dataclass(frozen=True)
class Bound:
    """What is tried with the last values that will do, and with the first that will not."""

    tried: Callable[[Any], object]
    will_do: tuple[Any, ...]
    will_not: tuple[Any, ...]


def decided(state: Any, command: Callable[[Any], Any]) -> Callable[[Any], object]:
    return lambda value: command(value).decide(state, NOW)


def from_today(state: Any, command: Callable[[Any], Any]) -> Bound:
    return Bound(decided(state, command), (TODAY,), (YESTERDAY,))


def after_today(state: Any, command: Callable[[Any], Any]) -> Bound:
    return Bound(decided(state, command), (TOMORROW,), (TODAY,))


WITH_BIRTH_DATE = known("birth_date", "1988")
INVITED = ClientInvited(
    invitation_id=X,
    slots=[AT, AT + MINUTE],
    minutes=30,
    channel=Channel.PHONE,
    place=None,
    purpose=None,
    delivery=Delivery.EMAIL,
    until=TODAY,
)
TEN = datetime(2026, 3, 10, 9, tzinfo=UTC)  # ten o'clock in Amsterdam
MET: dict[str, Any] = {"minutes": 30, "channel": Channel.PHONE}


def appointment(at: datetime) -> AppointmentMade:
    return AppointmentMade(
        appointment_id=UUID(int=71), starts_at=at, place=None, purpose=None, delivery=Delivery.EMAIL, **MET
    )


def meet(at: time, day: date = TODAY) -> MakeAppointment:
    return MakeAppointment(client_id=ID, appointment_id=X, day=day, at=at, **MET)


def invite(slots: Any) -> InviteClient:
    return InviteClient(client_id=ID, invitation_id=X, slots=slots, **MET)


def conclude(appointments: tuple[UUID, ...]) -> RecordContactOfAppointments:
    return RecordContactOfAppointments(client_id=ID, contact=RecordContact(**TALK), appointments=appointments)


def concluded(days: int) -> object:
    state = client(appointment(AT + timedelta(days=days)))
    return decided(state, conclude)((UUID(int=71),))


def approved(until: date) -> object:
    drafted = ExemptionDrafted(exemption_id=X, basis="a letter", until=until, actor=UUID(int=77))
    return decided(client(drafted), lambda _: ApproveExemption(client_id=ID, exemption_id=X))(None)


def erased(closed_on: date) -> object:
    state = client(ClientClosed(reason=ClosingReason.JOB, closed_on=closed_on))
    erase = EraseClient(client_id=ID, reason=ErasureReason.RETENTION_ENDED, closed_by=YESTERDAY)
    return decided(state, lambda _: erase)(None)


def returned(until: date, *fields: str) -> object:
    sent = client(QuestionnaireSent(questionnaire_id=X, how=SentHow.LETTER, until=until))
    answers = [Answer(field=field, value="Work") for field in fields or ("own_goal",)]
    command = ReturnQuestionnaire(client_id=ID, questionnaire_id=X, answers=answers, reason="so")
    return command.decide(sent, NOW)


def check(key: str) -> Callable[[Any], object]:
    return lambda raw: load()[key].check(raw)


# By the class or function that refuses, and the comparison by which it does.
OF_CLIENTS: dict[Place, Bound] = {
    ("client/applying.PlanIntakeMeeting", "self.meeting_on < today"): from_today(
        APPLIED, lambda day: PlanIntakeMeeting(client_id=ID, team=TEAM, coach=COACH, meeting_on=day)
    ),
    ("client/appointments.AppointmentDetails", "self.day < local_day(context.at)"): Bound(
        decided(FILE, lambda day: meet(time(23), day)), COME, (YESTERDAY,)
    ),
    ("client/appointments.AppointmentDetails", "self.starts_at <= context.at"): Bound(
        decided(FILE, meet), (time(10, 1),), (time(10), time(9, 59))
    ),
    ("client/appointments.AppointmentDetails", "other.starts_at < self.ends_at"): Bound(
        decided(client(appointment(TEN)), lambda at: meet(at, TEN.date())), (time(9, 30),), (time(9, 31),)
    ),
    ("client/appointments.AppointmentDetails", "self.starts_at < other.ends_at"): Bound(
        decided(client(appointment(TEN)), lambda at: meet(at, TEN.date())), (time(10, 30),), (time(10, 29),)
    ),
    (
        "client/appointments.RecordContactOfAppointments",
        "local_day(mark.starts_at) > local_day(context.at)",
    ): Bound(concluded, (-1, 0), (1,)),
    ("client/choosing.ChooseSlot", "self.slot <= context.at"): Bound(
        decided(
            client(WITH_BIRTH_DATE, INVITED),
            lambda slot: ChooseSlot(client_id=ID, invitation_id=X, appointment_id=X, slot=slot, **MET),
        ),
        (AT + MINUTE,),
        (AT,),
    ),
    ("client/contacts._minutes", "0 <= minutes <= MAX_MINUTES"): Bound(
        decided(FILE, lambda minutes: RecordContact(**TALK, minutes_with_client=minutes)), (0, 600), (-1, 601)
    ),
    ("client/contacts.ContactCommand", "self.agreed_on < self.held_on"): Bound(
        decided(FILE, lambda day: RecordContact(**TALK, agreed_next="call", agreed_on=day)), COME, (YESTERDAY,)
    ),
    ("client/contradictions._ahead", "review_on <= today"): after_today(
        AT_ODDS,
        lambda day: AcceptContradiction(
            client_id=ID,
            rule="single_with_partner",
            reason="so",
            review_on=day,
            shown={"marital_status": 2, "living_situation": 3},
        ),
    ),
    ("client/exemptions.DraftExemption", "self.until <= today"): after_today(
        FILE, lambda day: DraftExemption(client_id=ID, exemption_id=X, basis="a letter", until=day)
    ),
    ("client/exemptions.ApproveExemption", "mark.until <= today"): Bound(approved, (TOMORROW,), (TODAY,)),
    ("client/helpers._consent", "again_on <= today"): after_today(
        FILE, lambda day: AddHelper(**HELPER, consent_on=TODAY, ask_again_on=day)
    ),
    ("client/invitations.InviteClient", "len(slots) > MOST_SLOTS"): Bound(
        decided(client(WITH_BIRTH_DATE), lambda many: invite([TEN + n * MINUTE for n in range(many)])), (1, 60), (0, 61)
    ),
    ("client/invitations.InviteClient", "slots[0] <= context.at"): Bound(
        decided(client(WITH_BIRTH_DATE), lambda first: invite([TEN, first])), (AT + MINUTE,), (AT,)
    ),
    ("client/lifecycle.EraseClient", "client.closed_on > self.closed_by"): Bound(erased, (YESTERDAY,), (TODAY,)),
    ("client/mails.WriteMail", "self.until < today"): from_today(
        FILE, lambda day: WriteMail(client_id=ID, mail_id=X, about=MailAbout.CALL, until=day, phone="1")
    ),
    ("client/own_notes.WriteOwnNote", "self.look_on < local_day(context.at)"): from_today(
        FILE, lambda day: WriteOwnNote(client_id=ID, what="call", look_on=day)
    ),
    ("client/questionnaire.ReturnQuestionnaire", "today > client.questionnaire[1]"): Bound(
        returned, (TODAY,), (YESTERDAY,)
    ),
    ("client/questionnaire.ReturnQuestionnaire", "len(set(asked)) < len(asked)"): Bound(
        lambda fields: returned(LATER, *fields), (("own_goal",),), (("own_goal", "own_goal"),)
    ),
    ("client/registrations._ahead", "review_on <= local_day(context.at)"): after_today(
        FILE, lambda day: DeclareNotRelevant(client_id=ID, field="own_goal", reason="so", review_on=day)
    ),
    ("client/steps.StepDetails", "self.starts_on < client.intake_on"): Bound(
        decided(FILE, lambda day: AgreeStep(**STEP | {"starts_on": day}, kind=StepKind.APPLY)),
        (INTAKE_ON,),
        (INTAKE_ON - timedelta(days=1),),
    ),
    ("client/steps.StepDetails", "self.ends_on < self.starts_on"): Bound(
        decided(FILE, lambda day: AgreeStep(**STEP | {"starts_on": LATER}, kind=StepKind.APPLY, ends_on=day)),
        (LATER,),
        (LATER - timedelta(days=1),),
    ),
    ("client/steps.StepDetails", "self.ends_on < today"): Bound(
        decided(FILE, lambda day: AgreeStep(**STEP | {"starts_on": INTAKE_ON}, kind=StepKind.APPLY, ends_on=day)),
        (TODAY,),
        (YESTERDAY,),
    ),
    ("client/take_overs.TakeOverForTime", "self.back_on <= today"): after_today(
        client(ClientAssigned(team=TEAM, specialised=False, coach=COACH, assigned_on=TODAY)),
        lambda day: TakeOverForTime(
            client_id=ID, take_over_id=X, team=TEAM, from_coach=COACH, coach=X, back_on=day, clients=1
        ),
    ),
    ("client/tasks.PlanTask", "self.due_on < local_day(context.at)"): from_today(
        FILE, lambda day: PlanTask(client_id=ID, task_id=ID, due_on=day, what="call")
    ),
}
IN_GENERAL: dict[Place, Bound] = {
    ("calendar.within_reach", "day > add_months(today, 12 * YEARS_AHEAD)"): Bound(
        lambda day: within_reach(day, TODAY, field="day"), (date(2031, 3, 2),), (date(2031, 3, 3),)
    ),
    ("catalogue/kinds.DateKind", "year < EARLIEST_YEAR"): Bound(check("birth_date"), ("1900",), ("1899",)),
    ("catalogue/kinds.DateKind", "year > LATEST_YEAR"): Bound(check("birth_date"), ("2200",), ("2201",)),
    ("catalogue/kinds.Choices", "len(chosen) > 1"): Bound(
        check("physical_limitations"), (["none"], ["lifting", "standing"]), (["none", "lifting"],)
    ),
    ("catalogue/kinds.Number", "self.least <= number <= self.most"): Bound(
        check("hours_available"), ("0", "40"), ("41",)
    ),
    ("catalogue/kinds.ShortText", "len(text) > self.longest"): Bound(check("own_goal"), ("x" * 400,), ("x" * 401,)),
    ("meeting_length.bounded_minutes", "MIN_MINUTES <= minutes <= MAX_MINUTES"): Bound(
        bounded_minutes, (5, 480), (4, 481)
    ),
    ("text.not_in_future", "day > moment_day"): Bound(
        lambda day: not_in_future(day, TODAY, field="day"), (TODAY,), (TOMORROW,)
    ),
    ("text.not_in_future", "day < not_before"): Bound(
        lambda day: not_in_future(day, TODAY, field="day", not_before=INTAKE_ON),
        (INTAKE_ON,),
        (INTAKE_ON - timedelta(days=1),),
    ),
}
