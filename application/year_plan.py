"""The year plan: what figures of the city and of teams should be, why, and how far they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.team_figures import FIGURES, by_team, totals_of
from domain.calendar import within_reach
from domain.refusal import Refused
from domain.roles import Viewer
from domain.suppression import Shown
from domain.text import required_text
from projections import caseload_figures, weekly_figures
from projections.caseload import Scope
from records import people, targets
from records.people import Team
from records.targets import Target

LONGEST_REASON = 500
# By figure, and team or None for the city.
Figures = Mapping[tuple[str, UUID | None], Shown]


@dataclass(frozen=True, slots=True)
class Planned:
    """A target with what the figure was when it began and is now, or was when the next one began or the year ended;
    `progress` is the part of the way in hundredths, None where one of the two is not known or hidden. One that another
    took the place of for the same day is `replaced`, and has no figures."""

    target: Target
    team: Team | None
    begun: Shown
    reached: Shown
    until: date
    replaced: bool

    @property
    def progress(self) -> int | None:
        if self.begun is None or self.reached is None or self.begun == self.target.number:
            return None
        return round(100 * (self.reached - self.begun) / (self.target.number - self.begun))


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The targets that begin in a year: the city's first, then by team; `years` are those that have any, and this."""

    year: int
    years: Sequence[int]
    planned: Sequence[Planned]
    teams: Sequence[Team]


@needs(rights.SEE_FIGURES)
def year_plan(services: Services, viewer: Viewer, year: int | None) -> YearPlan:
    """The targets of a year, by default this one, with how far they are; hidden and rounded as on the city's page."""
    today = services.today
    year = year or today.year
    with services.database.read() as connection:
        teams = people.all_teams(connection)
        found = targets.all_targets(connection)
        named = {team.team_id: team for team in teams}
        figures: dict[date, Figures] = {}

        def on(day: date, target: Target) -> Shown:
            if day not in figures:
                figures[day] = _figures_on(viewer, _counted_on(connection, day, today), list(named))
            return figures[day].get((target.figure, target.team_id))

        planned = []
        for target in found:
            if target.from_on.year != year or (target.team_id is not None and target.team_id not in named):
                continue
            team = named.get(target.team_id) if target.team_id else None
            replaced = targets.in_force(found, target.figure, target.team_id, target.from_on) != target
            until = min(today, date(year, 12, 31), _next(found, target) or today)
            known = not replaced and target.from_on <= today
            begun, reached = (on(target.from_on, target), on(until, target)) if known else (None, None)
            planned.append(Planned(target, team, begun, reached, until, replaced))
    planned.sort(key=lambda each: (each.team is not None, each.team.name if each.team else "", _order(each)))
    years = sorted({today.year, year, *(target.from_on.year for target in found)})
    return YearPlan(year, years, planned, teams)


def figures_on(services: Services, viewer: Viewer, monday: date | None) -> Figures:
    """The figures of today, or of a Monday, as the year plan tells them: hidden and rounded for this viewer."""
    with services.database.read() as connection:
        team_ids = [team.team_id for team in people.all_teams(connection)]
        return _figures_on(viewer, _counted(connection, monday, services.today), team_ids)


@needs(rights.SET_TARGETS)
def set_target(
    services: Services,
    viewer: Viewer,
    figure: str,
    team_id: UUID | None,
    number: int,
    from_on: date,
    reason: str,
    command_id: UUID,
) -> None:
    """Set what a figure of the city, or of a team, should be from a day on.

    Raises:
        NotThereError: there is no such team.
        Refused: there is no such figure, the day is out of reach, or it is no number; nothing is kept.
    """
    if figure not in FIGURES:
        raise Refused("There is no such choice here.", field="figure")
    within_reach(from_on, services.today, field="from_on")
    said = required_text(reason, field="reason", longest=LONGEST_REASON)
    with services.database.write() as connection:
        if team_id is not None and people.team(connection, team_id) is None:
            raise NotThereError
        target = Target(command_id, figure, team_id, from_on, number, said, viewer.account_id, services.clock())
        targets.put(connection, target)


def _order(each: Planned) -> tuple[Any, ...]:
    target = each.target
    return FIGURES.index(target.figure), target.from_on, each.replaced, target.set_at


def _next(found: Sequence[Target], target: Target) -> date | None:
    """The day before the next target of the same figure begins."""
    later = [t.from_on for t in found if (t.figure, t.team_id) == (target.figure, target.team_id)]
    return min((day - timedelta(days=1) for day in later if day > target.from_on), default=None)


def _counted_on(connection: Connection, day: date, today: date) -> Mapping[Any, Mapping[str, int]]:
    """What was counted on the last Monday up to a day; today, what is."""
    return _counted(connection, None if day == today else day - timedelta(days=day.weekday()), today)


def _counted(connection: Connection, monday: date | None, today: date) -> Mapping[Any, Mapping[str, int]]:
    if monday is None:
        return caseload_figures.totals(connection, today, Scope())
    return weekly_figures.by_team(connection, monday, FIGURES)


def _figures_on(viewer: Viewer, counted: Mapping[Any, Mapping[str, int]], team_ids: Sequence[UUID]) -> Figures:
    if not counted:
        return {}
    figures = by_team(counted, team_ids)
    of_teams: dict[tuple[str, UUID | None], Shown] = {
        (name, team_id): figures[name].of(team_id) for name in FIGURES for team_id in team_ids
    }
    return of_teams | {(name, None): number for name, number in totals_of(counted, figures, viewer.team_id).items()}
