"""What goes on between colleagues in the demonstration: transfers, files looked at together, tasks ticked off."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.client import (
    AcceptTransfer,
    ChosenBy,
    ClientCommand,
    FinishTask,
    PlanTask,
    ProposeTransfer,
    RefuseTransfer,
    ReviewFile,
    ReviewOutcome,
    WithdrawTransfer,
)
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id

REASONS = (
    ("is naar dit deel van de stad verhuisd", "moved to this part of the city"),
    ("spreekt de taal van de klant", "speaks the language of the client"),
    ("heeft op dit moment te veel klanten", "has too many clients at the moment"),
)
LETTER = ("de brief versturen", "send the letter")
FULL = ("Ik heb al 120 klanten.", "My caseload is at 120.")


def invent_office(
    services: Services, rng: random.Random, now: datetime, coaches: list[Account], officer: Account
) -> None:
    """Let the first coaches of a team hand clients over, and their quality officer look at some files."""
    team = [c for c in coaches if c.team_id == officer.team_id]
    own, colleague = team[0], team[1]
    at = now - timedelta(days=2)
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=own.account_id), limit=12)

    if len(rows) < 8:
        return

    def do(command: ClientCommand, by: Account) -> None:
        services.clients.handle(command, CommandContext(at, by.account_id), random_id(rng))

    def ask(client_id: UUID) -> None:
        assert colleague.team_id is not None  # noqa: S101 - a coach has a team
        reason = rng.choice(REASONS)[own.language == "en"]
        do(
            ProposeTransfer(
                client_id=client_id,
                team=colleague.team_id,
                coach=colleague.account_id,
                reason=reason,
            ),
            own,
        )

    waiting, accepted, refused, withdrawn, *others = (row.client_id for row in rows)
    for client_id in (waiting, accepted, refused, withdrawn):
        ask(client_id)
    do(AcceptTransfer(client_id=accepted), colleague)
    do(RefuseTransfer(client_id=refused, reason=FULL[colleague.language == "en"]), colleague)
    do(WithdrawTransfer(client_id=withdrawn), own)
    for client_id in others[:2]:
        task_id = random_id(rng)
        do(PlanTask(client_id=client_id, task_id=task_id, what=LETTER[own.language == "en"], due_on=local_day(at)), own)
        do(FinishTask(client_id=client_id, task_id=task_id), own)
    for client_id, outcome in zip(others[2:], (ReviewOutcome.IN_ORDER, ReviewOutcome.CORRECTED), strict=False):
        do(ReviewFile(client_id=client_id, chosen_by=ChosenBy.RANDOM, outcome=outcome), officer)
