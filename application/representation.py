"""Whom the dashboard hides: what the reports tell of groups in a team and in the city, and which characteristics they
look at, as the improvement team chose them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from application import rights
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.calendar import add_months
from domain.catalogue import Field
from domain.representation import EVERYBODY, Row, characteristics, check_choice, is_beside, most_hidden, table_of
from domain.roles import Role, Viewer
from projections import definitions as revisions
from records import people
from records import representation as reports
from records.people import Team
from records.representation import ChoiceMade as ChoiceMade

YEARS = 2
MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Representation:
    """A report as it is shown: of a team, or of the city where `team` is None; `everybody` is the row of all. `rows`
    are the groups of the characteristics in `by`, `over_time` the same groups in the reports of two years. `teams` are
    those that the viewer may look at."""

    team: Team | None
    teams: Sequence[Team]
    day: date | None
    days: Sequence[date]
    looked_at: Sequence[Field]
    by: tuple[str, ...]
    everybody: Row | None
    rows: Sequence[Row]
    hidden: Sequence[Row]
    over_time: Sequence[tuple[date, Sequence[Row]]]


@dataclass(frozen=True, slots=True)
class Choosing:
    """Which characteristics can be chosen, which are, and every choice that was made, the latest first."""

    fields: Sequence[Field]
    chosen: Sequence[str]
    made: Sequence[ChoiceMade]


@needs(rights.SEE_REPRESENTATION)
def representation(
    services: Services, viewer: Viewer, team_id: UUID | None, by: Sequence[str], day: date | None
) -> Representation:
    """What a report tells of the city or a team: the last one, or that of a day.

    Raises:
        NotThereError: there is no such team, it is none of the viewer's, or there is no report of that day.
    """
    with services.database.read() as connection:
        teams = visible_teams(viewer, people.all_teams(connection))
        team = next((each for each in teams if each.team_id == team_id), None)
        if team_id is not None and team is None:
            raise NotThereError
        scope = str(team_id) if team_id else reports.CITY
        days = reports.days(connection, scope)
        if day is not None and day not in days:
            raise NotThereError
        shown = day or (days[0] if days else None)
        rows = reports.told(connection, shown, scope) if shown else []
        earlier = reports.told_by_day(connection, scope, add_months(services.today, -12 * YEARS)) if shown else []
        catalogue = revisions.on(connection, services.today).catalogue
    there = {table[0] for row in rows if len(table := table_of(row.key)) == 1 and not is_beside(row.key)}
    looked_at = [field for field in catalogue if field.key in there]
    table = _table(by, [field.key for field in looked_at])
    return Representation(
        team=team,
        teams=teams,
        day=shown,
        days=days,
        looked_at=looked_at,
        by=table,
        everybody=next((row for row in rows if row.key == EVERYBODY), None),
        rows=[row for row in rows if table and table_of(row.key) == table],
        hidden=most_hidden([row for row in rows if not is_beside(row.key)], MOST_NAMED),
        over_time=[(of, [row for row in told if table and table_of(row.key) == table]) for of, told in earlier],
    )


@needs(rights.CHOOSE_GROUPS)
def choosing(services: Services, viewer: Viewer) -> Choosing:
    """What reports look at, and what they could."""
    with services.database.read() as connection:
        catalogue = revisions.on(connection, services.today).catalogue
        return Choosing(characteristics(catalogue), reports.chosen(connection), reports.choices(connection))


@needs(rights.CHOOSE_GROUPS)
def choose_characteristics(services: Services, viewer: Viewer, keys: Sequence[str], why: str, command_id: UUID) -> None:
    """Choose what reports look at from the next one on, which is made within the hour; noted with who, when and why.

    Raises:
        Refused: too few or too many were chosen, or there is no reason.
    """
    with services.database.write() as connection:
        catalogue = revisions.on(connection, services.today).catalogue
        chosen, reason = check_choice(keys, why, catalogue)
        reports.choose(connection, command_id, ChoiceMade(services.clock(), viewer.account_id, chosen, reason))


def visible_teams(viewer: Viewer, teams: Sequence[Team]) -> list[Team]:
    """The own team; every team for who runs the programme across them."""
    return [team for team in teams if viewer.role is Role.PROCESS_MANAGER or team.team_id == viewer.team_id]


def _table(by: Sequence[str], looked_at: Sequence[str]) -> tuple[str, ...]:
    """One or two characteristics that the report looks at; the first of them where none of these is asked for."""
    found = sorted({key for key in by if key in looked_at})[:2]
    return tuple(found or looked_at[:1])
