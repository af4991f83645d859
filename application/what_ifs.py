"""What if: every team's figures as they are and as they would become, before a definition is revised."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from application import registration_costs, rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.definition import revised_parameters
from domain.in_force import parameters_of
from domain.refusal import Refused
from domain.roles import Viewer
from domain.suppression import ByTeam, Shown
from projections import definitions, what_if
from projections.what_if import Compared, WhatIf
from records import people
from records.people import Team


@dataclass(frozen=True, slots=True)
class Side:
    """A team's number as it is and as it would become; None where one of them has to be hidden."""

    now: Shown
    then: Shown

    @property
    def change(self) -> int | None:
        return None if self.now is None or self.then is None else self.then - self.now


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that would change: of the city, and of each team."""

    measure: str
    field: str
    city: Side
    teams: Sequence[tuple[Team, Side]]


@dataclass(frozen=True, slots=True)
class Hours:
    """What asking a field of more people, or of fewer, comes to: `asked` is whose list it would come on or leave, and
    `minutes` what one saving of the field took, None where that was not measured."""

    asked: Figure
    minutes: float | None

    def of(self, side: Side) -> float | None:
        """Hours that are added, or saved where it is less than none; None where the number is hidden or unmeasured."""
        return None if side.change is None or self.minutes is None else side.change * self.minutes / 60


@dataclass(frozen=True, slots=True)
class OneWhatIf:
    """A question with its parameters before and after; once it is counted, the figures that would change and those of
    the teams that would not; `hours` where the field would be asked of others than today."""

    asked: WhatIf
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    figures: Sequence[Figure]
    same: Sequence[Compared]
    hours: Hours | None


@needs(rights.DECIDE)
def ask_what_if(
    services: Services,
    viewer: Viewer,
    subject: str,
    parameters: Mapping[str, Any],
    form: Mapping[str, Any],
    command_id: UUID,
) -> UUID:
    """Have the figures counted under other parameters of a field or term, and keep the form that asks, to go on with;
    the id of the what-if.

    Raises:
        Refused: they can't be that, or no figure depends on what is different.
    """
    with services.database.read() as connection:
        in_force = definitions.on(connection, services.today)
    proposed = in_force.revised(subject, revised_parameters(subject, parameters))
    if proposed.parameters == in_force.parameters:
        raise Refused("These are the numbers and channels that hold today: nothing would change in the figures.")
    with services.database.write() as connection:
        what_if.ask(
            connection,
            command_id,
            subject,
            in_force,
            proposed,
            asked_at=services.clock(),
            as_of=services.today,
            asked_by=viewer.account_id,
            form=form,
        )
    return command_id


@needs(rights.LOG_SIGNALS)
def one_what_if(services: Services, viewer: Viewer, what_if_id: UUID) -> OneWhatIf:
    """A what-if, with what was counted. Raises NotThereError where there is none, or it is no longer kept."""
    with services.database.read() as connection:
        asked = what_if.find(connection, what_if_id)
        if asked is None:
            raise NotThereError
        teams = people.all_teams(connection)
        minutes = registration_costs.minutes_of(services, connection, asked.subject)
    figures = asked.figures or []
    open_clients = next((figure for figure in figures if figure.measure == "open"), None)
    changed = [
        _figure(figure, teams, viewer.team_id, None if figure.measure in what_if.OF_COACHES else open_clients)
        for figure in figures
        if figure.differs
    ]
    listed = next((each for each in changed if (each.measure, each.field) == ("listed", asked.subject)), None)
    return OneWhatIf(
        asked,
        before=parameters_of(asked.subject, what_if.definitions_of(asked.now)),
        after=parameters_of(asked.subject, what_if.definitions_of(asked.proposed)),
        figures=changed,
        same=[figure for figure in figures if not figure.differs and not figure.field],
        hours=Hours(listed, minutes) if listed else None,
    )


def count_next_what_if(services: Services) -> bool:
    """Count the longest asked of those that are not counted; whether there was one, and nobody else at it."""
    return what_if.count_next(services.engine)


def _figure(
    compared: Compared, teams: Sequence[Team], mine: UUID | None, open_clients: Compared | None = None
) -> Figure:
    """A figure as it may leave its teams; of people, it is a part of those who are `open_clients`."""
    team_ids = [team.team_id for team in teams]
    now = _by_team(compared.now, team_ids, open_clients.now if open_clients else None)
    then = _by_team(compared.then, team_ids, open_clients.then if open_clients else None)

    def side(team_id: UUID) -> Side:
        # What is hidden on one side would follow from the other side and the difference.
        hide = team_id in now or team_id in then
        return Side(None, None) if hide else Side(now.of(team_id), then.of(team_id))

    city = (now.total(mine), then.total(mine))
    return Figure(
        compared.measure,
        compared.field,
        Side(None, None) if None in city else Side(*city),
        [(team, side(team.team_id)) for team in teams],
    )


def _by_team(
    numbers: Mapping[UUID, int], team_ids: Sequence[UUID], whole: Mapping[UUID, int] | None = None
) -> ByTeam[UUID]:
    """A figure by team, hidden as on the pages of teams and of the city."""
    everybody = None if whole is None else _by_team(whole, team_ids)
    return ByTeam({team_id: numbers.get(team_id, 0) for team_id in team_ids}, everybody)
