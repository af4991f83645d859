"""How a figure is counted: its definition, who counts in it and who does not, and why it is not what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from application import rights
from application.differences import Difference, difference
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.team_figures import city_figures, median_weeks, team_figures
from domain.roles import SEES_TEAM, Role, Viewer
from domain.suppression import Shown
from explaining.figures import Figure, NoSuchFigureError, figure
from projections import caseload_explained as model
from projections import caseload_figures
from projections import definitions as defined
from projections.caseload import Scope
from projections.definitions import Revision
from records import people
from records.people import Team

MINE, TEAM, CITY = "mine", "team", "city"


@dataclass(frozen=True, slots=True)
class Counting:
    """A definition by which a figure counts: which version holds on the day, and since when; none is revised where
    `revision` is None."""

    subject: str
    number: int
    revision: Revision | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A figure of the viewer's own clients (`mine`), of a `team` or of the city, of a day or of a Monday at six.

    `exact` is a number of the viewer's own team, which is shown as it is; others are rounded or hidden. `counted`,
    `excluded` and `events` are how many clients count and how many do not, by the first reason that holds, out of how
    many events; None where they are not the viewer's to see, or are of an earlier day. `position`: up to where the log
    is in it.
    """

    name: str
    detail: str
    of: str
    team: Team | None
    leads: bool
    exact: bool
    day: date
    monday: date | None
    number: Shown
    median: bool
    counted: int | None
    excluded: Sequence[tuple[str, int]] | None
    events: int | None
    position: int
    countings: Sequence[Counting]
    difference: Difference | None

    @property
    def key(self) -> str:
        return f"{self.name}:{self.detail}" if self.detail else self.name


@needs(rights.SEE_FIGURES)
def explanation(
    services: Services,
    look: Look,
    asked: str,
    *,
    of: str | None = None,
    team_id: UUID | None = None,
    monday: date | None = None,
    since: date | None = None,
) -> Explanation:
    """A figure explained. `of` is whose: `mine` or `city`, else of a team, the viewer's own where none is given;
    `since` is the earlier day that it is compared with.

    Raises:
        NotThereError: there is no such figure or team, or none of this for the viewer, or no figures of that Monday.
    """
    viewer = look.viewer
    try:
        wanted = figure(asked)
    except NoSuchFigureError:
        raise NotThereError from None
    of, team_id = _whose(viewer, of, team_id)
    day = monday or services.today
    leads = of == MINE or (of == TEAM and team_id == viewer.team_id and viewer.role in SEES_TEAM)
    position = services.engine.freshness()["caseload"].position
    with services.database.read() as connection:
        team = people.team(connection, team_id) if team_id else None
        countings = _countings(connection, wanted.subjects, day)
    if of == TEAM and team is None:
        raise NotThereError
    number: Shown
    counted: int | None = None
    excluded: Sequence[tuple[str, int]] | None = None
    events: int | None = None
    changed: Difference | None = None
    if leads and monday is None:
        scope = Scope(coach_id=viewer.account_id) if of == MINE else Scope(team_id=team_id)
        with services.database.read() as connection:
            number, counted, excluded = _counted(connection, wanted, day, scope)
            events = model.events(connection, scope)
        if since is not None and not wanted.median:
            changed = difference(services, wanted, scope, since, number or 0)
    else:
        number = _as_shown(services, look, wanted, team_id, monday)
    return Explanation(
        name=wanted.name,
        detail=wanted.detail,
        of=of,
        team=team,
        leads=leads,
        exact=of == MINE or (of == TEAM and team_id == viewer.team_id),
        day=day,
        monday=monday,
        number=number,
        median=wanted.median,
        counted=counted,
        excluded=excluded,
        events=events,
        position=position,
        countings=countings,
        difference=changed,
    )


def _whose(viewer: Viewer, of: str | None, team_id: UUID | None) -> tuple[str, UUID | None]:
    if of == MINE or (of is None and team_id is None and viewer.role is Role.WORK_COACH):
        if viewer.role is not Role.WORK_COACH:
            raise NotThereError
        return MINE, None
    team_id = team_id or viewer.team_id
    return (CITY, None) if of == CITY or team_id is None else (TEAM, team_id)


def _counted(
    connection: Connection, wanted: Figure, day: date, scope: Scope
) -> tuple[Shown, int, Sequence[tuple[str, int]]]:
    """A figure of today, exactly, with who does not count and why, the most first."""
    steps = model.steps(wanted.name, wanted.detail, day)
    if steps is None:
        raise NotThereError
    counted, excluded = model.explained(connection, steps, scope)
    number: Shown = counted
    if wanted.median:
        number = median_weeks(caseload_figures.intake_to_plan_weeks(connection, scope))
    elif wanted.key in ("listed", "deadlines"):
        number = model.amount(connection, wanted.name, day, scope)
    return number, counted, sorted(excluded.items(), key=lambda each: (-each[1], each[0]))


def _as_shown(services: Services, look: Look, wanted: Figure, team_id: UUID | None, monday: date | None) -> Shown:
    """The number as the page of the team or of the city shows it to this viewer: what is hidden is hidden there."""
    numbers: Mapping[str, Mapping[str, Shown]]
    if team_id is None:
        city = city_figures(services, look.viewer, monday)
        numbers = {"": city.totals, "listed": city.listed}
    else:
        shown = team_figures(services, look, team_id, monday)
        weeks = {"plan_weeks": shown.plan_weeks[0]} if shown.plan_weeks else {}
        agreed = {"contact_agreed": shown.agreed} if shown.agreed is not None else {}
        numbers = {
            "": {**shown.figures, **agreed, **weeks},
            "listed": shown.gaps,
            "track": shown.tracks,
            "exits": shown.outflow,
        }
    if wanted.detail:
        found: Any = numbers.get(wanted.name)
        if found is None:
            raise NotThereError
        # What is none is left out there.
        number: Shown = found.get(wanted.detail, 0)
        return number
    if wanted.name not in numbers[""]:
        raise NotThereError
    return numbers[""][wanted.name]


def _countings(connection: Connection, subjects: Sequence[str], day: date) -> list[Counting]:
    revisions = defined.revisions(connection)
    found = []
    for subject in subjects:
        of = [revision for revision in revisions if revision.subject == subject]
        number = defined.number_on(of, day)
        found.append(Counting(subject, number, next((each for each in of if each.number == number), None)))
    return found


def subjects_of(asked: str) -> Sequence[str]:
    """The fields and terms by whose definition a figure counts; none where there is no such figure."""
    try:
        return figure(asked).subjects
    except NoSuchFigureError:
        return ()


def explains(asked: str) -> bool:
    """Whether there is such a figure to explain."""
    try:
        return bool(figure(asked))
    except NoSuchFigureError:
        return False
