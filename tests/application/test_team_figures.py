"""Figures of a team, by their own view: to other teams small groups are hidden before anything is handed out."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from application import intakes_and_exits, team_figures
from application.looks import Look
from application.services import Services
from domain.calendar import Week
from domain.client import AgreePlanOfAction
from projections import weekly_figures
from tests.application.asking import viewer
from tests.conftest import Clock
from tests.stories import do
from tests.web.conftest import Town, build_town


@pytest.fixture
def town(sqlite_services: Services) -> Town:
    town = build_town(sqlite_services)
    for nth in range(3):
        town.new_client("coach", f"Client {nth}")
    return town


def figures(town: Town, who: str) -> team_figures.TeamFigures:
    look = Look(town.services, viewer(town, who), "test")
    return team_figures.team_figures(town.services, look, town.teams["north"].team_id, None)


def test_the_own_team_sees_its_numbers_and_who_leads_it_each_caseload(town: Town) -> None:
    coach, manager = figures(town, "coach"), figures(town, "manager")
    assert coach.figures == manager.figures == coach.now
    assert coach.figures["open"] == coach.figures["no_plan"] == 3 and coach.agreed == 0
    assert coach.tracks == {team_figures.NO_TRACK: 3}
    assert (coach.caseloads, coach.coaches) == ({}, [])
    assert manager.caseloads[town.accounts["coach"].account_id] == 3
    assert set(manager.coaches) == manager.caseloads.keys()


@pytest.mark.parametrize("who", ["stranger", "manager-south", "process"])
def test_another_team_sees_no_group_under_five(town: Town, who: str) -> None:
    few = figures(town, who)
    assert not few.own and not few.leads
    assert few.figures == few.now == {"open": None, "no_plan": None, "not_seen": None, "contact_due": 0}
    assert few.tracks == {team_figures.NO_TRACK: None}
    assert (few.agreed, few.lines, few.months, few.weeks, few.caseloads, few.coaches) == (None, {}, [], [], {}, [])
    for nth in range(2):
        town.new_client("colleague", f"Further client {nth}")
    assert figures(town, who).figures["open"] == 5


def test_a_week_counts_in_the_month_of_its_middle_and_the_running_month_is_left_out() -> None:
    flow = {
        "intakes": [(date(2026, 1, 5), 2), (date(2026, 2, 2), 3), (date(2026, 2, 9), 5)],
        "closed": [(date(2026, 3, 2), 1), (date(2026, 3, 9), 7)],
    }
    assert intakes_and_exits.months_of(flow, date(2026, 3, 10)) == [
        intakes_and_exits.Month(date(2026, 1, 1), 5, 0),
        intakes_and_exits.Month(date(2026, 2, 1), 5, 1),
    ]
    assert len(intakes_and_exits.months_of({"intakes": [(date(2024, 5, 6), 1)]}, date(2026, 3, 10))) == 12
    assert intakes_and_exits.months_of({}, date(2026, 3, 10)) == []


def test_the_few_without_a_plan_do_not_follow_from_the_many_with_one(town: Town) -> None:
    with_plan = [town.new_client("coach", f"With plan {nth}") for nth in range(5)]
    day = town.services.today
    for client_id in with_plan:
        do(town.services, AgreePlanOfAction(client_id=client_id, plan="A course", agreed_on=day))
    town.services.engine.catch_up()
    own, other = figures(town, "coach"), figures(town, "stranger")
    assert (
        (own.figures["open"], own.figures["no_plan"]) == (8, 3)
        and own.plan_weeks is not None
        and own.plan_weeks[1] == 5
    )
    assert (other.figures["open"], other.figures["no_plan"]) == (10, None)
    assert other.plan_weeks is None, "that there is one says that five have a plan"
    for nth in range(2):
        town.new_client("coach", f"More without plan {nth}")
    assert figures(town, "stranger").plan_weeks == (own.plan_weeks[0], 5)


def test_the_city_hides_a_second_team_where_one_would_follow_from_the_sum(town: Town) -> None:
    for nth in range(6):
        town.new_client("stranger", f"Southern client {nth}")
    city = team_figures.city_figures(town.services, viewer(town, "process"), None)
    assert city.totals["open"] == 10 and city.today is None, "nine, rounded"
    assert [shown["open"] for _, shown in city.teams] == [None, None]


def test_from_intake_to_plan_is_told_in_weeks_today_as_of_any_monday(town: Town, clock: Clock) -> None:
    day = town.services.today
    for nth in range(5):
        client_id = town.new_client("coach", f"With plan {nth}", day - timedelta(days=10 + 7 * nth))
        do(town.services, AgreePlanOfAction(client_id=client_id, plan="A course", agreed_on=day))
    clock.now += timedelta(days=7)
    town.services.engine.catch_up()
    weekly_figures.build(town.services.engine, Week.latest(clock.now))
    look, north = Look(town.services, viewer(town, "coach"), "test"), town.teams["north"].team_id
    then = team_figures.team_figures(town.services, look, north, Week.latest(clock.now).monday)
    assert figures(town, "coach").plan_weeks == then.plan_weeks == (3, 5)
