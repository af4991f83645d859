"""What waits for somebody else in the demonstration, a missed call that was answered, and coaches' own notes."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from application.services import Services
from domain.calendar import local_day
from domain.client import Channel, ClientCommand, PlanTask, ProposeTransfer, RecordContact, TaskKind, WithdrawTransfer
from domain.client.own_notes import NoteHandling, OwnMark, SetOwnMark, WriteOwnNote
from domain.client.tasks import WaitFor, WaitingFor
from domain.working_days import USUAL
from eventlog.commands import CommandContext
from projections import agenda, caseload
from projections.agenda import PROMISE
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id

ENOUGH = 12


def invent_waiting(services: Services, rng: random.Random, now: datetime, coaches: list[Account]) -> None:
    """Let each coach wait for a client and for somebody else, and have answered a call."""
    services.engine.catch_up(["caseload", "agenda"])
    for coach in coaches:
        scope = Scope(coach_id=coach.account_id)
        with services.database.read() as connection:
            rows = caseload.clients(connection, scope, limit=60)
            promises = [item for item in agenda.open_items(connection, scope) if item.kind == PROMISE]
        before = local_day(now) - timedelta(days=30)
        known = [row.client_id for row in rows if (row.client.assigned_on or local_day(now)) < before]
        if len(known) < ENOUGH:
            continue

        def do(command: ClientCommand, days_ago: int, coach: Account = coach) -> None:
            at = now - timedelta(days=days_ago)
            services.clients.handle(command, CommandContext(at, coach.account_id), random_id(rng))

        task_id, asked_on, call_id = random_id(rng), local_day(now) - timedelta(days=8), random_id(rng)
        school = "De school vragen naar het diploma."
        do(PlanTask(client_id=known[-1], task_id=task_id, what=school, due_on=asked_on), 9)
        do(WaitFor(client_id=known[-1], task_id=task_id, whom=WaitingFor.THIRD_PARTY, since=asked_on), 8)
        for promise in promises[:2]:
            about = {"client_id": promise.client_id, "contact_id": promise.item_id}
            do(WaitFor(**about, whom=WaitingFor.CLIENT, since=local_day(now) - timedelta(days=3)), 3)
        called = {"kind": TaskKind.CALL_BACK, "due_on": local_day(now)}
        do(PlanTask(client_id=known[-2], task_id=call_id, what="Belde over de huur.", **called), 8)  # type: ignore[arg-type]  # checked as the command's fields are
        for nth, client_id in enumerate(known[:4]):
            do(SetOwnMark(client_id=client_id, mark=rng.choice(list(OwnMark))), 2)
            if nth % 2:
                due = local_day(now) + timedelta(days=nth - 2)
                do(WriteOwnNote(client_id=client_id, what="Eerst naar de opvang vragen.", look_on=due), 2)
        with services.database.read() as connection:
            asked = {each.client_id for each in agenda.transfers_waiting(connection)}
        colleague = next(c for c in coaches if c.team_id == coach.team_id and c.account_id != coach.account_id)
        handed = next(client_id for client_id in known if client_id not in asked)
        ask = {"team": coach.team_id, "coach": colleague.account_id, "reason": "Mijn caseload is vol."}
        do(ProposeTransfer(client_id=handed, own_note=NoteHandling.KEEP, **ask), 1)  # type: ignore[arg-type]  # checked as the command's fields are
        # Thought better of: the colleague's day stays as it is.
        do(WithdrawTransfer(client_id=handed), 1)
        day = next(d for ago in range(4, 8) if USUAL.includes(d := local_day(now) - timedelta(days=ago)))
        do(RecordContact(client_id=known[-2], contact_id=random_id(rng), held_on=day, channel=Channel.PHONE), 4)
