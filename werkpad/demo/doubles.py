"""People who have two files in the demonstration: one merged, one merged and undone, and one that nobody saw yet."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from application.merging import parts_of_merge, parts_of_undoing
from application.services import Services
from domain.calendar import local_day
from domain.catalogue import Source, load
from domain.client import AssignClient, Channel, Client, PlanTask, RecordContact, RegisterField, TakeIntake, Topic
from eventlog.commands import Command, CommandContext, Step
from projections import caseload
from projections.caseload import CaseloadRow, Scope
from projections.caseload_table import recorded
from records.people import Account
from werkpad.demo import words
from werkpad.demo.ids import random_id

DOUBLES = 3


def invent_doubles(services: Services, rng: random.Random, now: datetime, own: Account) -> None:
    """Let a few clients of a coach have come in a second time, with the name spelled otherwise."""
    services.engine.catch_up()
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=own.account_id), limit=60)
    born = [row for row in rows if len(_born(row)) == len("1980-01-01")][-DOUBLES:]
    context = CommandContext(now - timedelta(days=1), own.account_id)
    for nth, row in enumerate(born):
        other = _second_file(services, rng, context, own, row)
        if nth < DOUBLES - 1:
            services.together(parts_of_merge(services, row.client_id, other, context, random_id(rng)))
        if nth == 0:
            services.together(parts_of_undoing(services, row.client_id, other, context, random_id(rng)))


def _second_file(
    services: Services, rng: random.Random, context: CommandContext, own: Account, row: CaseloadRow
) -> UUID:
    assert own.team_id is not None  # noqa: S101 - a coach has a team
    client_id, day = random_id(rng), local_day(context.at) - timedelta(days=6)
    name = services.log.opener([row.client_id]).text(row.name)
    commands: list[Command[Client]] = [
        TakeIntake(client_id=client_id, held_on=day, team=own.team_id, name=name.replace("s", "ss", 1)),
        AssignClient(client_id=client_id, team=own.team_id, coach=own.account_id, assigned_on=day),
        RegisterField(
            client_id=client_id, field="birth_date", value=_born(row), known_on=day, source=Source.INTAKE_FORM
        ),
        RecordContact(
            client_id=client_id,
            contact_id=random_id(rng),
            held_on=day + timedelta(days=2),
            channel=Channel.PHONE,
            topics=[Topic.TRAINING],
            note=words.NOTES[Topic.TRAINING][0][0],
        ),
        PlanTask(
            client_id=client_id,
            task_id=random_id(rng),
            what="Ask for the diploma",
            due_on=local_day(context.at) + timedelta(days=5),
        ),
    ]
    services.clients.handle_all([Step(command, context, random_id(rng)) for command in commands])
    return client_id


def _born(row: CaseloadRow) -> str:
    return str(recorded(row.client, load()["birth_date"])[2] or "")
