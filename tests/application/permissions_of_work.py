"""The work on a caseload: who may do what with clients, proposals and conversations of a coach in the team north."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from application import assignments, clients, closing, intakes, registrations
from application.looks import Look
from domain.catalogue import load
from domain.client import AgreeContactFrequency, CloseClient, ClosingReason, RegisterField, ReopenClient
from domain.roles import Viewer
from tests.application.asking import COACHES, REFUSED, WHO, rights
from tests.web.conftest import Town

OWN = rights("coach", no="stand-in", roles=COACHES)
CORRECTING = rights("coach", "quality", no="stand-in", roles=(*COACHES, "quality"))
ASSIGNING = rights("manager", roles=("manager", "manager-south"))
TAKING = rights("coach", "manager", roles=()) | dict.fromkeys(("colleague", "stand-in", "stranger"), REFUSED)

# Of each operation who may, who is told that they may not, and for whom there is no such thing.
TABLE: dict[str, dict[str, str]] = {
    # A part of others, that asks of one client and of no right.
    "clients.correctable": rights("coach", "quality", no="stand-in manager", roles=WHO),
    "registrations.register": CORRECTING,
    "registrations.field_to_register": CORRECTING,
    "registrations.agree_plan": OWN,
    "registrations.plan_to_agree": OWN,
    # Onto the caseload of the coach.
    "intakes.take_intake": TAKING | {"manager-south": REFUSED},
    "intakes.coaches_to_choose": rights(*COACHES, "manager", "manager-south", roles=()),
    "assignments.assign_client": ASSIGNING,
    "assignments.client_to_assign": ASSIGNING,
    # Whoever manages another team finds neither who leaves nor who takes over, and is shown nobody.
    "assignments.reassign_caseload": rights("manager", roles=()) | {"manager-south": REFUSED},
    "assignments.reassignment": rights("manager", "manager-south", roles=()),
    "closing.close_file": OWN,
    "closing.file_to_close": OWN,
    "closing.reopen_file": OWN,
}
PARTS: set[str] = set()


def calls(town: Town) -> dict[str, Callable[[Viewer], object]]:
    """Each operation, on clients of the coach's."""
    services, client_id = town.services, town.new_client("coach", "Anna de Vries")
    coach, colleague, leaving = (town.accounts[name] for name in ("coach", "colleague", "improver"))
    to_assign, to_close, to_reopen = (town.new_client("coach", name) for name in ("Bram", "Carla", "Dirk"))
    town.new_client("improver", "Emma")
    yesterday, field = services.today - timedelta(days=1), load()["hours_available"]

    def look(viewer: Viewer) -> Look:
        return Look(services, viewer, "test")

    hours = RegisterField(client_id=client_id, field=field.key, value="24", known_on=yesterday)
    frequency = AgreeContactFrequency(client_id=client_id, weeks=4, agreed_on=yesterday)
    close = CloseClient(client_id=to_close, reason=ClosingReason.JOB, closed_on=yesterday)
    closing.close_file(
        services,
        look(coach.viewer),
        CloseClient(client_id=to_reopen, reason=ClosingReason.JOB, closed_on=yesterday),
        uuid4(),
    )
    reopen = ReopenClient(client_id=to_reopen, reopened_on=services.today, reason="back again")
    colleagues = {colleague.account_id}
    manager = town.accounts["manager"].viewer
    preview = assignments.reassignment(services, look(manager), leaving.account_id, colleagues).preview
    return {
        "clients.correctable": lambda v: clients.correctable(services, look(v), client_id),
        "registrations.register": lambda v: registrations.register(services, look(v), hours, uuid4()),
        "registrations.field_to_register": lambda v: registrations.field_to_register(
            services, look(v), client_id, field
        ),
        "registrations.agree_plan": lambda v: registrations.agree_plan(services, look(v), frequency, uuid4()),
        "registrations.plan_to_agree": lambda v: registrations.plan_to_agree(services, look(v), client_id),
        "intakes.take_intake": lambda v: intakes.take_intake(
            services, v, intakes.Intake(uuid4(), coach.account_id, yesterday, name="Fien"), uuid4()
        ),
        "intakes.coaches_to_choose": lambda v: intakes.coaches_to_choose(services, v),
        "assignments.assign_client": lambda v: assignments.assign_client(
            services, look(v), to_assign, colleague.account_id, uuid4()
        ),
        "assignments.client_to_assign": lambda v: assignments.client_to_assign(services, look(v), to_assign),
        "assignments.reassign_caseload": lambda v: assignments.reassign_caseload(
            services, v, leaving.account_id, colleagues, preview, uuid4()
        ),
        "assignments.reassignment": lambda v: assignments.reassignment(
            services, look(v), leaving.account_id, colleagues
        ),
        "closing.close_file": lambda v: closing.close_file(services, look(v), close, uuid4()),
        "closing.file_to_close": lambda v: closing.file_to_close(services, look(v), to_close),
        "closing.reopen_file": lambda v: closing.reopen_file(services, look(v), reopen, uuid4()),
    }
