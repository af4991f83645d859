"""Matching one's clients with an offer, and proposing it to some of them: the only way to a proposal."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from application import proposals as operations
from application import rights
from application.clients import short_id
from database.rows import Row
from domain.client import (
    ClientAnswer,
    ConcludeProposal,
    Delivery,
    ProposalOutcome,
    RecordAnswer,
    RecordDelivery,
    RemindOfProposal,
)
from domain.matching import Verdict
from domain.refusal import Refused
from projections import matches, proposals
from records import letters
from records.follow_ups import reminder_id
from web.context import (
    as_uuid,
    command_id,
    look,
    moment,
    recordable_client,
    services,
    today,
    viewer,
)
from web.forms import blank_to_none, sentence
from web.freshness import recorded
from web.language import language
from web.pages.offers import described, offer_row
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
        "match.html", offer=shown.offer, found=shown.found, names=shown.names, proposed=shown.proposed,
        errors=errors or [], effects=matches.effects(dict(shown.found), today()), verdicts=list(Verdict),
        described=described, token=shown.proof, mail=bool(services().settings.smtp_url),
    )  # fmt: skip


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
@access(rights.MATCH)
def step(client_id: UUID, proposal_id: UUID) -> Response:
    """What happened to a proposal: delivered by hand, answered, reminded, concluded."""
    recordable_client(client_id)
    found = _proposal(client_id, proposal_id)
    form = request.form
    one: dict[str, Any] = {"client_id": client_id, "proposal_id": proposal_id}
    what = form.get("step", "")
    if what == "delivered":
        command: object = RecordDelivery(**one)
    elif what == "answer" and form.get("answer") in set(ClientAnswer):
        said = blank_to_none(form.get("own_words"))
        command = RecordAnswer(**one, answer=ClientAnswer(form["answer"]), own_words=said)
    elif what == "conclude" and form.get("outcome") in set(ProposalOutcome):
        command = ConcludeProposal(**one, outcome=ProposalOutcome(form["outcome"]))
    elif what == "remind":
        command = RemindOfProposal(**one, delivery=Delivery(found["delivery"]))
    else:
        raise Refused("Choose what happened.", field="step")
    mailed: AbstractContextManager[None] = nullcontext()
    if what == "remind" and found["delivery"] == Delivery.EMAIL:
        message_id = reminder_id(proposal_id, today())
        message = operations.Message(letters.REMINDER, client_id, proposal_id, message_id, _language())
        mailed = operations.mailed(services(), viewer(), [message])
    with mailed:
        answer = services().clients.handle(command, moment(), command_id())  # type: ignore[arg-type]
    return recorded(answer.position, "client.client", client_id=client_id)


@page.get("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>/letter")
@access(rights.MATCH)
def letter(client_id: UUID, proposal_id: UUID) -> str:
    """The letter, to be printed and posted."""
    client = recordable_client(client_id)
    found = _proposal(client_id, proposal_id)
    opener = services().log.opener([client_id])
    name = opener.text(client["name"]) or short_id(client_id)
    kind = letters.REMINDER if found["reminded_on"] else letters.PROPOSAL
    subject, text = letters.letter(kind, request.args.get("language", language()), name, offer_row(found["offer_id"]))
    return render_template("letter.html", client=client, proposal=found, subject=subject, text=text)


def _proposal(client_id: UUID, proposal_id: UUID) -> Row:
    with services().database.read() as connection:
        return proposals.proposal(connection, client_id, proposal_id) or abort(404)
