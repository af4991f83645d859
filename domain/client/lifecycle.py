"""Closing, reopening and erasing a client's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from enum import StrEnum

from domain.calendar import local_day
from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing, known, open_file
from domain.client.appointments import cancelled_by_closing
from domain.client.invitations import InvitationOver
from domain.client.invitations import ended as ended_invitation
from domain.refusal import Refused
from domain.text import not_in_future, required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class ClosingReason(StrEnum):
    """What became of a client: the outflow of figures."""

    JOB = "job"
    OWN_BUSINESS = "own_business"
    EDUCATION = "education"
    MOVED = "moved"
    BENEFIT_ENDED = "benefit_ended"
    PENSION = "pension"
    DECEASED = "deceased"
    OTHER = "other"


class ErasureReason(StrEnum):
    """Why a client was erased; a code, since it outlives the person's data."""

    CLIENT_REQUEST = "client_request"
    RETENTION_ENDED = "retention_ended"
    RECORDED_BY_MISTAKE = "recorded_by_mistake"
    COURT_ORDER = "court_order"
    # nothing came of an application
    APPLICATION_ENDED = "application_ended"


class ClientClosed(ClientEvent, frozen=True):
    """The file was closed."""

    reason: ClosingReason
    closed_on: date

    def apply(self, client: Client) -> None:
        client.closed_on = self.closed_on
        # What was agreed is over then, also when the file is opened again.
        client.calls = {}
        client.exemption = None
        client.steps = {step_id: replace(mark, over=True) for step_id, mark in client.steps.items()}


class ClientReopened(ClientEvent, frozen=True):
    """The client came back."""

    reopened_on: date
    reason: Personal[str]

    def apply(self, client: Client) -> None:
        client.closed_on = None


class ClientErased(ClientEvent, frozen=True):
    """Nobody can read any more who this was."""

    reason: ErasureReason

    def apply(self, client: Client) -> None:
        client.erased = True


class CloseClient(ClientCommand, frozen=True):
    """Close the file; appointments that lie ahead are cancelled with it, and an invitation is over."""

    reason: ClosingReason
    closed_on: date

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        not_in_future(self.closed_on, local_day(context.at), field="closed_on", not_before=client.intake_on)
        # Whoever died is not written to any more.
        told = self.reason is not ClosingReason.DECEASED
        ended = cancelled_by_closing(client, context.at, told=told)
        ended += ended_invitation(client, InvitationOver.CLOSED)
        return [*ended, ClientClosed(reason=self.reason, closed_on=self.closed_on)]


class ReopenClient(ClientCommand, frozen=True):
    """Open the file again."""

    reopened_on: date
    reason: str

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = existing(client)
        if client.closed_on is None:
            raise Refused("This file is open.")
        not_in_future(self.reopened_on, local_day(context.at), field="reopened_on", not_before=client.closed_on)
        return [
            ClientReopened(reopened_on=self.reopened_on, reason=required_text(self.reason, field="reason", longest=500))
        ]


class EraseClient(ClientCommand, frozen=True):
    """Erase the person for good; counts and history by number stay. `closed_by`: only a file that was closed by this
    day, and not reopened."""

    reason: ErasureReason
    closed_by: date | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        if client is None or client.is_client or client.erased:
            client = known(client)
        if self.closed_by is not None and (client.closed_on is None or client.closed_on > self.closed_by):
            raise Refused("The retention period of this file has not ended. Nothing was erased.")
        return [ClientErased(reason=self.reason)]
