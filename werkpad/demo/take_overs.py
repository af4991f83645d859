"""Clients taken over for a time in the demonstration: some are with a colleague, and one was given back already."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from application.services import Services
from domain.calendar import local_day
from domain.client import ClientCommand
from domain.client.take_overs import GiveBack, TakeOverForTime
from eventlog.commands import CommandContext
from projections import caseload
from projections.caseload import Scope
from records.people import Account
from werkpad.demo.ids import random_id

AGO, MANY = 10, 5


def invent_take_overs(
    services: Services, rng: random.Random, now: datetime, coaches: list[Account], manager: Account
) -> None:
    """Let two colleagues of the coach on leave have taken some clients over: some go back in weeks, one is back."""
    team = [coach for coach in coaches if coach.team_id == manager.team_id]
    if len(team) < 4 or manager.team_id is None:
        return
    stand_in, _improver, away, another = team[:4]
    before = local_day(now) - timedelta(days=AGO + 20)
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=away.account_id), order="intake_on", limit=MANY * 4)
    # Of those with whom nothing was recorded since, so that the order of what happened stays.
    known = [
        row.client_id
        for row in rows
        if (row.client.assigned_on or before) < before and (row.client.last_seen_on or before) <= before
    ][: MANY + 1]

    def do(command: ClientCommand, days_ago: int) -> None:
        at = now - timedelta(days=days_ago)
        services.clients.handle(command, CommandContext(at, manager.account_id), random_id(rng))

    for client_ids, days in ((known[1:], 24), (known[:1], 5)):
        take_over_id = random_id(rng)
        for nth, client_id in enumerate(client_ids):
            command = TakeOverForTime(
                client_id=client_id,
                take_over_id=take_over_id,
                team=manager.team_id,
                from_coach=away.account_id,
                coach=(stand_in, another)[nth % 2].account_id,
                back_on=local_day(now) - timedelta(days=AGO - days),
                clients=len(client_ids),
            )
            do(command, AGO)
            if days < AGO:
                do(GiveBack(client_id=client_id, take_over_id=take_over_id, team=manager.team_id), AGO - days)
