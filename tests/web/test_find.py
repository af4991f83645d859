"""One field on every page finds clients and pages; keys lead there, and nothing needs them."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from records.read_log import read_log
from tests.web.conftest import Town, log_in
from tests.web.looking import problems

AT_MOST = 25


@pytest.fixture
def client_id(town: Town) -> UUID:
    town.new_client("coach", "Zoë van den Berg")
    return town.new_client("coach", "Anna de Vries")


def found(page: str) -> list[str]:
    return re.findall(r"<li><a [^>]*>([^<]*)</a>", page.partition('<main id="main"')[2])


def test_clients_are_found_by_parts_of_their_names_and_each_is_in_the_read_log(town: Town, client_id: UUID) -> None:
    coach = town.visit("coach")
    page = coach.post("/find", form="/find", find="zoe berg").get_data(as_text=True)
    assert found(page) == ["Zoë van den Berg"] and "Record a contact" in page
    assert found(coach.post("/find", form="/find", find="vries weekly").get_data(as_text=True)) == []
    with town.services.database.read() as connection:
        seen = connection.execute(select(read_log.c.seen, read_log.c.page)).all()
    assert [tuple(row) for row in seen] == [("found", "find")]
    assert "berg" not in str(coach.get("/find")).partition("<main")[2].casefold()


def test_a_colleague_finds_pages_and_not_the_clients_of_others(town: Town, client_id: UUID) -> None:
    other = town.visit("colleague")
    page = other.post("/find", form="/find", find="Anna").get_data(as_text=True)
    assert "Anna de Vries" not in page and "None of your clients" in page
    officer = town.visit("privacy")
    page = officer.post("/find", form="/find", find="Anna").get_data(as_text=True)
    assert "Anna de Vries" not in page and 'id="found-clients"' not in page
    assert "Privacy" in found(officer.post("/find", form="/find", find="priv").get_data(as_text=True))
    assert "Accounts" not in found(officer.get("/find"))


def test_who_has_many_of_a_name_is_told_how_many_more(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.pages.find.MOST", 2)
    for n in range(3):
        town.new_client("coach", f"Anna {n}")
    page = town.visit("coach").post("/find", form="/find", find="anna").get_data(as_text=True)
    assert found(page)[:2] == ["Anna 0", "Anna 1"] and "The first 2 of 3 are shown" in page


class Keys:
    """Counts the keys pressed beside the text."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def __call__(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
        self.pressed += times

    def to(self, locator: str) -> None:
        """On to what one wants, by the key that goes on."""
        target = self.page.locator(locator).first
        while not target.evaluate("each => each === document.activeElement"):
            assert self.pressed < AT_MOST, self.page.locator(":focus").evaluate("each => each.outerHTML")
            self("Tab")


def test_from_anywhere_to_a_recorded_contact_by_keys_alone(
    town: Town, client_id: UUID, address: str, browser: Browser
) -> None:
    with browser.new_context(locale="en-GB", viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/caseload")
        press = Keys(page)
        press("Control+k")
        expect(page.locator("#find-anywhere")).to_be_focused()
        press("Escape")
        expect(page.locator("#find-anywhere")).not_to_be_focused()
        press("/")
        expect(page.locator("#find-anywhere")).to_be_focused()
        page.keyboard.type("anna vries")
        press("Enter")
        expect(page.get_by_role("link", name="Anna de Vries", exact=True)).to_be_focused()
        press("Enter")
        expect(page.get_by_role("heading", name="Anna de Vries")).to_be_visible()
        press("c")
        expect(page.locator("form #note")).to_be_visible()
        press("Tab")
        press("Enter")  # to the content
        press.to("[name=outcome]")
        press("Space")
        press("Enter")
        expect(page.get_by_role("heading", name="Anna de Vries")).to_be_visible()
        assert len(town.services.log.stream(client_id)) > 2
        assert press.pressed <= AT_MOST
        press("?")
        expect(page.get_by_role("heading", name="Shortcuts")).to_be_visible()
        page.get_by_role("button", name="Turn off shortcuts").click()
        page.locator("h1").click()
        page.keyboard.press("/")
        expect(page.locator("#find")).not_to_be_focused()
        page.keyboard.press("Control+k")
        expect(page.locator("#find")).to_be_focused()


@pytest.mark.parametrize(("width", "scripts"), [(1440, True), (360, False)])
def test_the_page_is_right_for_everybody(
    town: Town, client_id: UUID, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    with browser.new_context(locale="en-GB", java_script_enabled=scripts) as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{address}/find")
        page.locator("#find").fill("anna")
        page.locator("main").get_by_role("button", name="Find").click()
        expect(page.get_by_role("link", name="Anna de Vries", exact=True)).to_be_visible()
        if scripts:
            assert problems(page) == []
