"""Applying: what a person writes on the public page, and what becomes of it until somebody takes the intake.

It is the beginning of the stream that the client's file will be: nothing is typed again, and who looked stays known.
Until the intake there is no file, and nothing else can be recorded; what comes to nothing is erased like a client.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.catalogue import load
from domain.client.aggregate import Client, ClientCommand, ClientEvent
from domain.client.contact_details import letter_language
from domain.mail_address import optional_address
from domain.refusal import Refused
from domain.text import optional_text, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_NEED = 2000


class ApplicationOutcome(StrEnum):
    """Why nothing comes of an application."""

    ALREADY_A_CLIENT = "already_a_client"
    WITHDRAWN = "withdrawn"
    NOT_REACHED = "not_reached"
    NOT_FOR_US = "not_for_us"


class ApplicationReceived(ClientEvent, frozen=True):
    """A person asked for help on the public page."""

    received_on: date
    name: Personal[str]
    birth_date: Personal[str]
    email: Personal[str] | None
    phone: Personal[str] | None
    language: Personal[str]
    # what the person needs, in the own words
    need: Personal[str]

    def apply(self, client: Client) -> None:
        client.applied_on = self.received_on


class IntakeMeetingPlanned(ClientEvent, frozen=True):
    """A day for the intake meeting was agreed, and who of which team holds it."""

    team: UUID
    coach: UUID
    meeting_on: date
    # time and place, as they were told to the person
    arranged: Personal[str] | None

    def apply(self, client: Client) -> None:
        client.application_ended = False


class ApplicationEnded(ClientEvent, frozen=True):
    """Nothing comes of the application."""

    outcome: ApplicationOutcome

    def apply(self, client: Client) -> None:
        client.application_ended = True


class Apply(ClientCommand, frozen=True):
    """Ask for help. `birth_date` is a day as the catalogue reads it."""

    name: str | None
    birth_date: str | None
    email: str | None = None
    phone: str | None = None
    language: str | None = None
    need: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        if client is not None:
            raise Refused("We already have this.")
        today = local_day(context.at)
        name = required_text(self.name, field="name", longest=200)
        birth_date = load()["birth_date"].check(required_text(self.birth_date, field="birth_date", longest=40), today)
        email = optional_address(self.email, field="email")
        phone = optional_text(self.phone, field="phone", longest=40)
        if email is None and phone is None:
            raise Refused("Enter a phone number or an e-mail address, so that we can reach you.", field="phone")
        return [
            ApplicationReceived(
                received_on=today,
                name=name,
                birth_date=str(birth_date),
                email=email,
                phone=phone,
                language=letter_language(self.language).value,
                need=required_text(self.need, field="need", longest=LONGEST_NEED),
            )
        ]


class PlanIntakeMeeting(ClientCommand, frozen=True):
    """Say when somebody talks with the person, and who; one that was ended goes on by it."""

    team: UUID
    coach: UUID
    meeting_on: date
    arranged: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _waiting(client)
        today = local_day(context.at)
        if self.meeting_on < today:
            raise Refused("The intake meeting can't be planned for a day in the past.", field="meeting_on")
        return [
            IntakeMeetingPlanned(
                team=self.team,
                coach=self.coach,
                meeting_on=within_reach(self.meeting_on, today, field="meeting_on"),
                arranged=optional_text(self.arranged, field="arranged", longest=200),
            )
        ]


class EndApplication(ClientCommand, frozen=True):
    """Say that nothing comes of an application."""

    outcome: ApplicationOutcome

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        if _waiting(client).application_ended:
            raise Refused("This application has already been ended.")
        return [ApplicationEnded(outcome=self.outcome)]


def _waiting(client: Client | None) -> Client:
    """The person, as long as there is an application and no file."""
    if client is None or client.erased or client.applied_on is None:
        raise Refused("There is no such application.")
    if client.is_client:
        raise Refused("The intake has already been recorded; there is a file.")
    return client
