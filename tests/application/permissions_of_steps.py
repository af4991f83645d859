"""Agreed steps of the plan and what waits: who may do what with those of a client of the coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from application import my_tasks, nobodys_clients, own_notes, own_notes_of_many, steps, tasks
from application.caseload import Selection
from application.looks import Look
from application.services import Services
from domain.client.own_notes import SetOwnMark, WriteOwnNote
from domain.client.steps import AgreeStep, ChangeStep, EndStep, StepEnd, StepKind, StepOwner
from domain.client.tasks import WaitingFor
from domain.refusal import Refused
from domain.roles import Viewer
from tests.application.asking import COACHES, OWN, RECORDING, rights
from tests.web.conftest import Town

TABLE: dict[str, dict[str, str]] = {
    "steps.agree_step": RECORDING,
    "steps.change_step": RECORDING,
    "steps.end_step": RECORDING,
    "steps.step_form": RECORDING,
    "steps.step_to_change": RECORDING,
    "steps.of_client": rights(
        "coach", "stand-in", "quality", "manager", roles=(*COACHES, "quality", "manager", "manager-south")
    ),
    "tasks.wait_for": RECORDING,
    "own_notes.write_note": OWN,
    "own_notes.set_mark": OWN,
    "own_notes.own_note_form": OWN,
    # One's own, and nobody else's.
    "own_notes.for_many": rights(*COACHES, roles=()),
    "own_notes_of_many.many_to_mark": rights(*COACHES, roles=()),
    "own_notes.name_marks": rights(*COACHES, roles=()),
    # Of one's own team.
    "nobodys_clients.nobodys_clients": rights("manager", "manager-south", roles=()),
    # Of one's own clients.
    "my_tasks.my_tasks": rights(*COACHES, roles=()),
}
PARTS = {
    "steps.unanswered",
    "my_tasks.texts",
    "nobodys_clients.count_nobodys",
    "own_notes.due",
    "own_notes.names_of_marks",
    "own_notes.of_file",
    "own_notes.of_list",
}

Calls = dict[str, Callable[[Viewer], object]]


def calls(town: Town) -> Calls:
    """Each operation, on a step of its own."""
    services, client_id, coach = town.services, town.new_client("coach", "Anna de Vries"), town.accounts["coach"]

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    def said(step_id: UUID) -> dict[str, Any]:
        about = {"client_id": client_id, "step_id": step_id, "kind": StepKind.APPLY, "whose": StepOwner.CLIENT}
        return about | {"starts_on": services.today}

    def agreed() -> UUID:
        step_id = uuid4()
        steps.agree_step(services, look(coach.viewer), AgreeStep(**said(step_id)), uuid4())
        return step_id

    agree, changed, ended = AgreeStep(**said(uuid4())), ChangeStep(**said(agreed())), agreed()
    end = EndStep(client_id=client_id, step_id=ended, how=StepEnd.DONE, ended_on=services.today)
    task_id = uuid4()
    tasks.plan_task(services, look(coach.viewer), client_id, "to write", None, "own", task_id)
    services.engine.catch_up()
    return {
        "steps.agree_step": lambda v: steps.agree_step(services, look(v), agree, uuid4()),
        "steps.change_step": lambda v: steps.change_step(services, look(v), changed, uuid4()),
        "steps.end_step": lambda v: steps.end_step(services, look(v), end, uuid4()),
        "steps.step_form": lambda v: steps.step_form(services, look(v), client_id),
        "steps.step_to_change": lambda v: steps.step_to_change(services, look(v), client_id, changed.step_id),
        "steps.of_client": lambda v: steps.of_client(services, look(v), client_id),
        "tasks.wait_for": lambda v: tasks.wait_for(
            services, look(v), client_id, task_id, "own", WaitingFor.CLIENT, services.today, uuid4()
        ),
        "own_notes.write_note": lambda v: own_notes.write_note(
            services, look(v), WriteOwnNote(client_id=client_id, what="first"), uuid4()
        ),
        "own_notes.set_mark": lambda v: own_notes.set_mark(services, look(v), SetOwnMark(client_id=client_id), uuid4()),
        "own_notes.own_note_form": lambda v: own_notes.own_note_form(services, look(v), client_id),
        "own_notes.for_many": lambda v: _nobody(services, v),
        "own_notes_of_many.many_to_mark": lambda v: own_notes_of_many.many_to_mark(services, look(v), Selection()),
        "own_notes.name_marks": lambda v: own_notes.name_marks(services, v, {}),
        "nobodys_clients.nobodys_clients": lambda v: nobodys_clients.nobodys_clients(services, look(v)),
        "my_tasks.my_tasks": lambda v: my_tasks.my_tasks(services, look(v)),
    }


def _nobody(services: Services, viewer: Viewer) -> None:
    """That nobody was chosen is said only to whoever may choose."""
    try:
        own_notes.for_many(services, viewer, [], note=None, mark=None, command_id=uuid4())
    except Refused as refused:
        assert "at least one client" in str(refused)
