"""Matching one's clients with an offer, and proposing it to some of them: the only way to a proposal."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response
from wtforms import StringField

from application import proposal_steps, workshops
from application import proposals as operations
from application.proposal_steps import Happened
from domain.carrying import carried
from domain.client import Delivery
from domain.matching import Verdict
from domain.refusal import Refused
from web import caseload_query
from web.asked import one_of
from web.client_forms import StepForm
from web.context import definitions, look, services, viewer
from web.fields import CodeField, IdsField, Needed
from web.forms import CommandForm, sentence
from web.freshness import recorded
from web.language import _
from web.offers_described import described
from web.pages.client import file_page
from web.permissions import access

page = Blueprint("match", __name__)


class ProposeForm(CommandForm):
    match = StringField("", default="")
    client = IdsField("")
    delivery = CodeField("", [Needed(_("Choose how the client gets it."))], codes=Delivery)

    def request(self, offer_id: UUID) -> operations.ProposalRequest:
        self.check()
        return operations.ProposalRequest(
            offer_id=offer_id,
            client_ids=frozenset(self.client.data),
            delivery=self.delivery.given,
            proof=self.match.data,
        )


@page.get("/offers/<uuid:offer_id>/match")
@access(operations.match_offer)
def match(offer_id: UUID) -> str:
    """One's whole caseload beside the offer."""
    return _page(offer_id, ProposeForm())


def _page(offer_id: UUID, form: ProposeForm) -> str:
    chosen = caseload_query.chosen_of_own(request.args)
    also, dropped = carried(chosen.filters, definitions().catalogue)
    shown = operations.match_offer(services(), look(), offer_id, also)
    return render_template(
        "match.html",
        offer=shown.offer,
        found=shown.found,
        names=shown.names,
        proposed=shown.proposed,
        form=form,
        effects=shown.effects,
        verdicts=list(Verdict),
        described=described,
        token=shown.proof,
        mail=shown.by_mail,
        also=also,
        sessions=[each for each in workshops.sessions_of_offer(services(), viewer(), offer_id) if each.can_fill],
        dropped=[(caseload_query.described(f), sentence(refused)) for f, refused in dropped],
        taken_along=[str(f) for f in chosen.filters],
    )


@page.post("/offers/<uuid:offer_id>/propose")
@access(operations.propose_offer)
def propose(offer_id: UUID) -> Response | tuple[str, int]:
    """Propose the offer to clients chosen from a match."""
    form = ProposeForm()
    try:
        answer = operations.propose_offer(services(), viewer(), form.request(offer_id), form.once)
    except Refused as refused:
        form.refuse(refused)
        return _page(offer_id, form), 400
    return recorded(answer.position, "offers.one", offer_id=offer_id)


@page.post("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>")
@access(proposal_steps.take_step)
def step(client_id: UUID, proposal_id: UUID) -> Response | tuple[str, int]:
    """What happened to a proposal: delivered by hand, answered, reminded, concluded."""
    form = StepForm()
    try:
        answer = proposal_steps.take_step(services(), look(), client_id, proposal_id, form.taken(), form.once)
    except Refused as refused:
        form.refuse(refused)
        return file_page(client_id, step_form=form, step_of=proposal_id), 400
    return recorded(answer.position, "client.client", client_id=client_id)


@page.get("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>/letter")
@access(proposal_steps.letter)
def letter(client_id: UUID, proposal_id: UUID) -> str:
    """The letter, to be printed and posted."""
    reminder = one_of("reminder", ("1",)) is not None
    shown = proposal_steps.letter(services(), look(), client_id, proposal_id, reminder=reminder)
    return render_template(
        "letter.html",
        client=shown.client,
        proposal=shown.proposal,
        spoken=shown.language,
        subject=shown.subject,
        text=shown.text,
        happened=_posted(shown.proposal.step, reminder=reminder),
    )


def _posted(step: str, *, reminder: bool) -> Happened | None:
    """What happened when this letter was posted, None where that is no news any more."""
    if reminder:
        return Happened.REMINDER_POSTED if step == "delivered" else None
    return Happened.DELIVERED if step in ("proposed", "undelivered") else None
