"""Exemptions in the demonstration: drafts that wait, were returned or withdrawn, and one that ends soon."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from application.services import Services
from domain.calendar import local_day
from domain.catalogue import Track
from domain.client import ClientCommand
from domain.client.exemptions import ApproveExemption, DraftExemption, ReturnExemption, WithdrawExemption
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id

BASIS = "De klant zorgt voor een ziek kind; de wijkverpleegkundige verwacht dat dit een half jaar duurt."
RETURNED = "Noem tot wanneer de wijkverpleegkundige de zorg verwacht."


def invent_exemptions(
    services: Services, rng: random.Random, now: datetime, coaches: list[Account], readers: dict[UUID, UUID]
) -> None:
    """Let each coach have a draft that waits, one that was returned, one withdrawn, and an exemption that ends soon."""
    today = local_day(now)
    for coach in coaches:
        if coach.team_id not in readers:
            continue
        with services.database.read() as connection:
            rows = caseload.clients(connection, Scope(coach_id=coach.account_id), limit=60)
        before = today - timedelta(days=30)
        known = [
            r.client_id for r in rows if (r.client.assigned_on or today) < before and r.client.track != Track.EXEMPT
        ]

        def do(command: ClientCommand, days_ago: int, actor: UUID) -> None:
            context = CommandContext(now - timedelta(days=days_ago), actor)
            services.clients.handle(command, context, random_id(rng))

        # The last ones: what else is invented is of the first.
        for nth, client_id in enumerate(reversed(known[-4:])):
            exemption_id = uuid5(client_id, "exemption")
            about: dict[str, Any] = {"client_id": client_id, "exemption_id": exemption_id}
            until = today + timedelta(days=20 if nth == 3 else 180)
            do(DraftExemption(**about, basis=BASIS, until=until), 12, coach.account_id)
            if nth == 1:
                do(ReturnExemption(**about, words=RETURNED), 3, readers[coach.team_id])
            elif nth == 2:
                do(WithdrawExemption(**about), 2, coach.account_id)
            elif nth == 3:
                do(ApproveExemption(**about), 10, readers[coach.team_id])


def exempted(client_id: UUID, now: datetime, coach: UUID, reader: UUID) -> list[tuple[ClientCommand, UUID]]:
    """What makes a client exempt in the course of a life: the coach's draft and the reader's approval."""
    exemption_id = uuid5(client_id, f"exemption {local_day(now)}")
    until = local_day(now) + timedelta(days=400)
    return [
        (DraftExemption(client_id=client_id, exemption_id=exemption_id, basis=BASIS, until=until), coach),
        (ApproveExemption(client_id=client_id, exemption_id=exemption_id), reader),
    ]
