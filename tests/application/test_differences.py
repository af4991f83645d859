"""What is hidden can't be worked out: everything that somebody can see of each figure and day, taken together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from fractions import Fraction
from uuid import uuid4

import pytest

from application import team_figures, what_ifs
from application.looks import Look
from application.refusals import NotThereError
from application.services import Services
from domain.calendar import Week
from domain.catalogue import Track
from domain.client import AgreePlanOfAction, ChooseServiceTrack
from domain.roles import Role
from domain.suppression import SMALLEST_GROUP
from projections import weekly_figures
from projections.what_if import Compared
from records import people
from records.people import Account, Team
from tests.application.asking import viewer
from tests.conftest import Clock
from tests.stories import do
from tests.web.conftest import Town, build_town

Unknown = tuple[object, ...]
Equation = tuple[Mapping[Unknown, int], int]


def solved(equations: list[Equation]) -> dict[Unknown, Fraction]:
    """Each unknown that these equations leave one value for."""
    names = sorted({name for known, _ in equations for name in known}, key=repr)
    rows = [[Fraction(known.get(name, 0)) for name in names] + [Fraction(value)] for known, value in equations]
    done = 0
    for column in range(len(names)):
        pivot = next((row for row in rows[done:] if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        pivot = [value / pivot[column] for value in pivot]
        rows = [[a - row[column] * b for a, b in zip(row, pivot, strict=True)] if row[column] else row for row in rows]
        rows.insert(done, pivot)
        done += 1
    found = {}
    for row in rows[:done]:
        used = [nth for nth, value in enumerate(row[:-1]) if value]
        if len(used) == 1:
            found[names[used[0]]] = row[-1]
    return found


def test_the_attack_finds_what_can_be_worked_out() -> None:
    told: list[Equation] = [({("a",): 1, ("b",): 1, ("c",): 1}, 10), ({("a",): 1}, 3), ({("b",): 1, ("c",): -1}, 1)]
    assert solved(told) == {("a",): 3, ("b",): 4, ("c",): 3}
    assert solved(told[:2]) == {("a",): 3}


@pytest.fixture
def city(sqlite_services: Services, clock: Clock, sizes: tuple[int, ...]) -> Town:
    """Teams of these sizes, some of each with a plan and a track; and the figures of the Monday after."""
    town = build_town(sqlite_services)
    coaches = [("coach", "north"), ("stranger", "south")]
    with town.services.database.write() as connection:
        for nth in range(2, len(sizes)):
            name = f"team-{nth}"
            town.teams[name] = Team(uuid4(), name, name, specialised=False)
            people.add_team(connection, town.teams[name])
            account = Account(
                uuid4(), f"coach-{nth}", "Somebody", Role.WORK_COACH, town.teams[name].team_id, False, True, None
            )
            people.add_account(connection, account, "", password_hash="none")
            town.accounts[account.username] = account
            coaches.append((account.username, name))
    day = town.services.today
    for size, (coach, _) in zip(sizes, coaches, strict=True):
        for nth in range(size):
            client_id = town.new_client(coach, f"Client {nth}")
            if nth % 2:
                do(town.services, AgreePlanOfAction(client_id=client_id, plan="A course", agreed_on=day))
            if nth % 3:
                do(town.services, ChooseServiceTrack(client_id=client_id, track=Track.PARTICIPATION, chosen_on=day))
    clock.now += timedelta(days=40)
    town.services.engine.catch_up()
    weekly_figures.build(town.services.engine, Week.latest(clock.now))
    return town


def seen_by(city: Town, who: str, mondays: list[date | None]) -> Iterator[Equation]:
    """What pages tell one viewer, as equations; zeros are known to whoever asks around."""
    services, me = city.services, viewer(city, who)
    ids = [t.team_id for t in city.teams.values()]
    for monday in mondays:
        whole = team_figures.city_figures(services, me, monday)
        for name, total in whole.totals.items():
            if total is not None:
                yield {(name, monday, t): 1 for t in ids}, total
        for day, number in whole.line:
            yield {("open", day, t): 1 for t in ids}, number
        for name, total in (whole.today or {}).items():
            if total is not None:
                yield {(name, None, t): 1 for t in ids}, total
        for field, total in whole.listed.items():
            if total is not None:
                yield {("listed", field, monday or whole.mondays[0], t): 1 for t in ids}, total
        for team, figures in whole.teams:
            yield from (({(n, monday, team.team_id): 1}, x) for n, x in figures.items() if x is not None)
        for team_id in ids:
            # A team that had nobody on a Monday has no page of it.
            with suppress(NotThereError):
                page = team_figures.team_figures(services, Look(services, me, "test"), team_id, monday)
                yield from _of_a_team(page, monday)


def _of_a_team(page: team_figures.TeamFigures, monday: date | None) -> Iterator[Equation]:
    t = page.team.team_id
    yield from (({(n, monday, t): 1}, x) for n, x in page.figures.items() if x is not None)
    yield from (({(n, None, t): 1}, x) for n, x in page.now.items() if x is not None)
    yield from (({("listed", f, monday, t): 1}, x) for f, x in page.gaps.items() if x is not None)
    yield from (({("track", k, monday, t): 1}, x) for k, x in page.tracks.items() if x is not None)
    yield {**{("track", k, monday, t): 1 for k in page.tracks}, ("open", monday, t): -1}, 0
    if page.plan_weeks:
        yield {("open", monday, t): 1, ("no_plan", monday, t): -1, ("planned", monday, t): -1}, 0
        if page.plan_weeks[1] is not None:
            yield {("planned", monday, t): 1}, page.plan_weeks[1]


def truth(city: Town, mondays: list[date | None]) -> dict[Unknown, int]:
    """Every number as the teams themselves see it."""
    found: dict[Unknown, int] = {}
    for who in ("coach", "stranger", *(f"coach-{n}" for n in range(2, len(city.teams)))):
        me = viewer(city, who)
        assert me.team_id is not None
        for monday in mondays:
            with suppress(NotThereError):
                page = team_figures.team_figures(city.services, Look(city.services, me, "test"), me.team_id, monday)
                found |= {next(iter(known)): value for known, value in _of_a_team(page, monday) if len(known) == 1}
    return found


SIZES = [(3,), (3, 8), (3, 4), (3, 8, 6), (2, 9, 3, 7), (1, 1, 9, 5), (4, 12, 0), (9, 9, 9)]


@pytest.mark.parametrize("sizes", [s for s in SIZES if len(s) > 1], ids=str)
def test_no_small_group_of_another_team_follows_from_all_that_somebody_sees(city: Town, sizes: tuple[int, ...]) -> None:
    with city.services.database.read() as connection:
        mondays: list[date | None] = [None, *weekly_figures.mondays(connection)[:2]]
    true = truth(city, mondays)
    assert any(0 < n < SMALLEST_GROUP for n in true.values())
    for who in ("coach", "stranger", "process", "manager", *(f"coach-{n}" for n in range(2, len(sizes)))):
        mine = viewer(city, who).team_id
        told = list(seen_by(city, who, mondays))
        told += [({name: 1}, 0) for name, number in true.items() if number == 0]
        for name, number in solved(told).items():
            if name[-1] != mine and name in true:
                assert number == true[name]
                assert not 0 < number < SMALLEST_GROUP, (who, name[:-1], number)


@pytest.mark.parametrize("sizes", [(3, 8), (3, 8, 6), (2, 9, 3, 7)], ids=str)
@pytest.mark.parametrize("grown", [0, 1, 4])
def test_neither_from_a_what_if_beside_todays_figures(
    city: Town, sizes: tuple[int, ...], grown: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [t.team_id for t in city.teams.values()]
    now = dict(zip(ids, sizes, strict=True))
    then = {t: n + grown * (nth + 1) for nth, (t, n) in enumerate(now.items())}
    compared = Compared("open", "", now, then)
    with city.services.database.read() as connection:
        teams = people.all_teams(connection)
    for who in ("coach", "stranger", "process", *(f"coach-{n}" for n in range(2, len(sizes)))):
        me = viewer(city, who)
        figure = what_ifs._figure(compared, teams, me.team_id)
        told = list(seen_by(city, who, [None]))
        told += [({("then", None, me.team_id): 1}, then[me.team_id])] if me.team_id else []
        for side, name in ((figure.city.now, "open"), (figure.city.then, "then")):
            if side is not None:
                told.append(({(name, None, t): 1 for t in ids}, side))
        for team, side in figure.teams:
            for number, name in ((side.now, "open"), (side.then, "then")):
                if number is not None:
                    told.append(({(name, None, team.team_id): 1}, number))
        known = solved(told)
        for name, numbers in (("open", now), ("then", then)):
            for t, number in numbers.items():
                if t != me.team_id and 0 < number < SMALLEST_GROUP:
                    assert (name, None, t) not in known, (who, name)
