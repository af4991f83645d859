"""Leave of a team's coaches, and who stands in: the stand-in reads the files, without what is sensitive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.refusal import Refused
from domain.roles import Viewer
from records import leave, people
from records.leave import Leave
from records.people import Account


@dataclass(frozen=True, slots=True)
class TeamLeave:
    """The coaches of a team, and their leave that has not passed."""

    coaches: Sequence[Account]
    leave: Sequence[Leave]


@needs(rights.MANAGE_LEAVE)
def arrange_leave(
    services: Services,
    viewer: Viewer,
    coach_id: UUID | None,
    stand_in_id: UUID | None,
    days: tuple[date, date] | None,
) -> None:
    """Say that a coach of the team is away from the first day until the last, and who stands in.

    Raises:
        NotThereError: the viewer has no team.
        Refused: one of them is not of the team, a day is missing, or it does not fit with what is arranged.
    """
    team_id = _team(viewer)
    with services.database.read() as connection:
        coaches = {account.account_id for account in people.coaches(connection, team_id)}
    if coach_id is None or stand_in_id is None or not {coach_id, stand_in_id} <= coaches:
        raise Refused("Choose coaches of your team.", field="coach")
    if days is None:
        raise Refused("Enter the first and the last day.", field="from_on")
    with services.database.write() as connection:
        leave.arrange(connection, coach_id, stand_in_id, team_id, *days, services.today)


@needs(rights.MANAGE_LEAVE)
def end_leave(services: Services, viewer: Viewer, leave_id: UUID) -> None:
    """Take leave of the team back; what is another team's stays as it is. Raises NotThereError as `arrange_leave`."""
    team_id = _team(viewer)
    with services.database.write() as connection:
        leave.end(connection, leave_id, team_id)


@needs(rights.MANAGE_LEAVE)
def team_leave(services: Services, viewer: Viewer) -> TeamLeave:
    """Who of the team is away, and could be. Raises NotThereError as `arrange_leave`."""
    team_id = _team(viewer)
    with services.database.read() as connection:
        return TeamLeave(people.coaches(connection, team_id), leave.of_team(connection, team_id, services.today))


def _team(viewer: Viewer) -> UUID:
    if viewer.team_id is None:
        raise NotThereError
    return viewer.team_id
