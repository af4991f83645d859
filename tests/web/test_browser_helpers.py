"""The team around a client in a real browser: recorded, asked again and removed, every page of it checked with axe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Clock
from tests.web.at_work import helper_of
from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.walking import SCRIPTS, visiting

LOOKS = [("en-GB", "light", 360), ("nl-NL", "dark", 360)]


@pytest.fixture
def client_id(town: Town, clock: Clock) -> UUID:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town.new_client("coach", "Anna de Vries")


@SCRIPTS
def test_a_coach_records_a_helper_and_removes_who_is_not_wanted_any_more(
    town: Town, client_id: UUID, address: str, browser: Browser, scripts: bool
) -> None:
    with visiting(town, browser, address, "coach", scripts=scripts) as page:
        page.goto(f"{address}/clients/{client_id}")
        page.get_by_role("link", name="Add a helper").click()
        page.locator("#role").select_option("debts")
        page.locator("#name").fill("Bram Vos")
        page.locator("#phone").fill("06 11 22 33 44")
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_role("alert")).to_contain_text("Please fill this in.")
        page.locator("#organisation").fill("Schuldhulp Oost")
        page.get_by_role("button", name="Save").first.click()
        team = page.locator("section", has=page.locator("#helpers"))
        expect(team).to_contain_text("debt counsellor")
        expect(team.get_by_role("link", name="06 11 22 33 44")).to_have_attribute("href", "tel:0611223344")
        team.get_by_role("link", name="Change, ask again or remove Bram Vos").click()
        page.locator("#why").select_option("consent_withdrawn")
        page.get_by_role("button", name="Remove").click()
        expect(team).to_contain_text("No helper from outside is on the file.")
        expect(page.get_by_text("Bram Vos")).to_have_count(0)


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, client_id: UUID, clock: Clock, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    helper_id = helper_of(town, client_id, again_in=1)
    clock.now += timedelta(days=1)
    found: list[str] = []
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:
        for path in (
            "/today",
            "/caseload?show=consent_due",
            f"/clients/{client_id}",
            f"/clients/{client_id}/shown-to-client",
            f"/clients/{client_id}/helpers/new",
            f"/clients/{client_id}/helpers/{helper_id}",
        ):
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
            found += problems(page)
    assert found == []
