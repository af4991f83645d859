"""What stands in a file, thing by thing: of each field, contact, task, step, proposal and so on the events about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from domain.client.aggregate import ClientEvent
from domain.client.appointments import (
    AppointmentCancelled,
    AppointmentConcluded,
    AppointmentEvent,
    AppointmentNoticeDelivered,
    AppointmentNoticeUndelivered,
)
from domain.client.contact_details import ContactDetailsChanged
from domain.client.contacts import ContactEvent, ContactStruckOut
from domain.client.exemptions import (
    ExemptionApproved,
    ExemptionDrafted,
    ExemptionEvent,
    ExemptionReturned,
    ExemptionWithdrawn,
)
from domain.client.helpers import HelperConsentRenewed, HelperEvent, HelperRemoved
from domain.client.helpers_standing import HelpersStanding
from domain.client.intake import ClientAssigned, IntakeTaken
from domain.client.invitations import ClientInvited, InvitationAnswered, InvitationEnded
from domain.client.lifecycle import ClientClosed, ClientReopened
from domain.client.mails import MailEvent
from domain.client.own_notes import OwnMarkSet, OwnNoteWritten
from domain.client.plan import FREQUENCY, PLAN, TRACK, ContactFrequencyAgreed, PlanOfActionAgreed, ServiceTrackChosen
from domain.client.proposals import OfferProposed, ProposalEvent, ProposalUndelivered
from domain.client.questionnaire import AnswerOffered, AnswerSettled
from domain.client.registrations import (
    FieldEvent,
    FieldWithdrawn,
)
from domain.client.steps import StepEnded, StepEvent
from domain.client.tasks import CallAnswered, PromiseSettled, PromiseWaits, TaskDone, TaskPlanned, TaskWaits

_PLANNED = {PlanOfActionAgreed: PLAN, ServiceTrackChosen: TRACK, ContactFrequencyAgreed: FREQUENCY}
_VALUES = {PlanOfActionAgreed: "plan", ServiceTrackChosen: "track", ContactFrequencyAgreed: "weeks"}
_DAYS = {PlanOfActionAgreed: "agreed_on", ServiceTrackChosen: "chosen_on", ContactFrequencyAgreed: "agreed_on"}
_REACHED = ("email", "phone", "language")


@dataclass(slots=True)
class Standing:
    """What stands in a file: of each field, contact, task, step, proposal and appointment the events about it."""

    specialised: bool = False
    closed: bool = False
    coach: UUID | None = None
    reached: dict[str, Any] = field(default_factory=lambda: dict.fromkeys(_REACHED))
    fields: dict[str, ClientEvent] = field(default_factory=dict)
    answers: dict[str, AnswerOffered] = field(default_factory=dict)
    contacts: dict[UUID, ContactEvent] = field(default_factory=dict)
    settled: dict[UUID, PromiseSettled] = field(default_factory=dict)
    tasks: dict[UUID, TaskPlanned] = field(default_factory=dict)
    # calls that a contact answered, each with that contact
    answered: dict[UUID, tuple[UUID, TaskPlanned]] = field(default_factory=dict)
    # of tasks and promises, by task or contact
    waits: dict[UUID, ClientEvent] = field(default_factory=dict)
    proposals: dict[UUID, list[ProposalEvent]] = field(default_factory=dict)
    # as they stand, but for those of which somebody said what became of them
    steps: dict[UUID, StepEvent] = field(default_factory=dict)
    # the own notes and marks of coaches, each as it stands
    own: dict[tuple[UUID | None, type], ClientEvent] = field(default_factory=dict)
    # the e-mails of coaches, with what came of each
    mails: dict[UUID, list[MailEvent]] = field(default_factory=dict)
    # the one from which the client could still choose a time
    invitation: ClientInvited | None = None
    # the draft of an exemption, as often as it was written and returned: one that waits goes on waiting
    drafts: list[ExemptionEvent] = field(default_factory=list)
    helpers: HelpersStanding = field(default_factory=HelpersStanding)
    # but for those that were cancelled
    appointments: dict[UUID, list[ClientEvent]] = field(default_factory=dict)

    def add(self, event: ClientEvent) -> None:
        """What stands after one more event, of which nothing is sealed."""
        match event:
            case IntakeTaken() | ContactDetailsChanged():
                self.reached = {name: getattr(event, name) for name in _REACHED}
                self.specialised = event.specialised if isinstance(event, IntakeTaken) else self.specialised
            case ClientAssigned():
                self.specialised, self.coach = event.specialised, event.coach
            case ClientClosed() | ClientReopened():
                self._closed(closed=isinstance(event, ClientClosed))
            case FieldEvent():
                self._field(event)
            case PlanOfActionAgreed() | ServiceTrackChosen() | ContactFrequencyAgreed():
                self.fields[_PLANNED[type(event)]] = event
            case _:
                self._thing(event)

    def _closed(self, *, closed: bool) -> None:
        self.closed = closed
        if closed:
            # What was still to be done is over then, also when the file is opened again.
            self.tasks.clear()
            self.answered.clear()
            self.waits.clear()
            self.appointments.clear()
            self.steps.clear()
            self.drafts.clear()
            for contact_id, contact in self.contacts.items():
                if contact.agreed_next is not None:
                    self.settled.setdefault(contact_id, PromiseSettled(contact_id=contact_id, kept=False))

    def _field(self, event: FieldEvent) -> None:
        match event:
            case AnswerOffered():
                self.answers[event.field] = event
            case AnswerSettled():
                self.answers.pop(event.field, None)
            case FieldWithdrawn():
                self.fields.pop(event.field, None)
            case _:
                self.fields[event.field] = event

    def _thing(self, event: ClientEvent) -> None:
        match event:
            case ContactEvent():
                self.contacts[event.contact_id] = event
            case ContactStruckOut():
                self.contacts.pop(event.contact_id, None)
                self.settled.pop(event.contact_id, None)
                self._asked_again(event.contact_id)
            case PromiseSettled() | PromiseWaits() | TaskPlanned() | TaskDone() | TaskWaits() | CallAnswered():
                self._to_do(event)
            case StepEvent():
                self.steps[event.step_id] = event
            case OwnNoteWritten() | OwnMarkSet():
                self.own[event.actor, type(event)] = event
            case StepEnded():
                self.steps.pop(event.step_id, None)
            case MailEvent():
                self.mails.setdefault(event.mail_id, []).append(event)
            case HelperEvent() | HelperConsentRenewed() | HelperRemoved():
                self.helpers.add(event)
            case ProposalEvent():
                self.proposals.setdefault(event.proposal_id, []).append(event)
            case _:
                self._agreed(event)

    def _agreed(self, event: ClientEvent) -> None:
        match event:
            case ClientInvited():
                self.invitation = event
            case InvitationEnded() | InvitationAnswered():
                self.invitation = None
            case AppointmentCancelled():
                self.appointments.pop(event.appointment_id, None)
            case (
                AppointmentEvent()
                | AppointmentNoticeDelivered()
                | AppointmentNoticeUndelivered()
                | AppointmentConcluded()
            ):
                self.appointments.setdefault(event.appointment_id, []).append(event)
            case _:
                self._draft(event)

    def _draft(self, event: ClientEvent) -> None:
        match event:
            case ExemptionDrafted() | ExemptionReturned():
                # All who wrote of it stay known: none of them may read it.
                self.drafts.append(event)
            case ExemptionApproved() | ExemptionWithdrawn():
                self.drafts.clear()
            case _:
                pass

    def _to_do(self, event: ClientEvent) -> None:
        match event:
            case PromiseSettled():
                self.settled[event.contact_id] = event
            case PromiseWaits():
                self.waits[event.contact_id] = event
            case TaskPlanned():
                self.tasks[event.task_id] = event
            case TaskDone():
                self.tasks.pop(event.task_id, None)
            case TaskWaits():
                self.waits[event.task_id] = event
            case CallAnswered():
                self.answered[event.task_id] = event.answered_by, self.tasks.pop(event.task_id)
            case _:
                pass

    def _asked_again(self, contact_id: UUID) -> None:
        for task_id, (answered_by, planned) in list(self.answered.items()):
            if answered_by == contact_id:
                self.tasks[task_id] = planned
                del self.answered[task_id]
        for events in self.appointments.values():
            events[:] = [each for each in events if getattr(each, "contact_id", None) != contact_id]

    def awaited(self) -> dict[UUID, list[ClientEvent]]:
        """The appointments that lie ahead, and those of which nobody said what became of them."""
        return {
            key: events
            for key, events in self.appointments.items()
            if not any(isinstance(each, AppointmentConcluded) for each in events)
        }

    def offers(self) -> set[UUID]:
        """What was proposed, but for what never reached the client."""
        reached = (events for events in self.proposals.values() if not isinstance(events[-1], ProposalUndelivered))
        return {event.offer_id for events in reached for event in events if isinstance(event, OfferProposed)}


def standing_in(events: Sequence[ClientEvent]) -> Standing:
    """What stands in a file after these events, of which nothing is sealed and none was taken back."""
    found = Standing()
    for event in events:
        found.add(event)
    return found
