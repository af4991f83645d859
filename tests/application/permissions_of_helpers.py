"""Helpers around a client of the coach in the team north: who may record them, and who learns of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from application import helpers
from application.looks import Look
from domain.client.helpers import AddHelper, ChangeHelper, HelperRemoval, HelperRole, RemoveHelper, RenewHelperConsent
from domain.roles import Viewer
from tests.application.asking import COACHES, rights
from tests.web.at_work import helper_of
from tests.web.conftest import Town

OWN = rights("coach", no="stand-in", roles=COACHES)

TABLE: dict[str, dict[str, str]] = {
    "helpers.add_helper": OWN,
    "helpers.change_helper": OWN,
    "helpers.renew_consent": OWN,
    "helpers.remove_helper": OWN,
    "helpers.helper_form": OWN,
    "helpers.helper_to_change": OWN,
    # How many there are; who they are, the own coach sees alone (tests/web/test_helpers.py).
    "helpers.of_client": rights(
        "coach", "stand-in", "quality", "manager", roles=(*COACHES, "quality", "manager", "manager-south")
    ),
}
# Of one's own clients.
PARTS = {"helpers.to_ask_again"}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on a helper of its own."""
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    kept, gone = helper_of(town, client_id), helper_of(town, client_id)
    days: dict[str, Any] = {"consent_on": services.today, "ask_again_on": services.today + timedelta(days=90)}

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    def who(helper_id: UUID, name: str) -> dict[str, Any]:
        about = {"client_id": client_id, "helper_id": helper_id, "role": HelperRole.RELATIVE}
        return about | {"name": name, "phone": "0687654321"}

    add, change = AddHelper(**who(uuid4(), "Bram Vos"), **days), ChangeHelper(**who(kept, "Kees Mol"))
    renew = RenewHelperConsent(client_id=client_id, helper_id=kept, **days)
    remove = RemoveHelper(client_id=client_id, helper_id=gone, why=HelperRemoval.HELP_ENDED)
    return {
        "helpers.add_helper": lambda v: helpers.add_helper(services, look(v), add, uuid4()),
        "helpers.change_helper": lambda v: helpers.change_helper(services, look(v), change, uuid4()),
        "helpers.renew_consent": lambda v: helpers.renew_consent(services, look(v), renew, uuid4()),
        "helpers.remove_helper": lambda v: helpers.remove_helper(services, look(v), remove, uuid4()),
        "helpers.helper_form": lambda v: helpers.helper_form(services, look(v), client_id),
        "helpers.helper_to_change": lambda v: helpers.helper_to_change(services, look(v), client_id, kept),
        "helpers.of_client": lambda v: helpers.of_client(services, look(v), client_id),
    }
