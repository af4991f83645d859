"""What changed for one, and practising, in a real browser: without a script, on each screen, and checked with axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.test_releases import after_the_release
from tests.web.walking import visiting


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("nl-NL", "dark")], ids=["English", "Dutch"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_coach_reads_what_changed_and_practises_on_every_screen(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    after_the_release(town, "coach")
    found: list[str] = []
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:

        def look() -> None:
            # A page that a click led to may have its address before its style.
            page.wait_for_load_state()
            found.extend(problems(page))

        page.goto(f"{address}/today")
        look()
        line = page.locator("section.tour")
        line.locator("a").click()
        expect(page).to_have_url(re.compile(r"/whats-new#release-"))
        look()
        page.goto(f"{address}/help/practise")
        look()
        page.locator("main form button").click()
        expect(page).to_have_url(re.compile(r"/practice/clients/"))
        look()
        file = page.url
        for part in ("contact", "groups/able", "plan"):
            page.goto(f"{file}/{part}")
            look()
        page.locator("aside.demo a").last.click()
        expect(page).to_have_url(f"{address}/today")
        page.locator("section.tour button").click()
        expect(page.locator("section.tour")).to_have_count(0)
    assert found == []
