"""Vacancies and workshops: entered by those who offer work, changed and closed by who entered them and their team."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from application import rights
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from database.rows import Row
from domain.offer import ChangeOffer, CloseOffer, Offer, OpenOffer
from domain.roles import Viewer
from eventlog.commands import Answer, Moment, Step
from projections import offers
from records import people


@needs(rights.OFFER_WORK)
def open_offer(services: Services, viewer: Viewer, command: OpenOffer, command_id: UUID) -> Answer:
    """Make a vacancy or a workshop available.

    Raises:
        NotAllowedError: this viewer offers no work.
        Refused: what is said of it is not sound.
    """
    if not viewer.offers_work:
        raise NotAllowedError
    return services.offers.handle(command, Moment(services.clock(), viewer.account_id), command_id)


@needs(rights.OFFER_WORK)
def change_offer(services: Services, viewer: Viewer, command: ChangeOffer, command_id: UUID) -> Answer:
    """Change what it asks or offers. Raises as `close_offer`."""
    _require_own(services, viewer, command.offer_id)
    return services.offers.handle(command, Moment(services.clock(), viewer.account_id), command_id)


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
        CloseOffer(offer_id=offer_id), Moment(services.clock(), viewer.account_id), command_id
    )


@needs(rights.OFFER_WORK)
def import_offers(services: Services, viewer: Viewer, commands: Sequence[OpenOffer], command_id: UUID) -> Answer:
    """Make many available, all of them or none. Sent again with the same content, they are there once.

    Raises:
        NotAllowedError: this viewer offers no work.
        Refused: what is said of one of them is not sound; nothing was stored.
    """
    if not viewer.offers_work:
        raise NotAllowedError
    moment = Moment(services.clock(), viewer.account_id)
    content = hashlib.sha256(repr([msgspec.structs.replace(c, offer_id=command_id) for c in commands]).encode())
    steps: list[Step[Offer]] = []
    for nth, command in enumerate(commands):
        offer_id = uuid5(command_id, f"{content.hexdigest()} {nth}")
        steps.append(Step(msgspec.structs.replace(command, offer_id=offer_id), moment, offer_id))
    return services.together([(services.offers, [step]) for step in steps])


def may_change(services: Services, viewer: Viewer, offer: Row) -> bool:
    """Whether this viewer may change or close an offer."""
    entered_by = offer["opened_by"]
    with services.database.read() as connection:
        account = people.account(connection, entered_by) if entered_by else None
    return viewer.may_change_offer(entered_by, account.team_id if account else None)


def _require_own(services: Services, viewer: Viewer, offer_id: UUID) -> None:
    services.engine.catch_up([offers.projection.name], wait=True)
    with services.database.read() as connection:
        offer = offers.offer(connection, offer_id)
    if offer is None:
        raise NotThereError
    if not may_change(services, viewer, offer):
        raise NotAllowedError
