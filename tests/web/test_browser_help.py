"""Help in a real browser: found from a page, its tour closed with and without a script, and pages checked with axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from records import seen_in_help
from tests.web.conftest import PASSWORD, Town
from tests.web.looking import problems
from tests.web.walking import visiting


def first_day(town: Town, *usernames: str) -> None:
    with town.services.database.write() as connection:
        for username in usernames:
            seen_in_help.remove(connection, town.accounts[username].account_id, {"tour:all"})


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_tour_leads_to_a_part_of_the_page_and_is_closed(
    town: Town, address: str, browser: Browser, scripts: bool
) -> None:
    first_day(town, "coach")
    with browser.new_context(
        java_script_enabled=scripts, locale="en-GB", viewport={"width": 1440, "height": 900}
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/log-in")
        page.locator("#username").fill("coach")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        tour = page.get_by_role("region", name="What you find on this page")
        tour.get_by_text("New here?").click()
        tour.get_by_role("link", name="your caseload and your time").click()
        expect(page).to_have_url(f"{address}/today#load")
        tour.get_by_role("button", name="Close the explanation").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
        expect(tour).to_have_count(0)
        page.get_by_role("link", name="Help", exact=True).click()
        expect(page).to_have_url(f"{address}/help/today")
        page.get_by_role("button", name="Show the explanation on the page again").click()
        expect(tour).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("nl-NL", "dark")], ids=["English", "Dutch"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    pages = {
        "coach": ["/help", "/help/signals", "/help/today", "/today", "/caseload"],
        "quality": ["/quality", "/lessons", "/lessons/quality-misread"],
        "privacy": ["/help", "/privacy"],
    }
    first_day(town, *pages)
    found: list[str] = []
    for username, paths in pages.items():
        with visiting(town, browser, address, username, width=width, locale=locale, scheme=scheme) as page:
            for path in paths:
                page.goto(address + path)
                found += problems(page)
                lines = page.locator(".text-column").evaluate_all("all => all.map(each => each.clientWidth)")
                found += [f"{path}: lines too long to read, {width} px" for width in lines if width > 800]
    assert found == []
