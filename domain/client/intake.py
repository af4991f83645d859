"""Intake and assignment: how a client comes in, and whose caseload they are on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.calendar import local_day
from domain.catalogue import Source
from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing, open_file
from domain.client.contact_details import letter_language
from domain.client.invitations import InvitationOver
from domain.client.invitations import ended as ended_invitation
from domain.mail_address import optional_address
from domain.refusal import Refused
from domain.text import not_in_future, optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class IntakeTaken(ClientEvent, frozen=True):
    """A person became a client."""

    held_on: date
    team: UUID
    specialised: bool
    source: Source
    name: Personal[str] | None
    client_number: Personal[str] | None
    email: Personal[str] | None
    phone: Personal[str] | None
    # none where it was not asked yet: then letters are in Dutch
    language: Personal[str] | None = None

    def apply(self, client: Client) -> None:
        client.intake_on = self.held_on
        client.team = self.team
        client.specialised = self.specialised


class ClientAssigned(ClientEvent, frozen=True):
    """A client came onto a coach's caseload, for the first time or by transfer."""

    team: UUID
    specialised: bool
    coach: UUID
    assigned_on: date

    def apply(self, client: Client) -> None:
        client.team = self.team
        client.specialised = self.specialised
        client.coach = self.coach
        client.transfer = None


class TakeIntake(ClientCommand, frozen=True):
    """Make a person a client of a team."""

    held_on: date
    team: UUID
    specialised: bool = False
    source: Source = Source.CONVERSATION
    name: str | None = None
    client_number: str | None = None
    email: str | None = None
    phone: str | None = None
    language: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        if client is not None and (client.is_client or client.erased):
            raise Refused("This intake has already been recorded.")
        return [
            IntakeTaken(
                held_on=not_in_future(self.held_on, local_day(context.at), field="held_on"),
                team=self.team,
                specialised=self.specialised,
                source=self.source,
                name=optional_text(self.name, field="name", longest=200),
                client_number=optional_text(self.client_number, field="client_number", longest=40),
                email=optional_address(self.email, field="email"),
                phone=optional_text(self.phone, field="phone", longest=40),
                language=letter_language(self.language).value,
            )
        ]


class AssignClient(ClientCommand, frozen=True):
    """Put a client on a coach's caseload."""

    team: UUID
    coach: UUID
    assigned_on: date
    specialised: bool = False

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(existing(client))
        not_in_future(self.assigned_on, local_day(context.at), field="assigned_on", not_before=client.intake_on)
        if (client.team, client.coach) == (self.team, self.coach):
            return []
        over = ended_invitation(client, InvitationOver.OTHER_COACH) if client.coach != self.coach else []
        return [
            *over,
            ClientAssigned(
                team=self.team, specialised=self.specialised, coach=self.coach, assigned_on=self.assigned_on
            ),
        ]
