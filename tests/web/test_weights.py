"""No page weighs more than 150 kB: a caseload of 120 clients, with filters, in each density, and a city's accounts."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from application import caseload
from application.caseload import DENSITIES
from application.my_tasks import FIRST, PAGE, When
from domain.client import PlanTask, TaskKind
from eventlog.commands import CommandContext, Step
from records import people
from tests.web.conftest import HASH, Town

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


def test_the_accounts_of_a_city_are_not_heavy(town: Town) -> None:
    with town.services.database.write() as connection:
        for nth in range(COLLEAGUES):
            account = replace(town.accounts["coach"], account_id=uuid4(), username=f"k{nth:03}")
            people.add_account(connection, account, "", password_hash=HASH)
    assert len(town.visit("admin").get("/people").encode()) < HEAVIEST
