"""A coach's walk in a real browser, and every page checked with axe, light and dark, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.web.at_work import voices
from tests.web.conftest import PASSWORD, Town, log_in
from tests.web.everywhere import everywhere
from tests.web.looking import LOOKS, problems


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_records_what_the_day_brought(town: Town, address: str, browser: Browser, scripts: bool) -> None:
    town.new_client("coach", "Anna de Vries")
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.get_by_role("link", name="Caseload", exact=True).click()
        page.get_by_text("Show: All", exact=True).click()
        page.get_by_role("link", name="Not seen for 3 months 1").click()
        # two steps from the caseload to a contact that is stored
        page.locator("tr", has_text="Anna de Vries").get_by_role("link", name="Contact").click()
        page.get_by_label("In the client’s own words", exact=False).or_(page.locator("#own_words")).first.fill(
            "Finally."
        )
        page.get_by_role("button", name="Record the contact").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        expect(page.locator("blockquote")).to_have_text("Finally.")
        page.get_by_role("link", name="Driving licence").first.click()
        expect(page.get_by_text("valid in the Netherlands now")).to_be_visible()
        page.get_by_label("B (car)").check()
        page.get_by_role("button", name="Register", exact=True).click()
        page.get_by_role("heading", name="Skills and experience").click()
        expect(page.get_by_role("row", name="Driving licence").first).to_contain_text("B (car)")
        page.get_by_role("link", name="Caseload").first.click()
        page.get_by_text("Show: All", exact=True).click()
        expect(page.get_by_role("link", name="Not seen for 3 months 0")).to_be_visible()


def test_a_mistake_leads_to_its_field(town: Town, address: str, browser: Browser) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/clients/{client_id}/contact")
        page.locator("#held_on").fill("2031-01-01")
        page.get_by_role("button", name="Record the contact").click()
        expect(page.get_by_role("alert")).to_contain_text("can't be in the future")
        described = page.locator("#held_on").get_attribute("aria-describedby")
        expect(page.locator(f"#{described}")).to_contain_text("can't be in the future")
        expect(page.locator("#held_on")).to_have_attribute("aria-invalid", "true")


def test_the_skip_link_is_the_first_stop_of_the_keyboard(town: Town, address: str, browser: Browser) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Skip to the content")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"


def test_a_signal_is_logged_by_keyboard_in_two_steps(town: Town, address: str, browser: Browser) -> None:
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/caseload?show=no_plan")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Log a signal about this page")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("Log a signal")
        expect(page.get_by_text("show=no_plan")).to_be_visible()
        page.get_by_label("fault", exact=True).focus()
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
        page.keyboard.type("The button is gone")
        expect(page.get_by_label("What do you see")).to_have_value("The button is gone")
        page.get_by_role("button", name="Log the signal").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_have_text("My signals")
        expect(page.get_by_text("The button is gone")).to_be_visible()


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    found: list[str] = []
    for username, paths in everywhere(town).items():
        with browser.new_context(
            locale=locale,
            color_scheme=scheme,
            viewport={"width": width, "height": 900},  # type: ignore[arg-type]  # the test gives what fits
        ) as context:
            page = context.new_page()
            page.goto(f"{address}/log-in")
            found += problems(page)
            page.locator("#username").fill(username)
            page.locator("#password").fill(PASSWORD)
            page.locator("main button").click()
            for path in paths:
                page.goto(address + path)
                found += problems(page)
    assert found == []


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_what_pages_answer(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    signal_id, *_ = voices(town)
    found: list[str] = []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},  # type: ignore[arg-type]  # the test gives what fits
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/log-in")
        page.locator("#username").fill("process")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()

        def look() -> None:
            found.extend(problems(page))

        for view in ("", "?view=list"):
            page.goto(f"{address}/signals{view}")
            page.locator("#words").fill("mopeds")
            page.locator("main [role=search] button").click()
            expect(page.locator("[role=status]")).to_contain_text("3")
            look()
        page.goto(f"{address}/signals/{signal_id}")
        page.locator("#text").fill("Ask anna@example.org")
        page.locator("button[value=comment]").click()
        expect(page.locator("code", has_text="anna@example.org")).to_be_visible()
        look()
        page.goto(f"{address}/signals/{signal_id}")
        page.locator("button[value=mark_duplicate]").click()
        expect(page.get_by_role("alert")).to_be_visible()
        look()
        page.goto(f"{address}/signals/new?page=caseload.caseload&field=cv")
        page.locator("[name=kind]").first.check()
        page.locator("#seen").fill("Mopeds of 06-12345678 are not counted")
        page.locator("form.narrow button").first.click()
        expect(page.get_by_role("alert")).to_be_visible()
        look()
        page.goto(f"{address}/signals/settings/deadlines")
        page.locator("[name=fault-triage]").fill("never")
        page.locator("main button").click()
        expect(page.locator("[name=fault-triage]")).to_have_attribute("aria-invalid", "true")
        look()
    assert found == []
