"""Agreed steps in the demonstration: running, without a known end, starting soon, ended without an answer, answered."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.client import ClientCommand
from domain.client.steps import AgreeStep, ChangeStep, EndStep, StepEnd, StepKind, StepOwner
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id

WHAT = {
    StepKind.APPLY: "twee sollicitaties per week",
    StepKind.TRAINING: "de cursus heftruck",
    StepKind.LANGUAGE: "taalles op dinsdagavond",
    StepKind.WORK_TRIAL: "proefplaatsing in het magazijn",
    StepKind.MONEY: "afspraak met de schuldhulpverlening",
    StepKind.ARRANGE: "opvang voor de kinderen",
}
# From and until how many days from the day on which it was agreed, so long ago; None: nobody knows the end.
AGO = 21
WHEN = ((0, 60), (0, None), (40, 90), (0, 14), (0, 45), (0, None))
OF_EACH = 24


def invent_steps(services: Services, rng: random.Random, now: datetime, coaches: list[Account]) -> None:
    """Let each coach have agreed a step with some of the clients, and answered some."""
    for coach in coaches:
        with services.database.read() as connection:
            rows = caseload.clients(connection, Scope(coach_id=coach.account_id), limit=OF_EACH * 2)
        before = local_day(now) - timedelta(days=AGO + 1)
        known = [row.client_id for row in rows if (row.client.assigned_on or local_day(now)) < before]
        for nth, client_id in enumerate(known[:OF_EACH]):
            _agreed(services, rng, now, coach, client_id, nth)


def _agreed(services: Services, rng: random.Random, now: datetime, coach: Account, client_id: UUID, nth: int) -> None:
    began, today, step_id = now - timedelta(days=AGO), local_day(now), random_id(rng)
    starts, ends = WHEN[nth % len(WHEN)]
    kind = rng.choice(list(WHAT))
    said = {
        "client_id": client_id,
        "step_id": step_id,
        "kind": kind,
        "what": WHAT[kind],
        "whose": rng.choice((StepOwner.CLIENT, StepOwner.CLIENT, StepOwner.COACH, StepOwner.THIRD_PARTY)),
        "starts_on": local_day(began) + timedelta(days=starts),
    }

    def do(command: ClientCommand, at: datetime) -> None:
        services.clients.handle(command, CommandContext(at, coach.account_id), random_id(rng))

    until = None if ends is None else local_day(began) + timedelta(days=ends)
    do(AgreeStep(**said, ends_on=until), began)  # type: ignore[arg-type]  # checked as the command's fields are
    yesterday = now - timedelta(days=1)
    if nth % 12 == 4:
        longer = today + timedelta(days=80)
        do(ChangeStep(**said, ends_on=longer), yesterday)  # type: ignore[arg-type]  # checked as the command's fields are
    if nth % 12 == 5:
        how = rng.choice((StepEnd.DONE, StepEnd.STOPPED))
        do(EndStep(client_id=client_id, step_id=step_id, how=how, ended_on=local_day(yesterday)), yesterday)
    if nth % 12 == 11:
        how, reason = StepEnd.NOT_RELEVANT, "de opleiding gaat niet door"
        end = EndStep(client_id=client_id, step_id=step_id, how=how, ended_on=local_day(yesterday), reason=reason)
        do(end, yesterday)
