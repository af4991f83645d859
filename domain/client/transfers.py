"""Handing a client over to a colleague, who accepts or refuses."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.calendar import local_day
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.client.intake import ClientAssigned
from domain.client.invitations import InvitationOver
from domain.client.invitations import ended as ended_invitation
from domain.client.own_notes import NoteHandling, OwnNoteHandedOver
from domain.refusal import Refused
from domain.text import required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class TransferProposed(ClientEvent, frozen=True):
    """A colleague was asked to take a client over; until the answer, nothing changes."""

    team: UUID
    specialised: bool
    coach: UUID
    reason: Personal[str]

    def apply(self, client: Client) -> None:
        client.transfer = (self.team, self.specialised, self.coach)


class TransferAccepted(ClientEvent, frozen=True):
    """The colleague takes the client over."""

    def apply(self, client: Client) -> None:
        client.transfer = None


class TransferRefused(ClientEvent, frozen=True):
    """The colleague does not take the client over."""

    reason: Personal[str]

    def apply(self, client: Client) -> None:
        client.transfer = None


class TransferWithdrawn(ClientEvent, frozen=True):
    """It was thought better of before there was an answer."""

    def apply(self, client: Client) -> None:
        client.transfer = None


class ProposeTransfer(ClientCommand, frozen=True):
    """Ask a colleague to take a client over."""

    team: UUID
    coach: UUID
    reason: str
    specialised: bool = False
    # what becomes of the own note and mark of who asks, where there is one
    own_note: NoteHandling | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if client.coach == self.coach:
            raise Refused("This client is already on that colleague’s caseload.", field="coach")
        if client.transfer is not None:
            raise Refused("A transfer is already waiting for an answer.", field="coach")
        reason = required_text(self.reason, field="reason", longest=500)
        proposed = TransferProposed(team=self.team, specialised=self.specialised, coach=self.coach, reason=reason)
        return [proposed, *([OwnNoteHandedOver(handling=self.own_note)] if self.own_note else [])]


class AcceptTransfer(ClientCommand, frozen=True):
    """Take the client over. Only the colleague who was asked can."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        team, specialised, coach = _asked(client, context)
        assigned = ClientAssigned(team=team, specialised=specialised, coach=coach, assigned_on=local_day(context.at))
        return [TransferAccepted(), *ended_invitation(client, InvitationOver.OTHER_COACH), assigned]


class RefuseTransfer(ClientCommand, frozen=True):
    """Don't take the client over. Only the colleague who was asked can."""

    reason: str

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _asked(open_file(client), context)
        return [TransferRefused(reason=required_text(self.reason, field="reason", longest=500))]


class WithdrawTransfer(ClientCommand, frozen=True):
    """Take the question back."""

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        if open_file(client).transfer is None:
            raise Refused("No transfer is waiting for an answer.")
        return [TransferWithdrawn()]


def _asked(client: Client, context: CommandContext) -> tuple[UUID, bool, UUID]:
    if client.transfer is None:
        raise Refused("No transfer is waiting for an answer.")
    if client.transfer[2] != context.actor:
        raise Refused("Only the colleague who was asked can answer this.")
    return client.transfer
