"""How a figure is counted, in a real browser: from the team's figure to the reasons and back, and checked with axe."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.walking import SCRIPTS, visiting

LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]


@pytest.fixture
def clients(town: Town) -> Town:
    for name in ("Anna Bakker", "Bram Boer"):
        town.new_client("coach", name)
    town.services.clock.now += timedelta(days=8)  # type: ignore[attr-defined]  # the test looks inside
    return town


@SCRIPTS
def test_from_a_figure_to_how_it_is_counted_and_to_the_clients_behind_it(
    clients: Town, address: str, browser: Browser, scripts: bool
) -> None:
    with visiting(clients, browser, address, "manager", scripts=scripts) as page:
        page.goto(f"{address}/team")
        page.get_by_role("link", name="How is this counted? No plan of action").click()
        expect(page.locator("main")).to_contain_text("Open clients without an agreed plan of action.")
        page.get_by_role("button", name="Compare").click()
        expect(page.get_by_role("status")).to_contain_text("2 now")
        page.get_by_role("link", name="View these clients").click()
        expect(page.locator("main tbody")).to_contain_text("Anna Bakker")


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS, ids=["wide", "phone"])
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    clients: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    since = clients.services.today - timedelta(days=7)
    team = clients.teams["south"].team_id
    found: list[str] = []
    with visiting(clients, browser, address, "manager", width=width, locale=locale, scheme=scheme) as page:
        for path in (f"open?since={since}", "plan_weeks", "contradictory:driving_licence", f"not_seen?team={team}"):
            page.goto(f"{address}/explain/{path}")
            found += problems(page)
    assert found == []
