"""What a file takes over from another one of the same person: what it lacks, as it was said there and by whom.

Of a field that both know otherwise, what was known later counts. The other value stands beside it, as answers of a
questionnaire do, where a client may be asked; the rest stays in the history of both files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from domain.catalogue import Field, load
from domain.client.aggregate import ClientEvent
from domain.client.contact_details import ContactDetailsChanged
from domain.client.contacts import ContactEvent, ContactRecorded
from domain.client.invitations import InvitationEnded, InvitationOver
from domain.client.plan import FREQUENCY, PLAN, TRACK, ContactFrequencyAgreed, PlanOfActionAgreed, ServiceTrackChosen
from domain.client.proposals import OfferProposed, ProposalEvent
from domain.client.questionnaire import AnswerOffered
from domain.client.registrations import (
    FieldCorrected,
    FieldDeclaredNotRelevant,
    FieldDeclined,
    FieldRegistered,
)
from domain.client.standing import Standing
from domain.client.steps import StepAgreed, StepEvent

_PLANNED = {PlanOfActionAgreed: PLAN, ServiceTrackChosen: TRACK, ContactFrequencyAgreed: FREQUENCY}
_VALUES = {PlanOfActionAgreed: "plan", ServiceTrackChosen: "track", ContactFrequencyAgreed: "weeks"}
_DAYS = {PlanOfActionAgreed: "agreed_on", ServiceTrackChosen: "chosen_on", ContactFrequencyAgreed: "agreed_on"}
_REACHED = ("email", "phone", "language")


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
