"""No page weighs more than 150 kB in a town of 120 clients a coach: those of the navigation, of each role, caseloads
with filters in each density, and a city's accounts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import url_for

from application import caseload
from application.caseload import DENSITIES
from application.my_tasks import FIRST, PAGE, When
from application.weekly_building import build_weekly_lists
from domain.calendar import Week
from domain.client import PlanTask, TaskKind
from eventlog.commands import CommandContext, Step
from projections import caseload as model
from projections.caseload import Scope
from records import people
from tests.web.conftest import HASH, Town
from web.navigation import GROUPS, OWN

HEAVIEST, CLIENTS, COLLEAGUES = 150_000, 120, 300
LISTS = {
    "all": "/caseload",
    "filters": "/caseload?panel=filters",
    "two filters": "/caseload?f=driving_licence:unknown&f=cv:unknown&panel=filters",
    "columns": "/caseload?panel=columns",
}


@pytest.fixture
def city(town: Town) -> Town:
    for nth in range(CLIENTS):
        town.new_client("coach", f"Invented Client With A Long Name {nth}")
    return town


def test_no_caseload_of_120_clients_is_heavy(city: Town) -> None:
    weights = {}
    for who in ("coach", "quality", "manager"):
        visitor = city.visit(who)
        for density in DENSITIES:
            caseload.choose_density(city.services, city.accounts[who].viewer, density)
            for name, address in LISTS.items():
                page = visitor.get(address)
                weights[who, density, name] = len(page.encode())
                if (density, name) == ("compact", "all"):
                    assert page.count('<th scope="row"') == CLIENTS, "all on one page"
    assert {key: weight for key, weight in weights.items() if weight > HEAVIEST} == {}


def test_no_part_of_a_coachs_tasks_is_heavy(town: Town) -> None:
    client_id, viewer = town.new_client("coach", "Invented Client With A Long Name"), town.accounts["coach"].viewer
    due_on, context = town.services.today, CommandContext(town.services.clock(), viewer.account_id)
    said = [
        PlanTask(client_id=client_id, task_id=uuid4(), what="w" * 200, due_on=due_on, kind=TaskKind.OWN)
        for _ in range(PAGE + 1)
    ]
    town.services.clients.handle_all([Step(each, context, uuid4()) for each in said])
    town.services.engine.catch_up()
    coach = town.visit("coach")
    weights = {address: len(coach.get(address).encode()) for address in ("/tasks", "/tasks?when=today")}
    assert {address: weight for address, weight in weights.items() if weight > HEAVIEST} == {}
    assert len(When) * FIRST <= PAGE, "the first of every group weigh no more than a page of one"


def test_no_page_of_the_navigation_is_heavy_for_anybody(city: Town) -> None:
    services = city.services
    context = CommandContext(services.clock(), city.accounts["coach"].account_id)
    with services.database.read() as connection:
        clients = model.clients(connection, Scope(coach_id=city.accounts["coach"].account_id))
    steps = [
        Step(PlanTask(client_id=row.client_id, task_id=uuid4(), what="Ask how it went", due_on=day), context, uuid4())
        for row in clients
        for day in (services.today, services.today + timedelta(days=9))
    ]
    services.clients.handle_all(steps)
    services.engine.catch_up()
    build_weekly_lists(services, Week.latest(services.clock()))
    with city.app.test_request_context():
        places = [*(place for _, group in GROUPS for place in group), OWN]
        addresses = {url_for(page.endpoint) for place in places for page in place.pages}
    weights = {}
    for who in city.accounts:
        visitor = city.visit(who)
        for address in sorted(addresses):
            answer = visitor.client.get(address, follow_redirects=True)
            if answer.status_code == 200:
                weights[who, address] = len(answer.data)
    assert len(weights) > 100
    heavy = {key: weight for key, weight in weights.items() if weight > HEAVIEST}
    assert heavy == {}


def test_the_accounts_of_a_city_are_not_heavy(town: Town) -> None:
    with town.services.database.write() as connection:
        for nth in range(COLLEAGUES):
            account = replace(town.accounts["coach"], account_id=uuid4(), username=f"k{nth:03}")
            people.add_account(connection, account, "", password_hash=HASH)
    assert len(town.visit("admin").get("/people").encode()) < HEAVIEST
