"""Matching one's clients with an offer, and proposing it to some of them: the only way to a proposal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID, uuid5

from itsdangerous import BadSignature, URLSafeTimedSerializer

from application import clients, rights
from application.looks import Look, Seen
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.client import Client, Delivery, ProposeOffer
from domain.matching import Judgement, Requirement, Verdict, check_requirements
from domain.offer import OfferKind
from domain.offer import open_offer as require_open
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from projections import matches, offers, proposals
from projections.caseload import Scope
from projections.matches import Effect, Matched
from projections.offers import OfferRow
from records import letters, outbox

MATCH_HOLDS = 8 * 3600  # seconds: a working day


@dataclass(frozen=True, slots=True)
class Judged:
    """A client, and how that client stands to an offer."""

    client_id: UUID
    judgement: Judgement


@dataclass(frozen=True)
class Matching:
    """An offer beside a coach's whole caseload. `effects` are on groups, `by_mail` says whether anything can be sent,
    and `proof` is what a proposal has to bring along."""

    offer: OfferRow
    found: Mapping[Verdict, Sequence[Judged]]
    names: Mapping[UUID, str]
    proposed: Set[UUID]
    effects: Sequence[Effect]
    by_mail: bool
    proof: str


@dataclass(frozen=True)
class ProposalRequest:
    """To whom a coach proposes an offer, and how."""

    offer_id: UUID
    client_ids: frozenset[UUID]
    delivery: Delivery
    proof: str


@needs(rights.MATCH)
def match_offer(services: Services, look: Look, offer_id: UUID, also: Sequence[Requirement] = ()) -> Matching:
    """The viewer's whole caseload beside an offer; no filter and no order of somebody's choosing comes into it. What is
    asked `also` is held to what a vacancy may ask, and judges as that does: the unknown are asked.

    Raises:
        Refused: what is asked also uses what may not select people.
        NotAllowedError: the viewer has no caseload.
        NotThereError: there is no such offer.
    """
    viewer = look.viewer
    offer = _offer(services, offer_id)
    asked = [*offer.requirements, *(check_requirements(also, may_use_protected=False) if also else ())]
    with services.database.read() as connection:
        found = matches.matches(connection, Scope(coach_id=viewer.account_id), asked, services.today)
        everybody = [m.row for group in found.values() for m in group]
        proposed = proposals.proposed_to(connection, offer_id, [client.client_id for client in everybody])
    seen = {m.row.client_id: Seen(verdict.value) for verdict, group in found.items() for m in group}
    proof = _signer(services).dumps([str(offer_id), offer.version, str(viewer.account_id)])
    return Matching(
        offer,
        {verdict: [Judged(m.row.client_id, m.judgement) for m in group] for verdict, group in found.items()},
        clients.names_of(services, look, everybody, seen),
        proposed,
        matches.effects(found, services.today),
        bool(services.settings.smtp_url),
        proof,
    )


@needs(rights.MATCH)
def propose_offer(services: Services, viewer: Viewer, request: ProposalRequest, command_id: UUID) -> Answer:
    """Propose an offer to clients chosen from a match, each of them judged again: to all of them or to none.

    By e-mail where that was chosen and there is an address, or else by letter.

    Raises:
        NotAllowedError: the viewer has no caseload.
        NotThereError: there is no such offer.
        Refused: it does not come from a match, or one of them can't be proposed this; nothing was proposed.
    """
    offer = _offer(services, request.offer_id)
    _require_match(services, viewer, request)
    if not request.client_ids:
        raise Refused("Choose at least one client.", field="client")
    chosen = _fitting(services, viewer, offer, request.client_ids)
    context = CommandContext(services.clock(), viewer.account_id)
    by_mail = {c for c, row in chosen.items() if _goes_by_mail(services, request, row)}
    ids = {client_id: uuid5(command_id, str(client_id)) for client_id in chosen}
    steps: list[Step[Client]] = []
    for client_id, proposal_id in sorted(ids.items()):
        command = ProposeOffer(
            client_id=client_id,
            proposal_id=proposal_id,
            offer_id=request.offer_id,
            offer_kind=OfferKind(offer.kind),
            delivery=Delivery.EMAIL if client_id in by_mail else Delivery.LETTER,
        )
        steps.append(Step(command, context, proposal_id))
    messages = [Message(letters.PROPOSAL, c, ids[c], ids[c]) for c in sorted(by_mail)]
    with mailed(services, viewer, messages):
        return services.together([(services.clients, [step]) for step in steps])


def _offer(services: Services, offer_id: UUID) -> OfferRow:
    with services.database.read() as connection:
        offer = offers.offer(connection, offer_id)
    if offer is None:
        raise NotThereError
    return offer


def _signer(services: Services) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(services.settings.secret_key, salt="match")


def _require_match(services: Services, viewer: Viewer, request: ProposalRequest) -> None:
    try:
        seen = _signer(services).loads(request.proof, max_age=MATCH_HOLDS)
    except BadSignature:
        raise Refused(
            "You can propose a vacancy or workshop only from its match. Choose the clients on that page."
        ) from None
    offer = require_open(services.offers.state(request.offer_id))
    if seen != [str(request.offer_id), offer.version, str(viewer.account_id)]:
        raise Refused("The requirements were changed in the meantime. Check the match again, then choose.")


def _fitting(services: Services, viewer: Viewer, offer: OfferRow, chosen: frozenset[UUID]) -> dict[UUID, Matched]:
    """Those chosen, judged by what is recorded now: a proposal goes to the client."""
    services.engine.require("caseload", "data_gaps", "offers")
    with services.database.read() as connection:
        found = matches.matches(connection, Scope(coach_id=viewer.account_id), offer.requirements, services.today)
    fitting = {m.row.client_id: m.row for v in (Verdict.MEETS, Verdict.ASK) for m in found[v]}
    if chosen - fitting.keys():
        raise Refused(
            "One of the chosen clients does not meet the requirements, or is not on your caseload.", field="client"
        )
    return {client_id: fitting[client_id] for client_id in chosen}


def _goes_by_mail(services: Services, request: ProposalRequest, client: Matched) -> bool:
    return request.delivery is Delivery.EMAIL and client.email is not None and bool(services.settings.smtp_url)


@dataclass(frozen=True)
class Message:
    """What is to be sent to a client about a proposal, or another thing that is recorded."""

    kind: str
    client_id: UUID
    subject_id: UUID
    message_id: UUID


@contextmanager
def mailed(services: Services, viewer: Viewer, messages: Sequence[Message]) -> Iterator[None]:
    """The messages about what is recorded within. They are put first, and wait until that stands in the log: so no
    proposal is left without one, and none leaves for a proposal that was refused."""
    new = _put(services, viewer, messages) if messages else []
    try:
        yield
    except Refused:
        if new:
            with services.database.write() as connection:
                for message in new:
                    outbox.take_back(connection, message.message_id)
        raise


def _put(services: Services, viewer: Viewer, messages: Sequence[Message]) -> list[Message]:
    with services.database.write() as connection:
        return [
            message
            for message in messages
            if outbox.put(
                connection,
                message.message_id,
                message.kind,
                message.subject_id,
                services.clock(),
                client_id=message.client_id,
                actor=viewer.account_id,
            )
        ]
