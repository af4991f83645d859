"""Figures of a team and of the city, today or of an earlier Monday; small groups are hidden where they leave the team,
and the rest is rounded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from application import clients, rights
from application.intakes_and_exits import FLOW, Month, months_of, months_of_city
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.calendar import add_months
from domain.roles import SEES_TEAM, Viewer
from domain.suppression import SMALLEST_GROUP, ByTeam, Shown, published_column, rounded
from projections import agenda, caseload_figures, data_gaps, weekly_figures
from projections.caseload import Scope
from records import leave, people, targets, weekly_lists
from records.leave import Leave
from records.people import Team
from records.targets import Target
from records.weekly_lists import WeekTotals

TWO_YEARS = timedelta(weeks=104)
FIGURES = ("open", "no_plan", "not_seen", "contact_due")
AGREED = "contact_agreed"
NO_TRACK = "none"

# Numbers by Monday, the earliest first.
Numbers = Sequence[tuple[date, int]]


class WaitingTransfer(Struct, frozen=True):
    """A transfer that waits for an answer: from whom, to whom, since when."""

    client_id: UUID
    from_coach_id: UUID | None
    coach_id: UUID
    asked_on: date


@dataclass(frozen=True, slots=True)
class TeamFigures:
    """A team's figures as the viewer may see them: None stands for a group that is hidden. `figures` are those of the
    day that was asked for, `now` those of today, `targets` what they should be. Of another team than one's own,
    numbers are rounded, and `agreed`, `lines`, `months` and `weeks` are empty; `caseloads`, `coaches`, `waiting` and
    `away` are for those who lead the team."""

    team: Team
    targets: Mapping[str, Target]
    own: bool
    leads: bool
    mondays: Sequence[date]
    figures: Mapping[str, Shown]
    now: Mapping[str, Shown]
    agreed: int | None
    # the median of the weeks from intake to plan, and of how many clients; none of another team where the few without a
    # plan would follow from there being one
    plan_weeks: tuple[int, int] | None
    tracks: Mapping[str, Shown]
    outflow: Mapping[str, Shown]
    gaps: Mapping[str, Shown]
    lines: Mapping[str, Numbers]
    months: Sequence[Month]
    weeks: Sequence[WeekTotals]
    caseloads: Mapping[UUID, int]
    coaches: Sequence[UUID]
    waiting: Sequence[WaitingTransfer]
    names: Mapping[UUID, str]
    away: Sequence[Leave]


@dataclass(frozen=True, slots=True)
class CityFigures:
    """The same for each team beside the others, hidden as on the teams' own pages. `totals` are those of the day that
    was asked for, `today` those of today where that is another; `targets` hold on that day, by figure, and
    `team_targets` those of each team; `line` are open clients by week, `target_line` the target that held then,
    `months` the whole months before that day. The city's number is None, and no point of the line, where the own
    team's would give away another's."""

    teams: Sequence[tuple[Team, Mapping[str, Shown]]]
    mondays: Sequence[date]
    totals: Mapping[str, Shown]
    today: Mapping[str, Shown] | None
    targets: Mapping[str, Target]
    team_targets: Mapping[UUID, Mapping[str, Target]]
    line: Numbers
    target_line: Numbers | None
    listed: Mapping[str, Shown]
    months: Sequence[Month]


@dataclass(frozen=True, slots=True)
class _Counted:
    """A team's figures before anything is hidden, but `figures`: every team's, and what of them is hidden."""

    figures: Mapping[str, ByTeam[UUID]]
    agreed: int
    coaches: Mapping[UUID | None, int]
    tracks: Mapping[str, int]
    outflow: Mapping[str, int]
    gaps: Mapping[str, ByTeam[UUID]]
    plan_weeks: tuple[int, int] | None


@needs(rights.SEE_FIGURES)
def team_figures(services: Services, look: Look, team_id: UUID, monday: date | None) -> TeamFigures:
    """A team's figures of today, or of a Monday at 06:00 as they were known then.

    Raises:
        NotThereError: there is no such team, or there are no figures of that Monday.
    """
    me, as_of = look.viewer, services.today
    own = me.team_id == team_id
    leads = own and me.role in SEES_TEAM
    with services.database.read() as connection:
        team = people.team(connection, team_id)
        if team is None:
            raise NotThereError
        now = _today(connection, team_id, as_of, own=own)
        counted = _then(connection, monday, team_id) if monday else now
        lines = weekly_figures.series(connection, ("open", "not_seen", "listed"), as_of - TWO_YEARS, team_id)
        flow = weekly_figures.series(connection, FLOW, as_of - TWO_YEARS, team_id) if own else {}
        mondays = weekly_figures.mondays(connection)
        waiting = agenda.transfers_waiting(connection, team_ids=[team_id]) if leads else []
        away = leave.of_team(connection, team_id, as_of) if leads else []
        weeks = weekly_lists.totals_by_week(connection, team_id)
        coaches = [c.account_id for c in people.coaches(connection, team_id)]
        wanted = targets.all_targets(connection)
    names = clients.names_of(services, look, waiting)
    figures = _numbers(counted, team_id, own=own)
    tracks = _groups(counted.tracks, own=own)
    if figures["open"] is None:
        # They add up to it.
        tracks = dict.fromkeys(tracks)
    return TeamFigures(
        team=team,
        targets=targets_on(wanted, team_id, monday or as_of),
        own=own,
        leads=leads,
        mondays=mondays,
        figures=figures,
        now=_numbers(now, team_id, own=own),
        agreed=counted.agreed if own else None,
        plan_weeks=counted.plan_weeks if own else _plan_weeks(counted.plan_weeks, figures),
        tracks=tracks,
        outflow=_groups(counted.outflow, own=own),
        gaps=_gaps(counted.gaps, team_id, own=own),
        lines=lines if own else {},
        months=months_of(flow, monday or as_of),
        weeks=weeks if own else [],
        caseloads=_caseloads(counted, coaches) if leads else {},
        coaches=coaches if leads else [],
        waiting=[part_of(WaitingTransfer, transfer) for transfer in waiting],
        names=names,
        away=away,
    )


@needs(rights.SEE_FIGURES)
def city_figures(services: Services, viewer: Viewer, monday: date | None) -> CityFigures:
    """Every team's figures of today, or of a Monday, against the target; groups under five are hidden.

    Raises:
        NotThereError: there are no figures of that Monday.
    """
    as_of = services.today
    with services.database.read() as connection:
        teams = people.all_teams(connection)
        now = caseload_figures.totals(connection, as_of, Scope())
        counted: Mapping[Any, Mapping[str, int]] = now
        if monday:
            counted = weekly_figures.by_team(connection, monday, FIGURES)
        if monday and not counted:
            raise NotThereError
        by_week = weekly_figures.mondays_by_team(connection, "open", as_of - TWO_YEARS)
        flow = {name: weekly_figures.mondays_by_team(connection, name, as_of - TWO_YEARS) for name in FLOW}
        latest = monday or weekly_figures.built_upto(connection) or as_of
        fields = weekly_figures.details_by_team(connection, latest, "listed")
        wanted = targets.all_targets(connection)
        mondays = weekly_figures.mondays(connection)
    mine, team_ids = viewer.team_id, [t.team_id for t in teams]
    figures = by_team(counted, team_ids)
    opened = {day: ByTeam(_of_teams(numbers, team_ids)) for day, numbers in by_week.items()}
    line = [(day, number) for day, by in opened.items() if (number := by.total(mine)) is not None]
    listed = {f: ByTeam(_of_teams(numbers, team_ids), opened.get(latest)).total(mine) for f, numbers in fields.items()}
    return CityFigures(
        teams=[(t, {name: figures[name].of(t.team_id) for name in FIGURES}) for t in teams],
        mondays=mondays,
        totals=totals_of(counted, figures, mine),
        today=totals_of(now, by_team(now, team_ids), mine) if monday else None,
        targets=targets_on(wanted, None, monday or as_of),
        team_targets={t.team_id: targets_on(wanted, t.team_id, monday or as_of) for t in teams},
        line=line,
        target_line=_held(wanted, [day for day, _ in line]) if line else None,
        listed=listed,
        months=months_of_city(flow, monday or as_of, team_ids, mine),
    )


def _plan_weeks(weeks: tuple[int, int] | None, figures: Mapping[str, Shown]) -> tuple[int, int] | None:
    """As other teams see it. That there is one says that five have a plan, and that there is none, that fewer do: no
    number of those without a plan, or of all, may be hidden that would follow from that."""
    return (weeks[0], rounded(weeks[1])) if weeks and None not in (figures["open"], figures["no_plan"]) else None


def _of_teams(numbers: Mapping[Any, int], team_ids: Sequence[UUID]) -> dict[UUID, int]:
    return {team_id: numbers.get(team_id, 0) for team_id in team_ids}


def by_team(counted: Mapping[Any, Mapping[str, int]], team_ids: Sequence[UUID]) -> dict[str, ByTeam[UUID]]:
    """Open clients, and the figures of some of them."""
    numbers = {name: {t: counted.get(t, {}).get(name, 0) for t in team_ids} for name in FIGURES}
    whole = ByTeam(numbers["open"])
    return {name: whole if name == "open" else ByTeam(numbers[name], whole) for name in FIGURES}


def targets_on(found: Sequence[Target], team_id: UUID | None, day: date) -> dict[str, Target]:
    """What the figures of a team, or of the city, should be on a day, as far as somebody said."""
    held = {name: targets.in_force(found, name, team_id, day) for name in FIGURES}
    return {name: target for name, target in held.items() if target is not None}


def totals_of(
    counted: Mapping[Any, Mapping[str, int]], figures: Mapping[str, ByTeam[UUID]], mine: UUID | None
) -> dict[str, Shown]:
    """The city's figures as one of a team may see them."""
    without_team = counted.get(None, {})
    return {name: figures[name].total(mine, without_team.get(name, 0)) for name in FIGURES}


