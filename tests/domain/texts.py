"""Every text that somebody gives in a command: how long it may be, and the command that brings it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import msgspec

from domain.catalogue import Source
from domain.client import (
    AcceptContradiction,
    AgreePlanOfAction,
    Answer,
    ApplicationReceived,
    Apply,
    ChangeContactDetails,
    Channel,
    ChosenBy,
    ClientAnswer,
    ClientClosed,
    ClosingReason,
    ContactRecorded,
    CorrectContact,
    CorrectField,
    DeclareNotRelevant,
    Delivery,
    FieldRegistered,
    IntakeTaken,
    MakeAppointment,
    OfferProposed,
    Outcome,
    PlanIntakeMeeting,
    PlanTask,
    ProposeTransfer,
    QuestionnaireSent,
    RecordAnswer,
    RecordContact,
    RecordDeclined,
    RefuseTransfer,
    ReopenClient,
    ReturnQuestionnaire,
    ReviewFile,
    ReviewOutcome,
    SentHow,
    StartedBy,
    StrikeContact,
    TakeIntake,
    TransferProposed,
    WithdrawField,
    evolve,
)
from domain.closing_days import SetClosingDays
from domain.conversation import ConversationPlanned, NoteAgreement, ShareSheet, evolve_conversation
from domain.definition import DefinitionRevised, ReviseDefinition, WithdrawRevision, evolve_definition
from domain.in_force import declared, texts_of
from domain.offer import OfferKind, OpenOffer
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from eventlog.commands import given as come_to
from eventlog.events import Event
from feedback.change import RecordChange
from feedback.meeting import MeetingPlanned, PlanMeeting, RecordDecisions, evolve_meeting
from feedback.norm import NormSet, SetNorm, WithdrawNorm, evolve_norm
from feedback.signal import (
    AddNote,
    AssignSignal,
    CommentOnSignal,
    Help,
    JudgeHelp,
    Kind,
    LogSignal,
    MoveSignal,
    Signal,
    SignalState,
)
from tests.domain import inviting

ID, X, TEAM, COACH = (UUID(int=n) for n in (7, 8, 9, 1))
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY, INTAKE_ON, LATER = date(2026, 3, 2), date(2026, 1, 5), date(2026, 6, 1)
NOW = CommandContext(AT, COACH)
VIEWER = Viewer(COACH, Role.PROCESS_MANAGER, None)


def without_texts(event: type[Event], **facts: Any) -> Any:
    """An event in which nothing stands but these facts."""
    return event(**dict.fromkeys(field.name for field in msgspec.structs.fields(event) if field.required) | facts)


INTAKE = without_texts(
    IntakeTaken, held_on=INTAKE_ON, team=TEAM, specialised=False, source=Source.CONVERSATION, originator_version=1
)
CONTACT = without_texts(
    ContactRecorded,
    contact_id=X,
    held_on=TODAY,
    channel=Channel.PHONE,
    started_by=StartedBy.COACH,
    outcome=Outcome.SPOKEN,
)


def known(field: str, value: Any) -> FieldRegistered:
    return FieldRegistered(field=field, value=value, source=Source.CONVERSATION, known_on=TODAY)


def client(*events: Event) -> Any:
    return come_to(evolve, ID, [INTAKE, *events])


def signal(state: SignalState = SignalState.LOGGED, **more: Any) -> Signal:
    return Signal(ID, 3, state, SignalState.TRIAGED, reporter=COACH, kind=Kind.IDEA, **more)


FILE = client(CONTACT, known("own_goal", "Work"), known("marital_status", "single"))
AT_ODDS = client(known("marital_status", "single"), known("living_situation", ["with_partner"]))
APPLIED = come_to(
    evolve, ID, [without_texts(ApplicationReceived, received_on=TODAY, name="A", birth_date="1990", language="nl")]
)
PROPOSED = client(OfferProposed(proposal_id=X, offer_id=X, offer_kind=OfferKind.WORKSHOP, delivery=Delivery.LETTER))
ASKED = client(QuestionnaireSent(questionnaire_id=X, how=SentHow.LETTER, until=LATER))
CONVERSATION = come_to(
    evolve_conversation, ID, [ConversationPlanned(coach=COACH, team=TEAM, held_on=TODAY, figures=[], actor=X)]
)
REVISED = come_to(
    evolve_definition,
    ID,
    [DefinitionRevised(subject="seen", number=2, valid_from=LATER, texts={}, parameters={}, reason="so")],
)
NORM = come_to(
    evolve_norm,
    ID,
    [NormSet(en="a", nl="b", reason="c", pages=["client.client"], review_on=LATER, signal=None, meeting=None)],
)
MEETING = come_to(evolve_meeting, ID, [MeetingPlanned(team=None, held_on=TODAY, begins="", place="")])
TALK = {"client_id": ID, "contact_id": UUID(int=5), "held_on": TODAY, "channel": Channel.PHONE}
MEET = {"client_id": ID, "appointment_id": X, "day": LATER, "at": time(10), "minutes": 30}
MEET |= {"channel": Channel.OFFICE, "place": "Desk 3"}
ABOUT = {"client_id": ID, "field": "own_goal"}
OFFER = {"offer_id": ID, "kind": OfferKind.WORKSHOP, "title": "A course", "requirements": ()}
NORM_OF = {"norm_id": ID, "viewer": VIEWER, "pages": ["client.client"], "review_on": LATER}
NORM_SAYS = {"en": "a", "nl": "b", "reason": "c"}
MEETING_OF = {"meeting_id": ID, "viewer": VIEWER}
CHANGE = {"title_en": "a", "title_nl": "b", "text_en": "c", "text_nl": "d"}
SIGNAL = {"signal_id": ID, "viewer": VIEWER}
TAKEN = {"client_id": ID, "held_on": TODAY, "team": TEAM}
MAIL = {"email": "a@example.org"}
APPLICATION = {"client_id": ID, "name": "A", "birth_date": "1990", "phone": "06 1234", "need": "Work"}
WORDS = texts_of("seen", declared())


def revision(text: str, name: str, language: int) -> ReviseDefinition:
    both = ["Met", "Gesproken"]
    both[language] = text
    texts = {**WORDS, name: (both[0], both[1])}
    return ReviseDefinition(
        subject="seen", viewer=VIEWER, valid_from=LATER, texts=texts, parameters=CHANNELS, reason="so"
    )


SEEN, CHANNELS = {"subject": "seen", "viewer": VIEWER}, {"channels": ["office", "phone"]}


@dataclass(frozen=True)
class Row:
    """A text of a command: how long it may be, where it is needed at all, and the command that brings it."""

    longest: int
    state: Any
    command: Callable[[str], Any]
    needed: bool = False


# By the place in the code that says how long it may be, and the field that a refusal is about.
TEXTS: dict[tuple[str, str], Row] = {
    ("client/appointments.AppointmentDetails", "purpose"): Row(500, FILE, lambda t: MakeAppointment(**MEET, purpose=t)),
    ("client/meeting_details.place_of", "place"): Row(
        200, FILE, lambda t: MakeAppointment(**MEET | {"place": t}), True
    ),
    ("client/invitations.InviteClient", "purpose"): Row(500, client(inviting.BORN), inviting.with_purpose),
    ("client/mails.WriteMail", "phone"): Row(40, FILE, inviting.with_phone, True),
    ("workshop_session.PlanSession", "place"): Row(200, None, inviting.at_place, True),
    ("client/applying.Apply", "name"): Row(200, None, lambda t: Apply(**APPLICATION | {"name": t}), True),
    ("client/applying.Apply", "phone"): Row(40, None, lambda t: Apply(**APPLICATION | {"phone": t} | MAIL)),
    ("client/applying.Apply", "need"): Row(2000, None, lambda t: Apply(**APPLICATION | {"need": t}), True),
    ("client/applying.PlanIntakeMeeting", "arranged"): Row(
        200, APPLIED, lambda t: PlanIntakeMeeting(client_id=ID, team=TEAM, coach=COACH, meeting_on=TODAY, arranged=t)
    ),
    ("client/contact_details.ChangeContactDetails", "phone"): Row(
        40, FILE, lambda t: ChangeContactDetails(client_id=ID, phone=t)
    ),
    ("client/contacts.ContactCommand", "note"): Row(4000, FILE, lambda t: RecordContact(**TALK, note=t)),
    ("client/contacts.ContactCommand", "own_words"): Row(4000, FILE, lambda t: RecordContact(**TALK, own_words=t)),
    ("client/contacts.ContactCommand", "agreed_next"): Row(500, FILE, lambda t: RecordContact(**TALK, agreed_next=t)),
    ("client/contacts.CorrectContact", "reason"): Row(
        500, FILE, lambda t: CorrectContact(**TALK | {"contact_id": X}, reason=t), True
    ),
    ("client/contacts.StrikeContact", "reason"): Row(
        500, FILE, lambda t: StrikeContact(client_id=ID, contact_id=X, reason=t), True
    ),
    ("client/contradictions.AcceptContradiction", "reason"): Row(
        500,
        AT_ODDS,
        lambda t: AcceptContradiction(
            client_id=ID,
            rule="single_with_partner",
            reason=t,
            review_on=LATER,
            shown={"marital_status": 2, "living_situation": 3},
        ),
        True,
    ),
    ("client/intake.TakeIntake", "name"): Row(200, None, lambda t: TakeIntake(**TAKEN, name=t)),
    ("client/intake.TakeIntake", "client_number"): Row(40, None, lambda t: TakeIntake(**TAKEN, client_number=t)),
    ("client/intake.TakeIntake", "phone"): Row(40, None, lambda t: TakeIntake(**TAKEN, phone=t)),
    ("client/lifecycle.ReopenClient", "reason"): Row(
        500,
        client(ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)),
        lambda t: ReopenClient(client_id=ID, reopened_on=TODAY, reason=t),
        True,
    ),
    ("client/plan.AgreePlanOfAction", "plan_of_action"): Row(
        4000, FILE, lambda t: AgreePlanOfAction(client_id=ID, plan=t, agreed_on=TODAY), True
    ),
    ("client/proposals.RecordAnswer", "own_words"): Row(
        1000,
        PROPOSED,
        lambda t: RecordAnswer(client_id=ID, proposal_id=X, answer=ClientAnswer.NOT_NOW, own_words=t),
    ),
    ("client/questionnaire.ReturnQuestionnaire", "education_level"): Row(
        200,
        ASKED,
        lambda t: ReturnQuestionnaire(
            client_id=ID, questionnaire_id=X, answers=[Answer(field="education_level", words=t)], reason="so"
        ),
    ),
    ("client/questionnaire._registered", "reason"): Row(
        500,
        ASKED,
        lambda t: ReturnQuestionnaire(
            client_id=ID, questionnaire_id=X, answers=[Answer(field="education_level", declined=True)], reason=t
        ),
        True,
    ),
    ("client/registrations.CorrectField", "reason"): Row(
        500, FILE, lambda t: CorrectField(**ABOUT, value="Rest", known_on=TODAY, reason=t), True
    ),
    ("client/registrations.WithdrawField", "reason"): Row(500, FILE, lambda t: WithdrawField(**ABOUT, reason=t), True),
    ("client/registrations.SetAside", "reason"): Row(
        500, FILE, lambda t: DeclareNotRelevant(**ABOUT, reason=t, review_on=LATER), True
    ),
    ("client/registrations.SetAside for a reason of the list", "reason"): Row(
        500, FILE, lambda t: RecordDeclined(**ABOUT, reason=t, because="later", review_on=LATER)
    ),
    ("client/reviews.ReviewFile", "note"): Row(
        1000,
        FILE,
        lambda t: ReviewFile(client_id=ID, chosen_by=ChosenBy.RULE, outcome=ReviewOutcome.TO_DO, note=t),
    ),
    ("client/tasks.PlanTask", "what"): Row(
        500, FILE, lambda t: PlanTask(client_id=ID, task_id=ID, due_on=TODAY, what=t), True
    ),
    ("client/transfers.ProposeTransfer", "reason"): Row(
        500, FILE, lambda t: ProposeTransfer(client_id=ID, team=TEAM, coach=COACH, reason=t), True
    ),
    ("client/transfers.RefuseTransfer", "reason"): Row(
        500,
        client(TransferProposed(team=TEAM, specialised=False, coach=COACH, reason="so")),
        lambda t: RefuseTransfer(client_id=ID, reason=t),
        True,
    ),
    ("closing_days.SetClosingDays", "name"): Row(
        80, None, lambda t: SetClosingDays(closing_id=ID, name=t, first_day=LATER), True
    ),
    ("conversation.ShareSheet", "remark"): Row(4000, CONVERSATION, lambda t: ShareSheet(conversation_id=ID, remark=t)),
    ("conversation.NoteAgreement", "text"): Row(
        4000, CONVERSATION, lambda t: NoteAgreement(conversation_id=ID, text=t), True
    ),
    **{
        ("definition.ReviseDefinition", f"{name}.{language}"): Row(
            longest,
            None,
            lambda t, name=name, nth=nth: revision(t, name, nth),
            True,  # type: ignore[misc]  # bound now
        )
        for name, longest in (("label", 80), ("definition", 1000))
        for nth, language in enumerate(("en", "nl"))
    },
    ("definition.ReviseDefinition", "reason"): Row(
        2000,
        None,
        lambda t: ReviseDefinition(**SEEN, valid_from=LATER, texts=WORDS, parameters=CHANNELS, reason=t),
        True,
    ),
    ("definition.WithdrawRevision", "reason"): Row(
        2000, REVISED, lambda t: WithdrawRevision(**SEEN, number=2, reason=t), True
    ),
    ("offer.OfferDetails", "description"): Row(4000, None, lambda t: OpenOffer(**OFFER, description=t)),
    ("offer.OfferDetails", "organisation"): Row(120, None, lambda t: OpenOffer(**OFFER, organisation=t)),
    **{
        ("feedback/change.RecordChange", name): Row(
            longest,
            None,
            lambda t, name=name: RecordChange(change_id=ID, viewer=VIEWER, signals=(), **CHANGE | {name: t}),  # type: ignore[misc]  # bound now
            True,
        )
        for name, longest in (("title_en", 120), ("title_nl", 120), ("text_en", 1000), ("text_nl", 1000))
    },
    ("feedback/meeting.PlanMeeting", "place"): Row(
        120, None, lambda t: PlanMeeting(**MEETING_OF, team=None, held_on=TODAY, place=t)
    ),
    ("feedback/meeting.RecordDecisions", "remarks"): Row(
        4000, MEETING, lambda t: RecordDecisions(**MEETING_OF, present=[COACH, X], decisions=[], remarks=t)
    ),
    **{
        ("feedback/norm.SetNorm", name): Row(
            1000,
            None,
            lambda t, name=name: SetNorm(**NORM_OF | NORM_SAYS | {name: t}),
            True,  # type: ignore[misc]  # bound now
        )
        for name in NORM_SAYS
    },
    ("feedback/norm.WithdrawNorm", "reason"): Row(
        1000, NORM, lambda t: WithdrawNorm(norm_id=ID, viewer=VIEWER, reason=t), True
    ),
    ("feedback/signal/assigning.AssignSignal", "reason"): Row(
        2000, signal(), lambda t: AssignSignal(**SIGNAL, team=TEAM, reason=t)
    ),
    ("feedback/signal/helping.JudgeHelp", "words"): Row(
        2000, signal(SignalState.DELIVERED, delivered_on=TODAY), lambda t: JudgeHelp(**SIGNAL, help=Help.NO, words=t)
    ),
    ("feedback/signal/logging.LogSignal", "seen"): Row(
        2000, None, lambda t: LogSignal(**SIGNAL, kind=Kind.IDEA, page="client.client", seen=t), True
    ),
    ("feedback/signal/logging.LogSignal", "expected"): Row(
        2000, None, lambda t: LogSignal(**SIGNAL, kind=Kind.IDEA, page="client.client", seen="x", expected=t)
    ),
    ("feedback/signal/steps.MoveSignal", "reason"): Row(
        2000, signal(SignalState.IN_DISCUSSION), lambda t: MoveSignal(**SIGNAL, transition="decline", reason=t), True
    ),
    ("feedback/signal/talking.CommentOnSignal", "text"): Row(
        2000, signal(), lambda t: CommentOnSignal(**SIGNAL, text=t), True
    ),
    ("feedback/signal/talking.AddNote", "note"): Row(2000, signal(), lambda t: AddNote(**SIGNAL, text=t), True),
}
