"""Vacancies and workshops proposed to a client: sent, delivered, answered, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.offer import OfferKind
from domain.refusal import Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal


class Delivery(StrEnum):
    """How a proposal goes to the client."""

    EMAIL = "email"
    LETTER = "letter"


class ClientAnswer(StrEnum):
    INTERESTED = "interested"
    NOT_INTERESTED = "not_interested"
    NOT_NOW = "not_now"


class ProposalOutcome(StrEnum):
    """What came of a proposal in the end."""

    PLACED = "placed"
    ATTENDED = "attended"
    NOT_CHOSEN = "not_chosen"
    STAYED_AWAY = "stayed_away"
    WITHDRAWN = "withdrawn"


class ProposalStep(StrEnum):
    """How far a proposal is."""

    PROPOSED = "proposed"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    ANSWERED = "answered"
    CONCLUDED = "concluded"


class ProposalEvent(ClientEvent, frozen=True, kw_only=True):
    """Something happened to one proposal; which offer, when and how far stay in the clear."""

    proposal_id: UUID

    def _become(self, client: Client, step: ProposalStep) -> None:
        offer_id, _ = client.proposals[self.proposal_id]
        client.proposals[self.proposal_id] = (offer_id, step)


class OfferProposed(ProposalEvent, frozen=True):
    """A vacancy or a workshop was proposed to the client."""

    offer_id: UUID
    offer_kind: OfferKind
    delivery: Delivery

    def apply(self, client: Client) -> None:
        client.proposals[self.proposal_id] = (self.offer_id, ProposalStep.PROPOSED)


class ProposalDelivered(ProposalEvent, frozen=True):
    """The mail server took the e-mail, or the letter was posted."""

    def apply(self, client: Client) -> None:
        self._become(client, ProposalStep.DELIVERED)


class ProposalUndelivered(ProposalEvent, frozen=True):
    """The e-mail could not be delivered, whatever was tried."""

    def apply(self, client: Client) -> None:
        self._become(client, ProposalStep.UNDELIVERED)


class ProposalReminded(ProposalEvent, frozen=True):
    """The client was reminded of it."""

    delivery: Delivery


class ProposalAnswered(ProposalEvent, frozen=True):
    """The client said what to think of it."""

    answer: ClientAnswer
    own_words: Personal[str] | None

    def apply(self, client: Client) -> None:
        self._become(client, ProposalStep.ANSWERED)


class ProposalConcluded(ProposalEvent, frozen=True):
    """What came of it."""

    outcome: ProposalOutcome

    def apply(self, client: Client) -> None:
        self._become(client, ProposalStep.CONCLUDED)


class ProposeOffer(ClientCommand, frozen=True):
    """Propose a vacancy or a workshop."""

    proposal_id: UUID
    offer_id: UUID
    offer_kind: OfferKind
    delivery: Delivery

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if any(offer_id == self.offer_id for offer_id, _ in client.proposals.values()):
            raise Refused("This was proposed to the client already.")
        return [
            OfferProposed(
                proposal_id=self.proposal_id,
                offer_id=self.offer_id,
                offer_kind=self.offer_kind,
                delivery=self.delivery,
            )
        ]


class ProposalCommand(ClientCommand, frozen=True, kw_only=True):
    """A wish about one proposal."""

    proposal_id: UUID

    def _running(self, client: Client | None, *, unless: tuple[ProposalStep, ...]) -> ProposalStep:
        client = open_file(client)
        if self.proposal_id not in client.proposals:
            raise Refused("There is no such proposal.")
        step = ProposalStep(client.proposals[self.proposal_id][1])
        if step in unless:
            raise Refused("This proposal is further than that.")
        return step


class RecordDelivery(ProposalCommand, frozen=True):
    """Say that a proposal arrived, or that it can't."""

    delivered: bool = True

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        step = self._running(client, unless=(ProposalStep.ANSWERED, ProposalStep.CONCLUDED))
        wanted = ProposalStep.DELIVERED if self.delivered else ProposalStep.UNDELIVERED
        if step is wanted:
            return []
        kind = ProposalDelivered if self.delivered else ProposalUndelivered
        return [kind(proposal_id=self.proposal_id)]


class RemindOfProposal(ProposalCommand, frozen=True):
    """Remind the client."""

    delivery: Delivery

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        self._running(client, unless=(ProposalStep.ANSWERED, ProposalStep.CONCLUDED))
        return [ProposalReminded(proposal_id=self.proposal_id, delivery=self.delivery)]


class RecordAnswer(ProposalCommand, frozen=True):
    """Record what the client said."""

    answer: ClientAnswer
    own_words: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        self._running(client, unless=(ProposalStep.CONCLUDED,))
        said = optional_text(self.own_words, field="own_words", longest=1000)
        return [ProposalAnswered(proposal_id=self.proposal_id, answer=self.answer, own_words=said)]


class ConcludeProposal(ProposalCommand, frozen=True):
    """Record what came of a proposal."""

    outcome: ProposalOutcome

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        self._running(client, unless=(ProposalStep.CONCLUDED,))
        return [ProposalConcluded(proposal_id=self.proposal_id, outcome=self.outcome)]
