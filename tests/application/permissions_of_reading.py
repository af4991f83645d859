"""A coach's day and list, caseloads, figures and the read log: who may do what with those of the team north."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from application import (
    tasks,
    today,
    weekly_list,
)
from application.looks import Look
from domain.client import TaskKind
from domain.roles import Viewer
from tests.application.asking import COACHES, rights
from tests.web.conftest import Town

OWN = rights("coach", no="stand-in", roles=COACHES)

TABLE: dict[str, dict[str, str]] = {
    # The list of the coach in the team north.
    "weekly_list.weekly_list": rights("coach", "stand-in", roles=COACHES),
    "today.today": rights(*COACHES, roles=COACHES),
    "tasks.plan_task": OWN,
    "tasks.finish_item": OWN,
}
# Parts of others.
PARTS: set[str] = {"clients.without_sealed"}


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on the coach of the team north and this coach's clients."""
    services = town.services
    coach_id = town.accounts["coach"].account_id
    client_id = town.new_client("coach", "Anna Bakker")
    task_id = uuid4()

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    tasks.plan_task(
        services, look(town.accounts["coach"].viewer), client_id, "call the school", None, TaskKind.OWN, task_id
    )
    services.engine.catch_up()
    return {
        "weekly_list.weekly_list": lambda v: weekly_list.weekly_list(services, look(v), coach_id, None),
        "today.today": lambda v: today.today(services, look(v)),
        "tasks.plan_task": lambda v: tasks.plan_task(
            services, look(v), client_id, "call back", None, TaskKind.CALL_BACK, uuid4()
        ),
        "tasks.finish_item": lambda v: tasks.finish_item(
            services, look(v), client_id, task_id, TaskKind.OWN, kept=True, command_id=uuid4()
        ),
    }
