"""A coach's appointments in a real browser: made, moved and recorded, and every page of them checked with axe."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.client import Channel, MakeAppointment
from eventlog.commands import CommandContext
from records import leave
from tests.conftest import Clock
from tests.web.conftest import Town, log_in
from tests.web.looking import problems
from tests.web.walking import visiting

# language, colours and width in which pages are looked at
LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]


@pytest.fixture
def client_id(town: Town, clock: Clock) -> UUID:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town.new_client("coach", "Anna de Vries")


def make(town: Town, client_id: UUID, days: int, at: time) -> UUID:
    appointment_id = uuid4()
    command = MakeAppointment(
        client_id=client_id,
        appointment_id=appointment_id,
        day=town.services.today + timedelta(days=days),
        at=at,
        minutes=30,
        channel=Channel.OFFICE,
        place="Desk 3",
        purpose="Her CV",
    )
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()
    return appointment_id


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_makes_moves_and_records_an_appointment(
    town: Town, client_id: UUID, clock: Clock, address: str, browser: Browser, scripts: bool
) -> None:
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/caseload")
        page.locator("tr", has_text="Anna de Vries").get_by_role("link", name="Appointment").click()
        fill(page, "2026-11-21", "10:00")
        page.get_by_role("button", name="Make the appointment").click()
        expect(page.get_by_role("alert")).to_contain_text("Check the possible conflicts")
        page.locator("#day").fill("2026-11-16")
        page.locator("#at").fill("11:00")
        page.get_by_role("button", name="Make the appointment").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        listed = page.locator("section", has=page.locator("#appointments"))
        listed.get_by_role("link", name="Move or cancel").click()
        expect(page.locator("#at")).to_have_value("11:00")
        page.locator("#at").fill("10:00")
        page.get_by_role("button", name="Save").click()
        expect(listed).to_contain_text("10:00–10:30")
        clock.now += timedelta(hours=1, minutes=40)
        page.goto(f"{address}/today")
        page.get_by_role("link", name="Record the contact Anna de Vries").click()
        expect(page.locator("[name=done]")).to_be_checked()
        page.get_by_role("button", name="Record the contact").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        page.goto(f"{address}/today")
        expect(page.get_by_text("What was the outcome?")).to_have_count(0)


def fill(page: Page, day: str, at: str) -> None:
    page.locator("#day").fill(day)
    page.locator("#at").fill(at)
    page.locator("#place").fill("Desk 3")


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town,
    client_id: UUID,
    clock: Clock,
    address: str,
    browser: Browser,
    locale: str,
    scheme: str,
    width: int,
) -> None:
    make(town, client_id, 0, time(10))
    make(town, client_id, 0, time(14))
    ahead = make(town, client_id, 2, time(11))
    clock.now += timedelta(hours=3)
    coach, colleague = town.accounts["coach"], town.accounts["colleague"]
    assert coach.team_id is not None
    with town.services.database.write() as connection:
        today = town.services.today
        leave.arrange(connection, colleague.account_id, coach.account_id, coach.team_id, today, today, today)
    paths = (
        "/today",
        "/calendar",
        "/calendar?day=2026-11-16",
        "/calendar?together=1",
        "/calendar?day=x",
        "/caseload?show=appointment_today",
        f"/clients/{client_id}",
        f"/clients/{client_id}/shown-to-client",
        f"/clients/{client_id}/contact",
        f"/clients/{client_id}/appointments/new",
        f"/clients/{client_id}/appointments/{ahead}",
        f"/clients/{client_id}/appointments/{ahead}/letter",
    )
    found: list[str] = []
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:
        for path in paths:
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
            found += problems(page)
        # What stands in the way, and what is wrong.
        page.goto(f"{address}/clients/{client_id}/appointments/new")
        fill(page, "2026-11-21", "10:00")
        page.locator("main button").first.click()
        found += problems(page)
        page.locator("#minutes").fill("1")
        page.locator("main button").first.click()
        found += problems(page)
    assert found == []
