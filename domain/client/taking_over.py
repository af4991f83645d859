"""What a file takes over from another one of the same person: what it lacks, as it was said there and by whom.

Of a field that both know otherwise, what was known later counts. The other value stands beside it, as answers of a
questionnaire do, where a client may be asked; the rest stays in the history of both files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from domain.catalogue import Field, load
from domain.client.aggregate import ClientEvent
from domain.client.appointments import (
    AppointmentCancelled,
    AppointmentConcluded,
    AppointmentEvent,
    AppointmentNoticeDelivered,
    AppointmentNoticeUndelivered,
)
from domain.client.contact_details import ContactDetailsChanged
from domain.client.contacts import ContactEvent, ContactRecorded, ContactStruckOut
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
from domain.client.invitations import ClientInvited, InvitationAnswered, InvitationEnded, InvitationOver
from domain.client.lifecycle import ClientClosed, ClientReopened
from domain.client.mails import MailEvent
from domain.client.own_notes import OwnMarkSet, OwnNoteWritten
from domain.client.plan import FREQUENCY, PLAN, TRACK, ContactFrequencyAgreed, PlanOfActionAgreed, ServiceTrackChosen
from domain.client.proposals import OfferProposed, ProposalEvent, ProposalUndelivered
from domain.client.questionnaire import AnswerOffered, AnswerSettled
from domain.client.registrations import (
    FieldCorrected,
    FieldDeclaredNotRelevant,
    FieldDeclined,
    FieldEvent,
    FieldRegistered,
    FieldWithdrawn,
)
from domain.client.steps import StepAgreed, StepEnded, StepEvent
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


def brought(kept: Standing, other: Standing) -> list[ClientEvent]:
    """The events that the file that is kept takes over from the other."""
    return [
        *_reached(kept, other),
        *_fields(kept, other),
        *(_contact(each) for key, each in other.contacts.items() if key not in kept.contacts),
        *(each for key, each in other.settled.items() if key in other.contacts and key not in kept.contacts),
        *(each for key, each in other.tasks.items() if key not in kept.tasks),
        *_waits(kept, other),
        *(each for key, each in other.own.items() if key not in kept.own),
        *(_step(each) for key, each in other.steps.items() if key not in kept.steps),
        *other.helpers.beside(kept.helpers),
        *([] if kept.drafts else other.drafts),
        *_proposals(kept, other),
        *(each for key, events in other.mails.items() if key not in kept.mails for each in events),
        *(each for key, events in other.awaited().items() if key not in kept.appointments for each in events),
        *_invitation(kept, other),
    ]


def _reached(kept: Standing, other: Standing) -> Iterator[ClientEvent]:
    both = {name: ours or other.reached[name] for name, ours in kept.reached.items()}
    if both != kept.reached:
        yield ContactDetailsChanged(**both)


def _fields(kept: Standing, other: Standing) -> Iterator[ClientEvent]:
    catalogue = load()
    offered = set(kept.answers)
    for key, theirs in other.fields.items():
        declared = catalogue.fields.get(key)
        if declared is None or (declared.specialised_only and not kept.specialised):
            continue
        for event in _of_field(declared, kept.fields.get(key), theirs):
            if isinstance(event, AnswerOffered):
                if key in offered:
                    continue
                offered.add(key)
            yield event
    yield from (each for key, each in other.answers.items() if key not in offered)


def _of_field(declared: Field, ours: ClientEvent | None, theirs: ClientEvent) -> Iterator[ClientEvent]:
    if ours is None or (_is_known(theirs) and not _is_known(ours)):
        yield _said(theirs)
    elif _is_known(theirs) and value_of(ours) != value_of(theirs):
        later, earlier = (theirs, ours) if day_of(theirs) > day_of(ours) else (ours, theirs)
        if later is theirs:
            yield _said(theirs)
        if declared.asked_of_client:
            value, known_on = value_of(earlier), day_of(earlier)
            yield AnswerOffered(
                field=declared.key,
                value=value,
                words=None,
                declined=False,
                known_on=known_on,
                actor=earlier.actor,
                recorded_for=earlier.recorded_for,
            )


def _is_known(event: ClientEvent) -> bool:
    return not isinstance(event, FieldDeclaredNotRelevant | FieldDeclined)


def value_of(event: ClientEvent) -> Any:
    """What an event says of a field."""
    return getattr(event, _VALUES.get(type(event), "value"))


def day_of(event: ClientEvent) -> date:
    """As of when an event says it."""
    day: date = getattr(event, _DAYS.get(type(event), "known_on"))
    return day


def _said(event: ClientEvent) -> ClientEvent:
    """The same, as though it were said for the first time: why it was corrected, the other file's history tells."""
    if not isinstance(event, FieldCorrected):
        return event
    return FieldRegistered(
        field=event.field,
        value=event.value,
        source=event.source,
        known_on=event.known_on,
        actor=event.actor,
        recorded_for=event.recorded_for,
    )


def _contact(event: ContactEvent) -> ClientEvent:
    names = [name for name in ContactRecorded.__struct_fields__ if name in _CONTACT]
    return ContactRecorded(**{name: getattr(event, name) for name in names})


_CONTACT = {*ContactEvent.__struct_fields__} - {"originator_id", "originator_version", "recorded_at"}


def _waits(kept: Standing, other: Standing) -> Iterator[ClientEvent]:
    """What waits of the tasks and promises that came along."""
    came = {key for key in other.tasks if key not in kept.tasks}
    came |= {key for key in other.contacts if key not in kept.contacts and key not in other.settled}
    yield from (each for key, each in other.waits.items() if key in came)


def _step(event: StepEvent) -> ClientEvent:
    names = {*StepEvent.__struct_fields__} - {"originator_id", "originator_version", "recorded_at"}
    return StepAgreed(**{name: getattr(event, name) for name in StepEvent.__struct_fields__ if name in names})


def _invitation(kept: Standing, other: Standing) -> Iterator[ClientEvent]:
    """The invitation, unless the client can choose in the file that is kept. Whoever invited has to be the coach there,
    since the times are in that calendar: otherwise it is over, and the file says why."""
    invited = other.invitation
    if invited is None or kept.invitation is not None:
        return
    yield invited
    if invited.actor != kept.coach:
        yield InvitationEnded(invitation_id=invited.invitation_id, why=InvitationOver.OTHER_COACH)


def _proposals(kept: Standing, other: Standing) -> Iterator[ClientEvent]:
    proposed: Mapping[UUID, list[ProposalEvent]] = other.proposals
    offers = kept.offers()
    for proposal_id, events in proposed.items():
        first = events[0]
        if proposal_id not in kept.proposals and isinstance(first, OfferProposed) and first.offer_id not in offers:
            yield from events
