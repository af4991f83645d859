"""Vacancies and workshops: entered by those who offer work, changed and closed by who entered them and their team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

import msgspec
from msgspec import Struct

from application import clients, rights
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.offer import ChangeOffer, CloseOffer, Offer, OpenOffer
from domain.roles import Viewer
from domain.suppression import Shown, published, published_column
from eventlog.commands import Answer, CommandContext, Step
from eventlog.repeats import ReusedError
from projections import offers, proposals
from projections.caseload import Scope
from projections.offers import OfferRow as OfferRow
from records import people


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers, and how many proposals of each there are: of the viewer's own team, and of other teams as far as that may
    be told."""

    rows: Sequence[OfferRow]
    proposed: Mapping[UUID, tuple[int, Shown]]


class ProposalOfOffer(Struct, frozen=True):
    """To whom an offer was proposed, and what came of it."""

    client_id: UUID
    delivery: str
    proposed_on: date
    step: str
    reminded_on: date | None
    answer: str | None
    outcome: str | None
    undelivered_why: str | None
    reminder_why: str | None


@dataclass(frozen=True, slots=True)
class OfferShown:
    """An offer with the proposals of it to clients whom the viewer may see. `taken` counts, by how far they are, those
    of the viewer's team, and those of other teams as far as that may be told."""

    offer: OfferRow
    proposals: Sequence[ProposalOfOffer]
    names: Mapping[UUID, str]
    taken: Mapping[str, tuple[int, Shown]]
    may_change: bool


@needs(rights.OFFER_WORK)
def all_offers(services: Services, viewer: Viewer) -> Offers:
    """Open offers and those closed within a year."""
    with services.database.read() as connection:
        rows = offers.all_offers(connection, as_of=services.today)
        counted = proposals.steps(connection, [row.offer_id for row in rows], viewer.team_id)
    return Offers(
        rows,
        {
            offer_id: (sum(own for own, _ in steps.values()), published(sum(others for _, others in steps.values())))
            for offer_id, steps in counted.items()
        },
    )


@needs(rights.OFFER_WORK)
def offer_shown(services: Services, look: Look, offer_id: UUID) -> OfferShown:
    """One offer, and what became of it. Raises NotThereError where there is none."""
    viewer = look.viewer
    scope = Scope(coach_id=viewer.account_id) if viewer.coaches else Scope(team_id=viewer.team_id)
    with services.database.read() as connection:
        offer = offers.offer(connection, offer_id)
        made = proposals.of_offer(connection, offer_id, scope)
        counted = proposals.steps(connection, [offer_id], viewer.team_id).get(offer_id, {})
    if offer is None:
        raise NotThereError
    names = clients.names_of(services, look, made)
    shown = [part_of(ProposalOfOffer, proposal) for proposal in made]
    return OfferShown(offer, shown, names, _taken(counted), may_change(services, viewer, offer))


@needs(rights.OFFER_WORK)
def offer_to_change(services: Services, viewer: Viewer, offer_id: UUID) -> OfferRow:
    """An offer as it is now. Raises NotThereError and NotAllowedError as `close_offer`."""
    with services.database.read() as connection:
        offer = offers.offer(connection, offer_id)
    return _own(services, viewer, offer)


@needs(rights.OFFER_WORK)
def check_offer(services: Services, viewer: Viewer, command: OpenOffer) -> None:
    """Whether an offer could be made available so, without doing it. Raises Refused where what is said is not sound."""
    command.decide(None, CommandContext(services.clock(), viewer.account_id))


@needs(rights.OFFER_WORK)
def open_offer(services: Services, viewer: Viewer, command: OpenOffer, command_id: UUID) -> Answer:
    """Make a vacancy or a workshop available.

    Raises:
        NotAllowedError: this viewer offers no work.
        Refused: what is said of it is not sound.
    """
    return services.offers.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


@needs(rights.OFFER_WORK)
def change_offer(services: Services, viewer: Viewer, command: ChangeOffer, command_id: UUID) -> Answer:
    """Change what it asks or offers. Raises as `close_offer`."""
    _require_own(services, viewer, command.offer_id)
    return services.offers.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


@needs(rights.OFFER_WORK)
def close_offer(services: Services, viewer: Viewer, offer_id: UUID, command_id: UUID) -> Answer:
    """Close an offer: nothing can be proposed from it any more.

    Raises:
        NotThereError: there is no such offer.
        NotAllowedError: somebody of another team entered it.
        Refused: it can't be closed.
    """
    _require_own(services, viewer, offer_id)
    return services.offers.handle(
        CloseOffer(offer_id=offer_id), CommandContext(services.clock(), viewer.account_id), command_id
    )


@needs(rights.OFFER_WORK)
def import_offers(services: Services, viewer: Viewer, commands: Sequence[OpenOffer], command_id: UUID) -> Answer:
    """Make many available, all of them or none. Sent again with the same content, they are there once.

    Raises:
        NotAllowedError: this viewer offers no work.
        Refused: what is said of one of them is not sound; nothing was stored.
        ReusedError: the same form was sent before with another file.
    """
    context = CommandContext(services.clock(), viewer.account_id)
    ids = [uuid5(command_id, str(nth)) for nth in range(len(commands) + 1)]
    if services.log.written_by(ids.pop()):
        # The file of before had more in it; what is in this one may all have been there.
        raise ReusedError
    steps: list[Step[Offer]] = [
        Step(msgspec.structs.replace(command, offer_id=offer_id), context, offer_id)
        for command, offer_id in zip(commands, ids, strict=True)
    ]
    return services.together([(services.offers, [step]) for step in steps])


def _taken(counted: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, Shown]]:
    """By step, of the own team and of others: the steps add up to what stands in the list of offers."""
    others = [number for _, number in counted.values()]
    told = published_column(others)
    if published(sum(others)) is None:
        told = [None if number else 0 for number in others]
    return {step: (own, shown) for (step, (own, _)), shown in zip(counted.items(), told, strict=True)}


def may_change(services: Services, viewer: Viewer, offer: OfferRow) -> bool:
    """Whether this viewer may change or close an offer."""
    entered_by = offer.opened_by
    with services.database.read() as connection:
        account = people.account(connection, entered_by) if entered_by else None
    return viewer.may_change_offer(entered_by, account.team_id if account else None)


def _require_own(services: Services, viewer: Viewer, offer_id: UUID) -> None:
    services.engine.catch_up([offers.projection.name], wait=True)
    with services.database.read() as connection:
        offer = offers.offer(connection, offer_id)
    _own(services, viewer, offer)


def _own(services: Services, viewer: Viewer, offer: OfferRow | None) -> OfferRow:
    if offer is None:
        raise NotThereError
    if not may_change(services, viewer, offer):
        raise NotAllowedError
    return offer
