"""What happens to a proposal after it was made: delivered by hand, answered, reminded, concluded; and its letter."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from application import clients, rights
from application.clients import CaseloadClient
from application.contact_details import language_of
from application.looks import Look
from application.proposals import Message, mailed
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.client import (
    ClientAnswer,
    ConcludeProposal,
    Delivery,
    ProposalOutcome,
    RecordAnswer,
    RecordDelivery,
    RemindOfProposal,
)
from domain.client.proposals import ProposalCommand
from domain.refusal import Refused
from eventlog.commands import Answer
from projections import offers, proposals
from projections.caseload import CaseloadRow
from projections.proposals import Proposal
from records import letters
from records.follow_ups import reminder_id


class Happened(StrEnum):
    """What can have happened to a proposal."""

    DELIVERED = "delivered"
    ANSWERED = "answer"
    REMINDED = "remind"
    REMINDER_POSTED = "reminder_posted"
    CONCLUDED = "conclude"


@dataclass(frozen=True, slots=True)
class StepTaken:
    """What happened to a proposal, and what belongs to that."""

    happened: Happened | None
    answer: ClientAnswer | None = None
    own_words: str | None = None
    outcome: ProposalOutcome | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter to a client, to be printed and posted."""

    client: CaseloadClient
    proposal: Proposal
    language: str
    subject: str
    text: str


@needs(rights.RECORD)
def take_step(
    services: Services, look: Look, client_id: UUID, proposal_id: UUID, step: StepTaken, command_id: UUID
) -> Answer:
    """Say what happened to a proposal; who is reminded of one by e-mail is written to.

    Raises:
        NotThereError: there is no such client for this viewer, or no such proposal.
        NotAllowedError: it is not the viewer's client.
        Refused: nothing was chosen, it can't have happened by now, or there is no way to remind by e-mail.
    """
    services.engine.catch_up(["caseload", "proposals"], wait=True)
    row = clients.recordable(services, look, client_id)
    proposal = _proposal(services, client_id, proposal_id)
    command = _command(proposal, step)
    messages = []
    if step.happened is Happened.REMINDED:
        if not _goes_by_mail(services, proposal, row):
            raise Refused("This client can’t get e-mail. Print the reminder, post it, and then confirm that here.")
        message_id = reminder_id(proposal_id, services.today)
        messages.append(Message(letters.REMINDER, client_id, proposal_id, message_id))
    with mailed(services, look.viewer, messages):
        return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def letter(services: Services, look: Look, client_id: UUID, proposal_id: UUID, *, reminder: bool = False) -> Letter:
    """The letter of a proposal, or one that reminds of it, in the language that the client chose.

    Raises NotThereError and NotAllowedError as `take_step`."""
    row = clients.recordable(services, look, client_id)
    proposal = _proposal(services, client_id, proposal_id)
    with services.database.read() as connection:
        offer = offers.offer(connection, proposal.offer_id)
    if offer is None:
        raise NotThereError
    name = clients.names_of(services, look, [row])[client_id]
    kind = letters.REMINDER if reminder else letters.PROPOSAL
    language = language_of(row, services.log.opener([client_id]))
    return Letter(row.client, proposal, language, *letters.letter(kind, language, name, offer))


def _proposal(services: Services, client_id: UUID, proposal_id: UUID) -> Proposal:
    with services.database.read() as connection:
        proposal = proposals.proposal(connection, client_id, proposal_id)
    if proposal is None:
        raise NotThereError
    return proposal


def _goes_by_mail(services: Services, proposal: Proposal, row: CaseloadRow) -> bool:
    return proposal.delivery == Delivery.EMAIL and row.email is not None and bool(services.settings.smtp_url)


def _command(proposal: Proposal, step: StepTaken) -> ProposalCommand:
    client_id, proposal_id = proposal.client_id, proposal.proposal_id
    if step.happened is Happened.DELIVERED:
        return RecordDelivery(client_id=client_id, proposal_id=proposal_id)
    if step.happened is Happened.ANSWERED and step.answer:
        return RecordAnswer(client_id=client_id, proposal_id=proposal_id, answer=step.answer, own_words=step.own_words)
    if step.happened is Happened.CONCLUDED and step.outcome:
        return ConcludeProposal(client_id=client_id, proposal_id=proposal_id, outcome=step.outcome)
    if step.happened in (Happened.REMINDED, Happened.REMINDER_POSTED):
        way = Delivery.EMAIL if step.happened is Happened.REMINDED else Delivery.LETTER
        return RemindOfProposal(client_id=client_id, proposal_id=proposal_id, delivery=way)
    asked = {Happened.ANSWERED: "answer", Happened.CONCLUDED: "outcome"}
    raise Refused("Choose what happened.", field=asked.get(step.happened, "step") if step.happened else "step")
