"""Exemptions of a client of the coach in the team north: who may draft one, and who may read and decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

from application import exemptions
from application.looks import Look
from domain.client.exemptions import ApproveExemption, DraftExemption, ReturnExemption, WithdrawExemption
from domain.roles import Viewer
from tests.application.asking import COACHES, OWN, rights
from tests.web.at_work import draft_of
from tests.web.conftest import Town

READERS = ("quality", "manager", "manager-south")
DECIDING = rights("quality", "manager", roles=READERS)

TABLE: dict[str, dict[str, str]] = {
    "exemptions.draft_exemption": OWN,
    "exemptions.withdraw_exemption": OWN,
    "exemptions.exemption_to_draft": OWN,
    "exemptions.exemption_to_read": DECIDING,
    "exemptions.approve_exemption": DECIDING,
    "exemptions.return_exemption": DECIDING,
    "exemptions.exemptions_to_read": rights(*READERS, roles=READERS),
    "exemptions.of_client": rights("coach", "stand-in", "quality", "manager", roles=(*COACHES, *READERS)),
}
# Of one's own clients.
# What Today, the pages of a team and the mail of the day are made of.
PARTS = {"exemptions.of_coach", "exemptions.count_to_read", "notifications.concerns"}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on a draft of its own."""
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    draft_of(town, client_id)

    def drafted() -> dict[str, Any]:
        own = town.new_client("coach", "Bea Mol")
        return {"client_id": own, "exemption_id": draft_of(town, own)}

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    draft = DraftExemption(**drafted(), basis="a letter", until=services.today + timedelta(days=90))
    withdraw = WithdrawExemption(**drafted())
    # The manager decides on one that the quality officer did not decide on before.
    manager, others = town.accounts["manager"].account_id, drafted()
    to_approve, to_return = drafted(), drafted()

    def approve(v: Viewer) -> ApproveExemption:
        return ApproveExemption(**(to_approve if v.account_id == manager else others))

    more = drafted()

    def give_back(v: Viewer) -> ReturnExemption:
        return ReturnExemption(**(to_return if v.account_id == manager else more), words="until when?")

    return {
        "exemptions.draft_exemption": lambda v: exemptions.draft_exemption(services, look(v), draft, uuid4()),
        "exemptions.withdraw_exemption": lambda v: exemptions.withdraw_exemption(services, look(v), withdraw, uuid4()),
        "exemptions.exemption_to_draft": lambda v: exemptions.exemption_to_draft(services, look(v), client_id),
        "exemptions.exemption_to_read": lambda v: exemptions.exemption_to_read(services, look(v), client_id),
        "exemptions.approve_exemption": lambda v: exemptions.approve_exemption(services, look(v), approve(v), uuid4()),
        "exemptions.return_exemption": lambda v: exemptions.return_exemption(services, look(v), give_back(v), uuid4()),
        "exemptions.exemptions_to_read": lambda v: exemptions.exemptions_to_read(services, look(v)),
        "exemptions.of_client": lambda v: exemptions.of_client(services, look(v), client_id),
    }
