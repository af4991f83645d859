"""Own notes and marks in a real browser: noted, marked, found, and every page of them checked with axe."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import Town
from tests.web.looking import problems
from tests.web.test_own_notes import noted
from tests.web.walking import SCRIPTS, visiting

LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


@SCRIPTS
def test_a_coach_notes_marks_and_finds(
    town: Town, client_id: UUID, address: str, browser: Browser, scripts: bool
) -> None:
    with visiting(town, browser, address, "coach", scripts=scripts) as page:
        page.goto(f"{address}/clients/{client_id}")
        page.get_by_role("link", name="Own note and mark").click()
        page.locator("#what").fill("Ask about the crèche first")
        page.get_by_role("button", name="Save the note").click()
        expect(page.locator("main")).to_contain_text("Ask about the crèche first")
        page.goto(f"{address}/caseload")
        page.get_by_text("More", exact=True).click()
        page.get_by_role("link", name="Own notes and marks").click()
        page.locator("#mark").select_option("star")
        page.get_by_label("Anna de Vries").check()
        page.get_by_role("button", name="Save with each of them").click()
        page.get_by_text("Show: All", exact=True).click()
        page.get_by_role("link", name="yellow star").click()
        expect(page.locator("main tbody")).to_contain_text("Ask about the crèche first")


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, client_id: UUID, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    noted(town, client_id)
    found: list[str] = []
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:
        for path in (
            "/caseload",
            f"/clients/{client_id}",
            f"/clients/{client_id}/own-note",
            f"/clients/{client_id}/transfer",
            "/caseload/own-notes",
        ):
            page.goto(address + path)
            found += problems(page)
    assert found == []
