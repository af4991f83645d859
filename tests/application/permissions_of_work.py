"""The work on a caseload: who may do what with clients, proposals and conversations of a coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from application import clients, registrations
from application.looks import Look
from domain.catalogue import load
from domain.client import AgreeContactFrequency, RegisterField
from domain.roles import Viewer
from tests.application.asking import COACHES, WHO, rights
from tests.web.conftest import Town

OWN = rights("coach", no="stand-in", roles=COACHES)
CORRECTING = rights("coach", "quality", no="stand-in", roles=(*COACHES, "quality"))

# Of each operation who may, who is told that they may not, and for whom there is no such thing.
TABLE: dict[str, dict[str, str]] = {
    # A part of others, that asks of one client and of no right.
    "clients.correctable": rights("coach", "quality", no="stand-in manager", roles=WHO),
    "registrations.register": CORRECTING,
    "registrations.field_to_register": CORRECTING,
    "registrations.agree_plan": OWN,
    "registrations.plan_to_agree": OWN,
}
PARTS: set[str] = set()


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on clients of the coach's."""
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    yesterday, field = services.today - timedelta(days=1), load()["hours_available"]

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    hours = RegisterField(client_id=client_id, field=field.key, value="24", known_on=yesterday)
    frequency = AgreeContactFrequency(client_id=client_id, weeks=4, agreed_on=yesterday)
    return {
        "clients.correctable": lambda v: clients.correctable(services, look(v), client_id),
        "registrations.register": lambda v: registrations.register(services, look(v), hours, uuid4()),
        "registrations.field_to_register": lambda v: registrations.field_to_register(
            services, look(v), client_id, field
        ),
        "registrations.agree_plan": lambda v: registrations.agree_plan(services, look(v), frequency, uuid4()),
        "registrations.plan_to_agree": lambda v: registrations.plan_to_agree(services, look(v), client_id),
    }
