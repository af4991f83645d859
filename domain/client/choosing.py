"""A client chooses one of the times of an invitation: it becomes an appointment at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from domain.calendar import AMSTERDAM, local_day
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.client.appointments import MakeAppointment
from domain.client.contacts import Channel
from domain.client.invitations import InvitationAnswered
from domain.client.proposals import Delivery
from domain.refusal import Refused
from eventlog.commands import CommandContext


class ChooseSlot(ClientCommand, frozen=True):
    """Choose one of the times that an invitation offers. What was offered with it, whoever hands it in has opened."""

    invitation_id: UUID
    appointment_id: UUID
    slot: datetime
    minutes: int
    channel: Channel
    place: str | None = None
    purpose: str | None = None
    delivery: Delivery = Delivery.EMAIL

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        mark = client.invitation
        over = mark is None or mark.invitation_id != self.invitation_id or mark.until < local_day(context.at)
        if mark is None or over or client.coach != mark.coach:
            raise Refused("This invitation has expired. Ask your work coach for an appointment.")
        if self.slot not in mark.slots:
            raise Refused("Choose one of the times.", field="slot")
        if self.slot <= context.at:
            raise Refused("This time has passed. Choose a later one.", field="slot")
        at = self.slot.astimezone(AMSTERDAM)
        made = MakeAppointment(
            client_id=self.client_id,
            appointment_id=self.appointment_id,
            day=local_day(self.slot),
            at=at.time(),
            minutes=self.minutes,
            channel=self.channel,
            place=self.place,
            purpose=self.purpose,
            delivery=self.delivery,
        ).appointment(client, context)
        return [InvitationAnswered(invitation_id=self.invitation_id, appointment_id=self.appointment_id), made]