def _today(connection: Connection, team_id: UUID, as_of: date, *, own: bool) -> _Counted:
    """The figures of today. Nothing is hidden of the `own` team's gaps, so those of others are not counted for it."""
    scope, team_ids = Scope(team_id=team_id), [t.team_id for t in people.all_teams(connection)]
    counted = caseload_figures.totals(connection, as_of, Scope())
    gaps = data_gaps.totals_by_field(connection, as_of, team_id if own else None)
    figures = by_team(counted, team_ids)
    return _Counted(
        figures=figures,
        agreed=counted.get(team_id, {}).get(AGREED, 0),
        coaches=caseload_figures.by_coach(connection, team_id),
        tracks={track or NO_TRACK: n for track, n in caseload_figures.by_track(connection, scope).items()},
        outflow=caseload_figures.outflow(connection, scope, add_months(as_of, -12)),
        gaps={field: ByTeam(_of_teams(numbers, team_ids), figures["open"]) for field, numbers in gaps.items()},
        plan_weeks=_median_of(Counter(caseload_figures.intake_to_plan_weeks(connection, scope))),
    )


def _then(connection: Connection, monday: date, team_id: UUID) -> _Counted:
    """The figures of a Monday at 06:00, as they were known then."""
    found = weekly_figures.of_week(connection, monday, team_id)
    if not found:
        raise NotThereError
    team_ids = [t.team_id for t in people.all_teams(connection)]
    gaps = weekly_figures.details_by_team(connection, monday, "listed")
    closed = weekly_figures.by_detail(connection, "closed", add_months(monday, -12), team_id)
    outflow = {reason: sum(n for day, n in points if day <= monday) for reason, points in closed.items()}
    figures = by_team(weekly_figures.by_team(connection, monday, FIGURES), team_ids)
    return _Counted(
        figures=figures,
        agreed=sum(found.get(AGREED, {}).values()),
        coaches={UUID(coach_id): n for coach_id, n in found.get("coach", {}).items()},
        tracks=found.get("track", {}),
        outflow={reason: n for reason, n in outflow.items() if n},
        gaps={field: ByTeam(_of_teams(numbers, team_ids), figures["open"]) for field, numbers in gaps.items()},
        plan_weeks=_median_of({int(weeks): n for weeks, n in found.get("plan_weeks", {}).items()}),
    )


