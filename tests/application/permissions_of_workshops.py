"""Sessions of workshops: who may do what with one of a workshop that the coach in the team north entered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID, uuid4

from application import workshops
from application.looks import Look
from domain.offer import OfferKind, OpenOffer
from domain.refusal import Refused
from domain.roles import Viewer
from domain.workshop_session import PlanSession
from eventlog.commands import CommandContext
from tests.application.asking import COACHES, OWN, rights
from tests.web.conftest import Town

# Whoever may change the workshop.
RUNNING = rights("coach", "colleague", "stand-in", "quality", "manager", roles=())
OFFERING = rights(*COACHES, "quality", "manager", "manager-south", roles=())

TABLE: dict[str, dict[str, str]] = {
    "workshops.workshop_to_plan": RUNNING,
    "workshops.plan_session": RUNNING,
    "workshops.sessions_of_offer": OFFERING,
    "workshops.session_sheet": OFFERING,
    "workshops.enrol_clients": OWN,
    "workshops.withdraw_client": OWN,
    "workshops.sessions_ahead": OWN,
    "workshops.cancel_session": RUNNING,
    "workshops.close_session": RUNNING,
    "workshops.of_client": rights(
        "coach", "stand-in", "quality", "manager", roles=(*COACHES, "quality", "manager", "manager-south")
    ),
    "workshops.in_calendar": rights(*COACHES, roles=()),
}
PARTS = {"workshop_rolls.roll_of", "workshop_rolls.rolls_of", "workshop_rolls.shown_in"}

Calls = dict[str, Callable[[Viewer], object]]


def calls(town: Town) -> Calls:
    """Each operation, on sessions and clients of the coach's."""
    services, coach = town.services, town.accounts["coach"]
    enrolled, other = town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Bram Bos")
    offer_id = uuid4()
    offer = OpenOffer(offer_id=offer_id, kind=OfferKind.WORKSHOP, title="Writing a CV", requirements=[])
    services.offers.handle(offer, CommandContext(services.clock(), coach.account_id), uuid4())
    services.engine.catch_up()

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    def plan() -> PlanSession:
        day = services.today + timedelta(days=9)
        return PlanSession(
            session_id=uuid4(), offer_id=offer_id, day=day, at=time(10), minutes=60, place="Room 4", places=2
        )

    def planned() -> UUID:
        command = plan()
        workshops.plan_session(services, coach.viewer, command, uuid4())
        return command.session_id

    one, cancelled, new = planned(), planned(), plan()
    workshops.enrol_clients(services, look(coach.viewer), one, [enrolled], uuid4())
    services.engine.catch_up()
    return {
        "workshops.workshop_to_plan": lambda v: workshops.workshop_to_plan(services, v, offer_id),
        "workshops.plan_session": lambda v: workshops.plan_session(services, v, new, uuid4()),
        "workshops.sessions_of_offer": lambda v: workshops.sessions_of_offer(services, v, offer_id),
        "workshops.session_sheet": lambda v: workshops.session_sheet(services, look(v), one),
        "workshops.enrol_clients": lambda v: workshops.enrol_clients(services, look(v), one, [other], uuid4()),
        "workshops.withdraw_client": lambda v: workshops.withdraw_client(services, look(v), one, enrolled, uuid4()),
        "workshops.sessions_ahead": lambda v: workshops.sessions_ahead(services, look(v), other),
        "workshops.cancel_session": lambda v: workshops.cancel_session(services, look(v), cancelled, uuid4()),
        "workshops.close_session": lambda v: _lies_ahead(services, look(v), one),
        "workshops.of_client": lambda v: workshops.of_client(services, look(v), enrolled),
        "workshops.in_calendar": lambda v: workshops.in_calendar(services, v, services.today, services.today),
    }


def _lies_ahead(*given: object) -> None:
    """That it lies ahead is said only to whoever may close it."""
    try:
        workshops.close_session(*given, {}, uuid4())  # type: ignore[arg-type]  # they are what it takes
    except Refused as refused:
        assert "still to come" in str(refused)
