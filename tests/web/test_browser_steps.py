"""A coach's agreed steps in a real browser: agreed, changed and answered, and every page of them checked with axe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, expect

from domain.client import ClientCommand, PlanTask
from domain.client.tasks import WaitFor, WaitingFor
from eventlog.commands import CommandContext
from tests.conftest import Clock
from tests.web.at_work import step_of
from tests.web.conftest import Town, log_in
from tests.web.looking import problems
from tests.web.walking import SCRIPTS, visiting

LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]


@pytest.fixture
def client_id(town: Town, clock: Clock) -> UUID:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town.new_client("coach", "Anna de Vries")


@SCRIPTS
def test_a_coach_agrees_on_a_step_and_answers_it_when_it_has_ended(
    town: Town, client_id: UUID, clock: Clock, address: str, browser: Browser, scripts: bool
) -> None:
    with visiting(town, browser, address, "coach", scripts=scripts) as page:
        page.goto(f"{address}/clients/{client_id}")
        page.get_by_role("link", name="Agree on a step").click()
        page.locator("#kind").select_option("other")
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_role("alert")).to_contain_text("Please fill this in.")
        page.locator("#what").fill("Find a crèche")
        page.locator("#ends_on").fill("2026-11-16")
        page.get_by_role("button", name="Save").first.click()
        steps = page.locator("section", has=page.locator("#steps"))
        expect(steps).to_contain_text("Find a crèche")
        page.goto(f"{address}/clients/{client_id}/contact")
        page.get_by_text("Agree on a step of the plan").click()
        page.locator("#step-kind").select_option("language")
        page.get_by_role("button", name="Record the contact").click()
        expect(steps).to_contain_text("Language course")
        expect(steps).to_contain_text("end unknown")
        clock.now += timedelta(hours=20)
        log_in(page, address, "coach")
        page.goto(f"{address}/today")
        ended = page.locator("section", has=page.locator("#ended"))
        expect(ended).to_contain_text("Find a crèche")
        ended.get_by_role("button", name="Done").click()
        expect(page.locator("#ended")).to_have_count(0)


@SCRIPTS
def test_a_task_waits_for_somebody_else_and_is_done(
    town: Town, client_id: UUID, address: str, browser: Browser, scripts: bool
) -> None:
    do_as_coach(town, PlanTask(client_id=client_id, task_id=uuid4(), what="The papers", due_on=town.services.today))
    with visiting(town, browser, address, "coach", scripts=scripts) as page:
        page.goto(f"{address}/today")
        page.get_by_role("link", name="All tasks and commitments").click()
        line = page.get_by_role("listitem").filter(has_text="The papers")
        line.locator("summary").click()
        line.get_by_label("Waits for").select_option("third_party")
        line.get_by_role("button", name="Save").click()
        waiting = page.locator("section", has=page.locator("#waiting"))
        expect(waiting).to_contain_text("waiting for a third party since 16 Nov 2026")
        line.get_by_role("button", name="Done").click()
        expect(page.get_by_text("The papers")).to_have_count(0)


def do_as_coach(town: Town, *commands: ClientCommand) -> None:
    for command in commands:
        context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
        town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, client_id: UUID, clock: Clock, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    step_of(town, client_id, ends_in=0)
    task = PlanTask(client_id=client_id, task_id=uuid4(), what="The papers", due_on=town.services.today)
    do_as_coach(
        town, task, WaitFor(client_id=client_id, task_id=task.task_id, whom=WaitingFor.CLIENT, since=task.due_on)
    )
    endless = step_of(town, client_id, ends_in=None)
    clock.now += timedelta(days=1)
    found: list[str] = []
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:
        for path in (
            "/today",
            "/caseload?show=step_unanswered",
            "/tasks",
            f"/clients/{client_id}",
            f"/clients/{client_id}/shown-to-client",
            f"/clients/{client_id}/contact",
            f"/clients/{client_id}/steps/new",
            f"/clients/{client_id}/steps/{endless}",
        ):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
            found += problems(page)
        # What is wrong.
        page.locator("#starts_on").fill("2036-01-01")
        page.locator("main button").first.click()
        found += problems(page)
    assert found == []
