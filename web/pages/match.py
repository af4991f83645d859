"""Matching one's clients with an offer, and proposing it to some of them: the only way to a proposal."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from application import proposal_steps
from application import proposals as operations
from application.proposal_steps import Happened
from domain.client import ClientAnswer, Delivery, ProposalOutcome
from domain.matching import Verdict
from domain.refusal import Refused
from web.context import as_uuid, command_id, look, services, viewer
from web.forms import blank_to_none, sentence
from web.freshness import recorded
from web.language import language
from web.pages.offers import described
from web.permissions import access

page = Blueprint("match", __name__)


@page.get("/offers/<uuid:offer_id>/match")
@access(operations.match_offer)
def match(offer_id: UUID) -> str:
    """One's whole caseload beside the offer."""
    return _page(offer_id)


def _page(offer_id: UUID, errors: list[str] | None = None) -> str:
    shown = operations.match_offer(services(), look(), offer_id)
    return render_template(
        "match.html",
        offer=shown.offer,
        found=shown.found,
        names=shown.names,
        proposed=shown.proposed,
        errors=errors or [],
        effects=shown.effects,
        verdicts=list(Verdict),
        described=described,
        token=shown.proof,
        mail=shown.by_mail,
    )


@page.post("/offers/<uuid:offer_id>/propose")
@access(operations.propose_offer)
def propose(offer_id: UUID) -> Response | tuple[str, int]:
    """Propose the offer to clients chosen from a match."""
    try:
        answer = operations.propose_offer(services(), viewer(), _request(offer_id), command_id())
    except Refused as refused:
        return _page(offer_id, [sentence(refused)]), 400
    return recorded(answer.position, "offers.one", offer_id=offer_id)


def _request(offer_id: UUID) -> operations.ProposalRequest:
    form = request.form
    if form.get("delivery") not in set(Delivery):
        raise Refused("Choose how it goes to the client.", field="delivery")
    return operations.ProposalRequest(
        offer_id=offer_id,
        client_ids=frozenset(as_uuid(text) or UUID(int=0) for text in form.getlist("client")),
        delivery=Delivery(form["delivery"]),
        proof=form.get("match", ""),
        language=_language(),
    )


def _language() -> str:
    """That of the messages, as the form says it."""
    asked = request.form.get("language", "nl")
    return asked if asked in ("nl", "en") else "nl"


@page.post("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>")
@access(proposal_steps.take_step)
def step(client_id: UUID, proposal_id: UUID) -> Response:
    """What happened to a proposal: delivered by hand, answered, reminded, concluded."""
    answer = proposal_steps.take_step(services(), look(), client_id, proposal_id, _step(), command_id())
    return recorded(answer.position, "client.client", client_id=client_id)


def _step() -> proposal_steps.StepTaken:
    form = request.form
    happened, answer, outcome = form.get("step"), form.get("answer"), form.get("outcome")
    return proposal_steps.StepTaken(
        Happened(happened) if happened in set(Happened) else None,
        answer=ClientAnswer(answer) if answer in set(ClientAnswer) else None,
        own_words=blank_to_none(form.get("own_words")),
        outcome=ProposalOutcome(outcome) if outcome in set(ProposalOutcome) else None,
        language=_language(),
    )


@page.get("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>/letter")
@access(proposal_steps.letter)
def letter(client_id: UUID, proposal_id: UUID) -> str:
    """The letter, to be printed and posted."""
    asked = request.args.get("language", language())
    shown = proposal_steps.letter(services(), look(), client_id, proposal_id, asked)
    return render_template(
        "letter.html", client=shown.client, proposal=shown.proposal, subject=shown.subject, text=shown.text
    )
