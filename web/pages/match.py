"""Matching one's clients with an offer, and proposing it to some of them: the only way to a proposal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from uuid import UUID, uuid5

from flask import Blueprint, abort, render_template, request
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from database.rows import Row
from domain.client import (
    ClientAnswer,
    ConcludeProposal,
    Delivery,
    ProposalOutcome,
    ProposeOffer,
    RecordAnswer,
    RecordDelivery,
    RemindOfProposal,
)
from domain.matching import Verdict
from domain.offer import OfferKind, open_offer
from domain.refusal import Refused
from domain.roles import Role
from projections import matches, proposals
from projections.caseload import Scope
from records import letters, outbox
from records.follow_ups import reminder_id
from web.context import (
    command_id,
    display_names,
    moment,
    nameless,
    recordable_client,
    services,
    today,
    viewer,
)
from web.forms import blank_to_none, sentence
from web.freshness import recorded
from web.language import language
from web.pages.offers import described, offer_row
from web.permissions import access, only

page = Blueprint("match", __name__)

MATCH_HOLDS = 8 * 3600  # seconds: a working day


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services().settings.secret_key, salt="match")


@page.get("/offers/<uuid:offer_id>/match")
@access(only(Role.WORK_COACH))
def match(offer_id: UUID) -> str:
    """One's whole caseload beside the offer; no filter and no order of somebody's choosing comes into it."""
    return _page(offer_id)


def _page(offer_id: UUID, errors: list[str] | None = None) -> str:
    row, me = offer_row(offer_id), viewer()
    with services().database.read() as connection:
        found = matches.matches(connection, Scope(coach_id=me.account_id), row["requirements"], today())
        everybody = [m.row for group in found.values() for m in group]
        proposed = proposals.proposed_to(connection, offer_id, [r["client_id"] for r in everybody])
    return render_template(
        "match.html", offer=row, found=found, names=display_names(everybody), proposed=proposed, errors=errors or [],
        effects=matches.effects(found, today()), verdicts=list(Verdict), described=described,
        token=_signer().dumps([str(offer_id), row["version"], str(me.account_id)]),
        mail=bool(services().settings.smtp_url),
    )  # fmt: skip


@page.post("/offers/<uuid:offer_id>/propose")
@access(only(Role.WORK_COACH))
def propose(offer_id: UUID) -> Response | tuple[str, int]:
    """Propose the offer to clients chosen from a match, each of them judged again."""
    try:
        position = _propose(offer_id)
    except Refused as refused:
        return _page(offer_id, [sentence(refused)]), 400
    return recorded(position, "offers.one", offer_id=offer_id)


def _propose(offer_id: UUID) -> int:
    row, me = offer_row(offer_id), viewer()
    try:
        seen = _signer().loads(request.form.get("match", ""), max_age=MATCH_HOLDS)
    except BadSignature:
        raise Refused("A vacancy or workshop is proposed from its match only. Choose from that page.") from None
    offer = open_offer(services().offers.state(offer_id))
    if seen != [str(offer_id), offer.version, str(me.account_id)]:
        raise Refused("What is asked was changed meanwhile. Look at the match again and choose.")
    if request.form.get("delivery") not in set(Delivery):
        raise Refused("Choose how it goes to the client.", field="delivery")
    wanted = Delivery(request.form["delivery"])
    chosen = set(request.form.getlist("client"))
    if not chosen:
        raise Refused("Choose at least one client.", field="client")
    # A proposal goes to the client: what it is judged by has to be what is recorded now.
    services().engine.require("caseload", "data_gaps", "offers")
    with services().database.read() as connection:
        found = matches.matches(connection, Scope(coach_id=me.account_id), row["requirements"], today())
    fitting = {str(m.row["client_id"]): m.row for v in (Verdict.MEETS, Verdict.ASK) for m in found[v]}
    if chosen - fitting.keys():
        raise Refused("One of those chosen does not meet what is asked, or is not on your caseload.", field="client")
    position = services().log.head()
    for client_id in sorted(chosen):
        position = _propose_to(fitting[client_id], offer_id, OfferKind(row["kind"]), wanted)
    return position


def _propose_to(client: Row, offer_id: UUID, kind: OfferKind, wanted: Delivery) -> int:
    """To one client: by e-mail where that was chosen and there is an address, or else by letter."""
    client_id = client["client_id"]
    by_mail = wanted is Delivery.EMAIL and client["email"] is not None and bool(services().settings.smtp_url)
    proposal_id = uuid5(command_id(), str(client_id))
    command = ProposeOffer(
        client_id=client_id, proposal_id=proposal_id, offer_id=offer_id, offer_kind=kind,
        delivery=Delivery.EMAIL if by_mail else Delivery.LETTER,
    )  # fmt: skip
    if not by_mail:
        return services().clients.handle(command, moment(), proposal_id).position
    with _mailed(letters.PROPOSAL, client_id, proposal_id, proposal_id):
        return services().clients.handle(command, moment(), proposal_id).position


@contextmanager
def _mailed(kind: str, client_id: UUID, proposal_id: UUID, message_id: UUID) -> Iterator[None]:
    """The message about what is recorded within. It is put first, and waits until that stands in the log: so no
    proposal is left without one, and none leaves for a proposal that was refused."""
    new = _mail(kind, client_id, proposal_id, message_id)
    try:
        yield
    except Refused:
        if new:
            with services().database.write() as connection:
                outbox.take_back(connection, message_id)
        raise


def _mail(kind: str, client_id: UUID, proposal_id: UUID, message_id: UUID) -> bool:
    with services().database.write() as connection:
        return outbox.put(
            connection, message_id, kind, proposal_id, services().clock(), client_id=client_id,
            language=request.form.get("language", "nl"), actor=viewer().account_id,
        )  # fmt: skip


@page.post("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>")
@access(only(Role.WORK_COACH))
def step(client_id: UUID, proposal_id: UUID) -> Response:
    """What happened to a proposal: delivered by hand, answered, reminded, concluded."""
    recordable_client(client_id, "proposal")
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
        mailed = _mailed(letters.REMINDER, client_id, proposal_id, reminder_id(proposal_id, today()))
    with mailed:
        answer = services().clients.handle(command, moment(), command_id())  # type: ignore[arg-type]
    return recorded(answer.position, "client.client", client_id=client_id)


@page.get("/clients/<uuid:client_id>/proposals/<uuid:proposal_id>/letter")
@access(only(Role.WORK_COACH))
def letter(client_id: UUID, proposal_id: UUID) -> str:
    """The letter, to be printed and posted."""
    client = recordable_client(client_id, "letter")
    found = _proposal(client_id, proposal_id)
    opener = services().log.opener([client_id])
    name = opener.text(client["name"]) or nameless(client_id)
    kind = letters.REMINDER if found["reminded_on"] else letters.PROPOSAL
    subject, text = letters.letter(kind, request.args.get("language", language()), name, offer_row(found["offer_id"]))
    return render_template("letter.html", client=client, proposal=found, subject=subject, text=text)


def _proposal(client_id: UUID, proposal_id: UUID) -> Row:
    with services().database.read() as connection:
        return proposals.proposal(connection, client_id, proposal_id) or abort(404)
