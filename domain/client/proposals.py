"""Vacancies and workshops proposed to a client: sent, delivered, answered, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from uuid import UUID

from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing, open_file
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


OVER = (ProposalStep.ANSWERED, ProposalStep.CONCLUDED)


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
    """Nothing reached the client: the e-mail was not sent, for a reason that is a code, or was not taken."""

    reason: str | None = None

    def apply(self, client: Client) -> None:
        self._become(client, ProposalStep.UNDELIVERED)


class ProposalReminded(ProposalEvent, frozen=True):
    """The client was reminded of it."""

    delivery: Delivery


class ProposalReminderUndelivered(ProposalEvent, frozen=True):
    """The reminder did not reach the client, for a reason that is a code."""

    reason: str | None = None


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
        # What never reached the client may be proposed anew.
        if any(o == self.offer_id and step != ProposalStep.UNDELIVERED for o, step in client.proposals.values()):
            raise Refused("This has already been proposed to the client.")
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
        return self._step_of(open_file(client), unless=unless)

    def _step_of(self, client: Client, *, unless: tuple[ProposalStep, ...]) -> ProposalStep:
        if self.proposal_id not in client.proposals:
            raise Refused("There is no such proposal.")
        step = ProposalStep(client.proposals[self.proposal_id][1])
        if step in unless:
            raise Refused("This proposal is already past that step.")
        return step


class RecordDelivery(ProposalCommand, frozen=True):
    """Say that a proposal arrived, or that it did not and why; also in a file that was closed meanwhile, since it is a
    fact all the same and the file may be opened again."""

    delivered: bool = True
    reason: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        step = self._step_of(existing(client), unless=OVER)
        # What arrived one way has arrived, whatever becomes of another way.
        if step is ProposalStep.DELIVERED:
            return []
        if self.delivered:
            return [ProposalDelivered(proposal_id=self.proposal_id)]
        return [ProposalUndelivered(proposal_id=self.proposal_id, reason=self.reason)]


class RecordUndeliveredReminder(ProposalCommand, frozen=True):
    """Say that a reminder did not arrive, and why; also in a file that was closed meanwhile."""

    reason: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        self._step_of(existing(client), unless=OVER)
        return [ProposalReminderUndelivered(proposal_id=self.proposal_id, reason=self.reason)]


class RemindOfProposal(ProposalCommand, frozen=True):
    """Remind the client."""

    delivery: Delivery

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        step = self._running(client, unless=OVER)
        if step is ProposalStep.UNDELIVERED:
            raise Refused("This has not reached the client. Post the letter, or propose it again from its match.")
        if step is ProposalStep.PROPOSED and self.delivery is Delivery.LETTER:
            raise Refused("The letter has not been posted yet. Post it and confirm that here.")
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
