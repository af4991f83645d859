"""Invitations: times that a coach offers a client to choose from; withdrawn, or over without an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.catalogue import State
from domain.client.aggregate import Client, ClientCommand, ClientEvent, InvitationMark, open_file
from domain.client.contacts import Channel
from domain.client.meeting_details import LONGEST_PURPOSE, place_of
from domain.client.proposals import Delivery
from domain.client.questionnaire import BORN
from domain.meeting_length import bounded_minutes
from domain.refusal import Checks, Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

# So long a link works, unless the last time that is offered comes first.
HOLDS = timedelta(days=14)
# After so many days without an answer the coach is told.
NO_ANSWER_AFTER = timedelta(days=3)
MOST_SLOTS = 60


class InvitationOver(StrEnum):
    """Why nothing can be chosen any more."""

    WITHDRAWN = "withdrawn"
    # another invitation took its place
    REPLACED = "replaced"
    # the coach made an appointment with the client
    APPOINTMENT = "appointment"
    CLOSED = "closed"
    # another coach looks after the client now: these were not the times of that one
    OTHER_COACH = "other_coach"


# events


class ClientInvited(ClientEvent, frozen=True, kw_only=True):
    """The coach offers the client these times, in UTC; a link to choose one works up to and including a day. What is
    chosen is an appointment of so many minutes, by this channel and at this place."""

    invitation_id: UUID
    slots: list[datetime]
    minutes: int
    channel: Channel
    place: Personal[str] | None
    purpose: Personal[str] | None
    delivery: Delivery
    until: date

    def apply(self, client: Client) -> None:
        client.invitation = InvitationMark(self.invitation_id, self.actor, frozenset(self.slots), self.until)


class InvitationEnded(ClientEvent, frozen=True):
    """The link works no more."""

    invitation_id: UUID
    why: InvitationOver

    def apply(self, client: Client) -> None:
        client.invitation = None


class InvitationAnswered(ClientEvent, frozen=True):
    """The client chose one of the times: the appointment is stored with this event."""

    invitation_id: UUID
    appointment_id: UUID

    def apply(self, client: Client) -> None:
        client.invitation = None


INVITATION_EVENTS: tuple[type[ClientEvent], ...] = (ClientInvited, InvitationEnded, InvitationAnswered)


# commands


class InviteClient(ClientCommand, frozen=True):
    """Offer a client times to choose from; an invitation that was open is over then."""

    invitation_id: UUID
    slots: Sequence[datetime]
    minutes: int
    channel: Channel
    place: str | None = None
    purpose: str | None = None
    delivery: Delivery = Delivery.EMAIL

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        today = local_day(context.at)
        born = client.fields.get(BORN)
        if born is None or born.state is not State.KNOWN:
            raise Refused("Register the birth date first: the client needs it to open the invitation.", field=BORN)
        checked = Checks()
        slots = checked(self._slots, context)
        minutes = checked(bounded_minutes, self.minutes)
        place = checked(place_of, self.place, self.channel)
        purpose = checked(optional_text, self.purpose, field="purpose", longest=LONGEST_PURPOSE)
        checked.require()
        invited = ClientInvited(
            invitation_id=self.invitation_id,
            slots=slots,
            minutes=minutes,
            channel=self.channel,
            place=place,
            purpose=purpose,
            delivery=self.delivery,
            until=min(today + HOLDS, local_day(slots[-1])),
        )
        return [*ended(client, InvitationOver.REPLACED), invited]

    def _slots(self, context: CommandContext) -> list[datetime]:
        slots = sorted(set(self.slots))
        if not slots:
            raise Refused("Choose at least one time to offer.", field="slots")
        if len(slots) > MOST_SLOTS:
            raise Refused("Offer at most %(most)d times.", field="slots", most=MOST_SLOTS)
        if slots[0] <= context.at:
            raise Refused("One of these times has passed. Choose later ones.", field="slots")
        within_reach(local_day(slots[-1]), local_day(context.at), field="slots")
        return slots


class WithdrawInvitation(ClientCommand, frozen=True):
    """Let the client choose no more; where that is so already, nothing happens."""

    invitation_id: UUID

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if client.invitation is None or client.invitation.invitation_id != self.invitation_id:
            return []
        return ended(client, InvitationOver.WITHDRAWN)


def ended(client: Client, why: InvitationOver) -> list[ClientEvent]:
    """What becomes of an invitation that the client could still answer, if there is one."""
    if client.invitation is None:
        return []
    return [InvitationEnded(invitation_id=client.invitation.invitation_id, why=why)]


def room_for(slots: Sequence[datetime], minutes: int) -> int:
    """How many clients can choose, one after another, of times that may overlap: the most that fit."""
    found, free_from = 0, None
    for slot in sorted(set(slots)):
        if free_from is None or slot >= free_from:
            found, free_from = found + 1, slot + timedelta(minutes=minutes)
    return found
