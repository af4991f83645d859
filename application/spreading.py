"""Spreading a colleague's clients over others of the team: who has fewest by then gets the next one."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import Connection

from application.services import Services
from domain.client import Client, ClientCommand
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from projections import caseload, caseload_figures
from projections.caseload import CaseloadRow, Scope
from records import people
from records.people import Account, Team


@dataclass(frozen=True, slots=True)
class TeamToSpread:
    """A team as it is planned for: its coaches, and those of before who have clients still."""

    team: Team
    coaches: Sequence[Account]
    before: Sequence[Account]
    loads: Mapping[UUID | None, int]

    def receiving(self, chosen: Collection[UUID]) -> list[UUID]:
        """Those of the chosen who are coaches of the team."""
        return [coach.account_id for coach in self.coaches if coach.account_id in chosen]


Plan = list[tuple[CaseloadRow, UUID]]


def team_to_spread(connection: Connection, team_id: UUID) -> TeamToSpread | None:
    """A team with its coaches and how many clients each has."""
    team = people.team(connection, team_id)
    coaches = people.coaches(connection, team_id)
    loads = caseload_figures.by_coach(connection, team_id)
    others = loads.keys() - {coach.account_id for coach in coaches}
    before = [account for account in people.all_accounts(connection) if account.account_id in others]
    return TeamToSpread(team, coaches, before, loads) if team else None


def spread(connection: Connection, team: TeamToSpread, leaving: UUID, receiving: Sequence[UUID]) -> Plan:
    """Each client to the colleague who has fewest by then; the same every time it is asked. Raises Refused where there
    is nobody to take over, or nobody to be taken over."""
    if not receiving or leaving in receiving:
        raise Refused("Choose at least one colleague to take over, other than the one who is leaving.", field="to")
    scope = Scope(team_id=team.team.team_id, coach_id=leaving)
    rows = caseload.clients(connection, scope, order="intake_on", limit=None)
    if not rows:
        raise Refused("This colleague has no clients.", field="coach")
    having = {coach_id: team.loads.get(coach_id, 0) for coach_id in receiving}
    plan = []
    for row in rows:
        to = min(receiving, key=lambda coach_id: (having[coach_id], str(coach_id)))
        having[to] += 1
        plan.append((row, to))
    return plan


def fingerprint(plan: Plan) -> str:
    """What stands for a plan that was shown."""
    return hashlib.sha256("".join(f"{row.client_id}{to}" for row, to in plan).encode()).hexdigest()[:16]


def record_as_one(
    services: Services, viewer: Viewer, commands: Sequence[ClientCommand], whole: UUID, command_id: UUID
) -> Answer:
    """Carry out commands of several clients, all of them or none. The last one's id stands for the whole, by which a
    repeat is known: once it is done there is no plan any more to tell it by."""
    context, last = CommandContext(services.clock(), viewer.account_id), len(commands) - 1
    steps: list[Step[Client]] = [
        Step(command, context, whole if nth == last else uuid5(command_id, str(command.client_id)))
        for nth, command in enumerate(commands)
    ]
    return services.together([(services.clients, [step]) for step in steps])
