"""Figures counted again from the raw log, for whoever runs the system: the second way, which no page depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from application.services import Services
from domain.calendar import Week
from domain.refusal import Refused
from explaining.counting import Counted, Of, When, count_in_log
from explaining.defined import SUBJECTS, Chosen, NoSuchVersionError
from explaining.figures import NoSuchFigureError, figure
from records import people
from records.people import Team


class UnansweredError(Exception):
    """What was asked can't be counted; says why and what to do."""


@dataclass(frozen=True, slots=True)
class Recount:
    """What was counted, and of which team; None for the whole city."""

    counted: Counted
    team: Team | None


def recount(services: Services, asked: str, when: When, team_code: str | None, versions: Sequence[str]) -> Recount:
    """Count a figure from every event of the log. `versions` are numbers of the figure's own definition, such as `2`,
    or of another one, such as `seen:2`.

    Raises:
        UnansweredError: there is no such figure, team or version.
        PoisonError: an event can't be used.
    """
    try:
        wanted = figure(asked)
        chosen = [_chosen(version, wanted.subjects) for version in versions]
        team = _team(services, team_code) if team_code else None
        counted = count_in_log(services.log, wanted, when, Of(team=team.team_id if team else None), chosen)
    except (NoSuchFigureError, NoSuchVersionError) as error:
        raise UnansweredError(str(error)) from None
    return Recount(counted, team)


def moment_of(services: Services, asked: str | None) -> When:
    """A day as somebody writes it: 2026-11-23 for its end, 2026-W48 for its Monday at six as weekly figures are
    counted, nothing for today with all that is recorded.

    Raises:
        UnansweredError: it is neither, or lies ahead.
    """
    today = services.today
    if asked is None:
        return When(today)
    try:
        week = Week.parse(asked) if "W" in asked else None
        when = When(week.monday, week.starts_at) if week else When.end_of(date.fromisoformat(asked))
    except (ValueError, Refused):
        raise UnansweredError(f"{asked!r} is no day. Write it as 2026-11-23, or a week as 2026-W48.") from None
    if when.day > today:
        raise UnansweredError(f"{asked} lies ahead: nobody knows it yet. Choose today or an earlier day.")
    return when


def _chosen(version: str, subjects: Sequence[str]) -> Chosen:
    subject, _, number = version.rpartition(":")
    subject = subject or (subjects[0] if subjects else "")
    if not subject:
        raise UnansweredError("This figure depends on no definition: leave --definition out.")
    if subject not in SUBJECTS or not number.isdecimal():
        raise UnansweredError(f"{version!r} is no version. Write its number, or the term and its number as seen:2.")
    return subject, int(number)


def _team(services: Services, code: str) -> Team:
    with services.database.read() as connection:
        teams = {team.code: team for team in people.all_teams(connection)}
    if code not in teams:
        raise UnansweredError(f"There is no team {code!r}. Choose one of: {', '.join(sorted(teams)) or 'none yet'}.")
    return teams[code]
