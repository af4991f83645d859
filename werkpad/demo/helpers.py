"""Helpers around clients in the demonstration: with consent, to be asked again, asked again, changed and removed."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from application.services import Services
from domain.calendar import local_day
from domain.client import ClientCommand
from domain.client.helpers import (
    AddHelper,
    ChangeHelper,
    HelperRemoval,
    HelperRole,
    RemoveHelper,
    RenewHelperConsent,
)
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id
from werkpad.demo.names import Names

# Role and invented organisation.
HELP = (
    (HelperRole.DEBTS, "Schuldhulp Voorbeeld"),
    (HelperRole.CARE, "Zorgpunt Voorbeeld"),
    (HelperRole.JOB_COACH, "Jobcoach Voorbeeld"),
    (HelperRole.RELATIVE, None),
)
AGO, OF_EACH = 40, 12
# After how many days each is asked again; some are due today.
AGAIN = (365, 38, 180, 20)


def invent_helpers(services: Services, rng: random.Random, now: datetime, coaches: list[Account]) -> None:
    """Let each coach have helpers of some clients on file."""
    names = Names(rng.randrange(10_000))
    for coach in coaches:
        with services.database.read() as connection:
            rows = caseload.clients(connection, Scope(coach_id=coach.account_id), limit=OF_EACH * 3)
        before = local_day(now) - timedelta(days=AGO + 1)
        known = [row.client_id for row in rows if (row.client.assigned_on or local_day(now)) < before]

        def do(command: ClientCommand, days_ago: int, coach: Account = coach) -> None:
            at = now - timedelta(days=days_ago)
            services.clients.handle(command, CommandContext(at, coach.account_id), random_id(rng))

        for nth, client_id in enumerate(known[:OF_EACH]):
            role, organisation = HELP[nth % len(HELP)]
            who: dict[str, Any] = {"client_id": client_id, "helper_id": random_id(rng), "role": role}
            who |= {"organisation": organisation, "name": names.person(rng)[0], "phone": "088 000 00 00"}
            asked = local_day(now - timedelta(days=AGO))
            again = asked + timedelta(days=AGAIN[nth % len(AGAIN)])
            do(AddHelper(**who, consent_on=asked, ask_again_on=again), AGO)
            about = {"client_id": client_id, "helper_id": who["helper_id"]}
            if nth % 6 == 2:
                do(ChangeHelper(**who | {"email": "hulp@example.org"}), 30)
            if nth % 6 == 3:
                day = local_day(now - timedelta(days=9))
                do(RenewHelperConsent(**about, consent_on=day, ask_again_on=day + timedelta(days=300)), 9)
            if nth % 6 == 5:
                do(RemoveHelper(**about, why=HelperRemoval.CONSENT_WITHDRAWN), 5)
