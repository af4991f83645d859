"""Proposing a vacancy or a workshop: once, unless it never arrived; delivered, answered, and what came of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from domain.client import (
    Client,
    ClientAnswer,
    ClientClosed,
    ClosingReason,
    ConcludeProposal,
    Delivery,
    OfferProposed,
    ProposalAnswered,
    ProposalConcluded,
    ProposalDelivered,
    ProposalOutcome,
    ProposalReminded,
    ProposalReminderUndelivered,
    ProposalUndelivered,
    ProposeOffer,
    RecordAnswer,
    RecordDelivery,
    RecordUndeliveredReminder,
    RemindOfProposal,
    evolve,
)
from domain.offer import OfferKind
from tests.domain.texts import ID, INTAKE, NOW, TODAY
from tests.story import Story

P, Q, OFFER = UUID(int=41), UUID(int=42), UUID(int=43)
IT: dict[str, Any] = {"client_id": ID, "proposal_id": P}
PROPOSED = OfferProposed(proposal_id=P, offer_id=OFFER, offer_kind=OfferKind.VACANCY, delivery=Delivery.EMAIL)
DELIVERED, UNDELIVERED = ProposalDelivered(proposal_id=P), ProposalUndelivered(proposal_id=P, reason="no_address")
ANSWERED = ProposalAnswered(proposal_id=P, answer=ClientAnswer.INTERESTED, own_words=None)
CONCLUDED = ProposalConcluded(proposal_id=P, outcome=ProposalOutcome.PLACED)
CLOSED = ClientClosed(reason=ClosingReason.JOB, closed_on=TODAY)
ARRIVED, LOST = RecordDelivery(**IT), RecordDelivery(**IT, delivered=False, reason="no_address")
BY_MAIL, BY_LETTER = RemindOfProposal(**IT, delivery=Delivery.EMAIL), RemindOfProposal(**IT, delivery=Delivery.LETTER)
ANSWER = RecordAnswer(**IT, answer=ClientAnswer.INTERESTED)
CONCLUDE = ConcludeProposal(**IT, outcome=ProposalOutcome.PLACED)
NOT_REMINDED = RecordUndeliveredReminder(**IT, reason="closed")
FURTHER = "already past that step"


def story(*events: Any) -> Story[Client]:
    return Story(evolve, ID).given(INTAKE, *events)


def propose(proposal_id: UUID, offer_id: UUID = OFFER) -> ProposeOffer:
    return ProposeOffer(
        client_id=ID, proposal_id=proposal_id, offer_id=offer_id, offer_kind=OfferKind.VACANCY, delivery=Delivery.EMAIL
    )


def test_an_offer_is_proposed_once_unless_it_never_arrived() -> None:
    again = OfferProposed(proposal_id=Q, offer_id=OFFER, offer_kind=OfferKind.VACANCY, delivery=Delivery.EMAIL)
    story().when(propose(P), NOW).then(PROPOSED)
    for events in ([PROPOSED], [PROPOSED, DELIVERED], [PROPOSED, ANSWERED], [PROPOSED, CONCLUDED]):
        story(*events).when(propose(Q), NOW).refused("already been proposed to the client")
    story(PROPOSED, UNDELIVERED).when(propose(Q), NOW).then(again)
    other = OfferProposed(proposal_id=Q, offer_id=Q, offer_kind=OfferKind.VACANCY, delivery=Delivery.EMAIL)
    story(PROPOSED).when(propose(Q, Q), NOW).then(other)
    story(CLOSED).when(propose(P), NOW).refused("closed")


@pytest.mark.parametrize(
    "command", [ARRIVED, LOST, BY_MAIL, ANSWER, CONCLUDE, NOT_REMINDED], ids=lambda c: str(type(c))
)
def test_nothing_happens_to_a_proposal_that_there_is_not(command: Any) -> None:
    story().when(command, NOW).refused("no such proposal")


def test_what_arrived_has_arrived_and_what_did_not_may_still() -> None:
    story(PROPOSED).when(ARRIVED, NOW).then(DELIVERED)
    story(PROPOSED).when(LOST, NOW).then(UNDELIVERED).when(ARRIVED, NOW).then(DELIVERED).when(LOST, NOW).then()
    story(PROPOSED, DELIVERED).when(ARRIVED, NOW).then()
    for over in (ANSWERED, CONCLUDED):
        story(PROPOSED, over).when(ARRIVED, NOW).refused(FURTHER).when(LOST, NOW).refused(FURTHER)
    story(PROPOSED, CLOSED).when(LOST, NOW).then(UNDELIVERED)


def test_of_what_reached_the_client_one_reminds() -> None:
    story(PROPOSED).when(BY_MAIL, NOW).then(ProposalReminded(proposal_id=P, delivery=Delivery.EMAIL))
    story(PROPOSED).when(BY_LETTER, NOW).refused("letter has not been posted yet")
    delivered = story(PROPOSED, DELIVERED)
    delivered.when(BY_LETTER, NOW).then(ProposalReminded(proposal_id=P, delivery=Delivery.LETTER))
    story(PROPOSED, UNDELIVERED).when(BY_MAIL, NOW).refused("has not reached the client")
    for over in (ANSWERED, CONCLUDED):
        story(PROPOSED, over).when(BY_MAIL, NOW).refused(FURTHER)
        story(PROPOSED, over).when(NOT_REMINDED, NOW).refused(FURTHER)
    lost = ProposalReminderUndelivered(proposal_id=P, reason="closed")
    story(PROPOSED, CLOSED).when(NOT_REMINDED, NOW).then(lost)
    story(PROPOSED, CLOSED).when(BY_MAIL, NOW).refused("closed")


def test_an_answer_may_change_until_it_is_known_what_came_of_it() -> None:
    no = ProposalAnswered(proposal_id=P, answer=ClientAnswer.NOT_NOW, own_words="Later")
    later = RecordAnswer(**IT, answer=ClientAnswer.NOT_NOW, own_words=" Later ")
    story(PROPOSED).when(ANSWER, NOW).then(ANSWERED).when(later, NOW).then(no).when(CONCLUDE, NOW).then(CONCLUDED)
    story(PROPOSED, CONCLUDED).when(ANSWER, NOW).refused(FURTHER).when(CONCLUDE, NOW).refused(FURTHER)