def median_weeks(weeks: Sequence[int]) -> int | None:
    """The median of some whole weeks; None of fewer than five."""
    found = _median_of(Counter(weeks))
    return found[0] if found else None


def _median_of(counted: Mapping[int, int]) -> tuple[int, int] | None:
    """The median of numbers that are counted by value, and of how many; None for fewer than five."""
    numbers = [value for value, n in sorted(counted.items()) for _one in range(n)]
    return (int(median(numbers)), len(numbers)) if len(numbers) >= SMALLEST_GROUP else None


def _numbers(counted: _Counted, team_id: UUID, *, own: bool) -> dict[str, Shown]:
    return {name: f.numbers.get(team_id, 0) if own else f.of(team_id) for name, f in counted.figures.items()}


def _gaps(gaps: Mapping[str, ByTeam[UUID]], team_id: UUID, *, own: bool) -> dict[str, Shown]:
    """The fields that a team has on its lists; for other teams also those that may be none."""
    found = {field: f.numbers.get(team_id, 0) if own else f.of(team_id) for field, f in gaps.items()}
    return {field: number for field, number in found.items() if number != 0}


def _groups(groups: Mapping[str, int], *, own: bool) -> dict[str, Shown]:
    """Groups that add up to a number that is known: for other teams, no small one can be worked out."""
    if own:
        return dict(groups)
    return dict(zip(groups, published_column(list(groups.values())), strict=True))


def _caseloads(counted: _Counted, coaches: Sequence[UUID]) -> dict[UUID, int]:
    """Of each coach of today, and of those who were there then; none where nobody had clients."""
    if not counted.coaches:
        return {}
    everybody = dict.fromkeys([*coaches, *(c for c in counted.coaches if c is not None)])
    return {coach_id: counted.coaches.get(coach_id, 0) for coach_id in everybody}


def _held(wanted: Sequence[Target], days: Sequence[date]) -> list[tuple[date, int]] | None:
    """The target of the city's open clients that held on each of these days, where there was one."""
    held = [(day, targets.in_force(wanted, "open", None, day)) for day in days]
    return [(day, target.number) for day, target in held if target] or None
