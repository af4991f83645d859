"""Taking clients over for a time in the team north: its manager hands them over and gives them back, nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

from application import take_overs
from application.looks import Look
from application.take_overs import TakeOverWish
from domain.roles import Viewer
from tests.application.asking import NONE, REFUSED, rights
from tests.web.conftest import Town

# Whoever manages another team finds neither who is away nor what was taken over.
TABLE: dict[str, dict[str, str]] = {
    "take_overs.take_over_for_time": rights("manager", roles=()) | {"manager-south": REFUSED},
    "take_overs.take_overs_of_team": rights("manager", "manager-south", roles=()),
    "take_overs.give_back": rights("manager", roles=()) | {"manager-south": NONE},
    "take_overs.to_give_back": rights("manager", roles=()) | {"manager-south": NONE},
}
# Of the team whose page shows it, and of plans that an operation makes.
PARTS = {
    "take_overs.count_due",
    "take_overs.of_coach",
    "spreading.team_to_spread",
    "spreading.spread",
    "spreading.fingerprint",
    "spreading.record_as_one",
}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation; who is away is a colleague of the coach, whose clients no other operation is about."""
    services, away = town.services, town.accounts["colleague"].account_id
    to, manager = {town.accounts["coach"].account_id}, Look(services, town.accounts["manager"].viewer, "test")
    first, second = (town.new_client("colleague", name) for name in ("Gert", "Hans"))

    def wish(client_id: UUID) -> TakeOverWish:
        preview = take_overs.take_overs_of_team(services, manager, away, to).preview
        return TakeOverWish(away, to, services.today + timedelta(days=30), {client_id}, preview)

    take_overs.take_over_for_time(services, manager.viewer, wish(first), uuid4())
    services.engine.catch_up()
    (taken,) = (each.take_over_id for each in take_overs.take_overs_of_team(services, manager, None, ()).open)
    back, more = take_overs.to_give_back(services, manager, taken).preview, wish(second)

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    return {
        "take_overs.take_over_for_time": lambda v: take_overs.take_over_for_time(services, v, more, uuid4()),
        "take_overs.take_overs_of_team": lambda v: take_overs.take_overs_of_team(services, look(v), away, to),
        "take_overs.give_back": lambda v: take_overs.give_back(services, v, taken, back, uuid4()),
        "take_overs.to_give_back": lambda v: take_overs.to_give_back(services, look(v), taken),
    }
