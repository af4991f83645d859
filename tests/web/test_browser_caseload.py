"""The caseload in a browser: how much of it is on a screen, at a desk and on a phone, with a script and without."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from application import caseload as operations
from domain.catalogue import Track
from domain.client import AgreeContactFrequency, ChooseServiceTrack
from eventlog.commands import CommandContext, Step
from tests.web.conftest import PASSWORD, Town, log_in
from tests.web.looking import LOOKS, problems

MANY = 91
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


@contextmanager
def looking(
    browser: Browser, address: str, width: int = 1440, height: int = 900, *, scripts: bool = True
) -> Iterator[Page]:
    """A coach at a caseload on a screen of this size."""
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.set_viewport_size({"width": width, "height": height})
        page.goto(f"{address}/caseload")
        yield page


@pytest.fixture
def many(town: Town) -> Town:
    for nth in range(MANY):
        town.new_client("coach", f"Client {nth}")
    return town


def rows_in_sight(page: Page) -> tuple[int, float]:
    """How many rows stand whole below the line of tools when that is at the top, and how high the highest is."""
    page.locator(".toolbar").evaluate("line => line.scrollIntoView()")
    seen, highest = page.evaluate(
        """() => {
            const box = document.querySelector('.scroll').getBoundingClientRect();
            const rows = [...document.querySelectorAll('.clients tbody tr')].map(row => row.getBoundingClientRect());
            const bottom = Math.min(box.bottom, innerHeight);
            return [rows.filter(row => row.bottom <= bottom).length, Math.max(...rows.map(row => row.height))];
        }"""
    )
    return seen, highest


def test_thirty_clients_stand_on_a_wide_screen_and_their_heads_stay(many: Town, address: str, browser: Browser) -> None:
    with looking(browser, address) as page:
        seen, highest = rows_in_sight(page)
        assert seen >= 30 and highest <= 28, (seen, highest)
        line = page.locator(".toolbar").bounding_box()
        assert line is not None and line["height"] <= 48, "the tools stand in one line"
        corner = page.locator(".clients thead tr:last-child th").first
        before = corner.bounding_box()
        page.locator(".scroll").evaluate("box => { box.scrollTop = 600; box.scrollLeft = 400; }")
        assert corner.bounding_box() == before
        name = page.locator(".clients tbody th").nth(40).bounding_box()
        assert name is not None and before is not None and name["x"] == before["x"]


@pytest.mark.parametrize("columns", [[], ["last_seen", "plan", "education_level"]], ids=["overview", "chosen"])
def test_both_actions_stand_beside_the_legend(many: Town, address: str, browser: Browser, columns: list[str]) -> None:
    if columns:
        operations.choose_columns(many.services, many.accounts["coach"].viewer, columns)
    with looking(browser, address) as page:
        cell, box = (
            page.locator(".own tbody td:nth-child(6)").nth(3).bounding_box(),
            page.locator(".cockpit-body .scroll").bounding_box(),
        )
        assert cell is not None and box is not None
        assert cell["x"] + cell["width"] <= box["x"] + box["width"] + 1, "no scrolling for the second action"


@pytest.mark.parametrize("panel", ["filters", "columns"])
def test_beside_an_open_panel_the_actions_cover_no_column(
    town: Town, address: str, browser: Browser, panel: str
) -> None:
    for nth in range(3):
        client_id = town.new_client("coach", f"Somebody Invented With A Long Name {nth}")
        today = town.services.today
        said = [
            ChooseServiceTrack(client_id=client_id, track=Track.CARE_FIRST, chosen_on=today),
            AgreeContactFrequency(client_id=client_id, weeks=6, agreed_on=today),
        ]
        context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
        town.services.clients.handle_all([Step(each, context, uuid4()) for each in said])
    town.services.engine.catch_up()
    with looking(browser, address) as page:
        page.goto(f"{address}/caseload?panel={panel}")
        row = page.locator(".clients tbody tr").first
        boxes = [row.locator("> *").nth(at).bounding_box() for at in range(6)]
        ends = [box["x"] + box["width"] for box in boxes if box]
        assert all(end <= following["x"] + 1 for end, following in zip(ends, boxes[1:], strict=False) if following)


@pytest.mark.parametrize("locale", ["en-GB", "nl-NL"])
@pytest.mark.parametrize("who", ["manager", "process"])
def test_the_tabs_of_a_place_stand_in_one_line_at_a_desk(
    town: Town, address: str, browser: Browser, locale: str, who: str
) -> None:
    with browser.new_context(locale=locale, viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.goto(f"{address}/log-in")
        page.locator("#username").fill(who)
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        page.goto(f"{address}/city")
        tops = page.locator(".tabs a").evaluate_all("tabs => tabs.map(tab => tab.getBoundingClientRect().top)")
        assert len(set(tops)) == 1, tops


@SCRIPTS
def test_rows_stand_apart_where_one_likes_it_so(many: Town, address: str, browser: Browser, scripts: bool) -> None:
    with looking(browser, address, scripts=scripts) as page:
        page.get_by_text("Display", exact=True).click()
        page.get_by_role("button", name="Comfortable").click()
        expect(page.locator(".cockpit.comfortable")).to_be_visible()
        page.goto(f"{address}/caseload")
        page.get_by_text("Display", exact=True).click()
        pressed = page.get_by_role("button", name="Comfortable")
        expect(pressed).to_have_attribute("aria-pressed", "true")
        row = page.locator(".clients tbody tr").first.bounding_box()
        assert row is not None and row["height"] > 28


def test_ninety_one_clients_take_less_than_fifteen_screens_of_a_phone(
    many: Town, address: str, browser: Browser
) -> None:
    with looking(browser, address, 360, 800) as page:
        assert page.locator(".clients tbody tr").count() == MANY
        whole = page.evaluate("() => [document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
        assert whole[0] < 15 * 800 and whole[1] == 360, whole
        card = page.locator(".clients tbody tr").first
        tops = card.locator(":is(th, td):visible").evaluate_all(
            "cells => [...new Set(cells.map(cell => Math.round(cell.getBoundingClientRect().top / 14)))].length"
        )
        assert tops == 3, "three lines"
        expect(card.get_by_role("link", name="Contact")).to_be_visible()


@SCRIPTS
def test_three_filters_are_chosen_saved_and_exported_in_six_clicks(
    many: Town, address: str, browser: Browser, scripts: bool
) -> None:
    with looking(browser, address, scripts=scripts) as page:
        clicks = 0

        def click(role: Any, name: str, within: str = ".cockpit") -> None:
            nonlocal clicks
            clicks += 1
            page.locator(within).get_by_role(role, name=name, exact=True).click()

        click("link", "Filters", ".toolbar")
        for field in ("cv", "driving_licence", "gender"):
            clicks += 1
            page.locator(f"#facet-{field} + ul").get_by_role("button", name=f"unknown {MANY}", exact=True).click()
            expect(page.locator(f"#facet-{field}")).to_be_in_viewport()
        click("button", "Save", ".panel")
        with page.expect_download() as exported:
            click("button", "CSV", ".toolbar")
        assert clicks == 6
        assert "Driving licence: unknown; Gender: unknown" in exported.value.path().read_text()
        page.get_by_text("Show: Filtered").click()
        kept = page.get_by_role("link", name="CV (date): unknown; Driving licence: unknown; Gender: unknown")
        expect(kept.locator("b")).to_have_text(str(MANY))
        kept.click()
        expect(page.get_by_role("status")).to_contain_text(f"{MANY} clients found")


def cell(row: Locator, key: str) -> Locator:
    """The cell of a row that opens the form of a field."""
    place = row.page.locator("input[name='fields']").input_value().split().index(key)
    return row.locator(f"button[value$=':{place}']")


@SCRIPTS
def test_a_cell_is_edited_in_three_clicks_and_by_keyboard_alone(
    town: Town, address: str, browser: Browser, scripts: bool
) -> None:
    for name in ("Anna de Vries", "Bram Bakker"):
        town.new_client("coach", name)
    with looking(browser, address, scripts=scripts) as page:
        row = page.locator("tr", has=page.get_by_role("link", name="Bram Bakker", exact=True))
        cell(row, "gender").click()
        page.get_by_label("woman", exact=True).click()
        page.get_by_role("button", name="Register", exact=True).click()
        expect(cell(row, "gender")).to_have_text("woman")
        anchor = row.locator("th").get_attribute("id")
        assert page.url.partition("#")[2] == anchor
        page.keyboard.press("Tab")
        focused = page.evaluate("() => document.activeElement.closest('tr')?.firstElementChild.id")
        assert focused == anchor, "one goes on where one was"
        cell(row, "marital_status").focus()
        page.keyboard.press("Enter")
        page.get_by_label("married", exact=True).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Enter")
        expect(cell(row, "marital_status")).to_have_text("married")


@pytest.mark.parametrize(("locale", "scheme", "width"), [*LOOKS, ("en-GB", "dark", 768), ("nl-NL", "light", 360)])
def test_axe_finds_nothing_in_any_panel_and_no_page_is_wider_than_the_screen(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    for name in ("Anna de Vries", "Bram Bakker"):
        town.new_client("coach", name)
    me = town.accounts["coach"].viewer
    operations.save_view(town.services, me, "One", "f=cv:unknown", shared=False)
    operations.save_view(town.services, me, "Two", "f=cv:known", shared=True)
    found: list[str] = []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},  # type: ignore[arg-type]  # the test gives what fits
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/log-in")
        page.locator("#username").fill("coach")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        page.goto(f"{address}/caseload")
        for menu in page.locator(".menu > summary").all():
            menu.press("Enter")
            found += problems(page)
            menu.press("Enter")
        operations.choose_density(town.services, me, "comfortable")
        for path in ("?panel=filters&f=gender:unknown&f=cv:unknown", "?panel=columns"):
            page.goto(f"{address}/caseload{path}")
            found += problems(page)
        page.goto(f"{address}/caseload/people?f=gender:unknown&f=cv:unknown")
        found += problems(page)
        page.locator("[name=subject_nl]").fill("Dag")
        page.locator("[name=text_nl]").fill("Hallo")
        page.locator("form .actions button").last.click()
        expect(page.locator("article.letter")).to_have_count(2)
        found += problems(page)
    assert found == []


def test_each_letter_is_a_page_of_its_own(town: Town, address: str, browser: Browser) -> None:
    for name in ("Anna de Vries", "Bram Bakker", "Carla Claes"):
        town.new_client("coach", name)
    with looking(browser, address) as page:
        page.get_by_role("link", name="Work with these").click()
        page.locator("[name=subject_nl]").fill("Dag")
        page.locator("[name=text_nl]").fill("Hallo")
        page.get_by_role("button", name="Show the letters").click()
        expect(page.locator("article.letter")).to_have_count(3)
        printed = page.pdf()
        assert printed.count(b"/Type /Page\n") in (3, 4) or printed.count(b"/Type/Page") >= 3


def test_a_filter_is_chosen_by_keyboard_alone(many: Town, address: str, browser: Browser) -> None:
    with looking(browser, address, scripts=False) as page:
        keys = 0
        page.locator("#main").focus()
        while page.evaluate("() => document.activeElement.textContent.trim()") != "Filters":
            page.keyboard.press("Tab")
            keys += 1
        page.keyboard.press("Enter")
        page.locator("#facet-gender + ul button").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text(f"{MANY} clients found")
        page.keyboard.press("Tab")
        here = page.evaluate("() => document.activeElement.closest('ul')?.previousElementSibling?.id")
        assert here == "facet-gender", "one goes on at the same facet"
        assert keys <= 6, keys
