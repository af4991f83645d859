"""A coach's day and list, caseloads, figures and the read log: who may do what with those of the team north."""

from __future__ import annotations

from collections.abc import Callable

from application import (
    weekly_list,
)
from application.looks import Look
from domain.roles import Viewer
from tests.application.asking import COACHES, rights
from tests.web.conftest import Town

TABLE: dict[str, dict[str, str]] = {
    # The list of the coach in the team north.
    "weekly_list.weekly_list": rights("coach", "stand-in", roles=COACHES),
}
PARTS: set[str] = set()


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on the coach of the team north and this coach's clients."""
    services = town.services
    coach_id = town.accounts["coach"].account_id

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    return {
        "weekly_list.weekly_list": lambda v: weekly_list.weekly_list(services, look(v), coach_id, None),
    }
