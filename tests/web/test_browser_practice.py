"""What changed for one, and practising, in a real browser: without a script, on each screen, and checked with axe."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import PASSWORD, Town
from tests.web.looking import problems
from tests.web.test_releases import after_the_release


@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("nl-NL", "dark")], ids=["English", "Dutch"])
@pytest.mark.parametrize("width", [360, 768, 1440])
def test_a_coach_reads_what_changed_and_practises_on_every_screen(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    after_the_release(town, "coach")
    found: list[str] = []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]  # the test gives what fits
        viewport={"width": width, "height": 900},
        java_script_enabled=True,
    ) as context:
        page = context.new_page()

        def look(name: str) -> None:
            found.extend(problems(page))
            if folder := os.environ.get("SHOTS"):
                page.screenshot(path=Path(folder) / f"{name}-{width}-{locale}.png", full_page=True)

        page.goto(f"{address}/log-in")
        page.locator("#username").fill("coach")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        look("today")
        line = page.locator("section.tour")
        line.locator("a").click()
        expect(page).to_have_url(re.compile(r"/whats-new#release-"))
        look("whats-new")
        page.goto(f"{address}/help/practise")
        look("practise")
        page.locator("main form button").click()
        expect(page).to_have_url(re.compile(r"/practice/clients/"))
        look("file")
        file = page.url
        for part in ("contact", "groups/able", "plan"):
            page.goto(f"{file}/{part}")
            look(part.replace("/", "-"))
        page.locator("aside.demo a").last.click()
        expect(page).to_have_url(f"{address}/today")
        page.locator("section.tour button").click()
        expect(page.locator("section.tour")).to_have_count(0)
    assert found == []
