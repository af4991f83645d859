"""A client's walk through the questionnaire on a phone without JavaScript, and the coach's clicks after it."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.catalogue import State
from projections import data_gaps
from tests.web.conftest import Town, log_in
from tests.web.filling_in import ASKED, an_answer, asked, say
from tests.web.looking import problems

PHONE = {"width": 360, "height": 740}
# Of what the client answers, this is known otherwise before.
OTHERWISE = {"work_years": "7", "driving_licence": ["none"], "skills": "cooking", "travel_time": "90", "debts": "none"}


def fill_in(page: Page) -> list[str]:
    """Answer what the page asks; which fields those were."""
    found = []
    for field in ASKED:
        if page.locator(f"#q-{field.key}").count() == 0:
            continue
        found.append(field.key)
        if field.kind.answers:
            page.locator(f"#{field.key}-{an_answer(field)}").check()
        else:
            page.locator(f"#v-{field.key}").fill(str(an_answer(field)))
    return found


def too_wide(page: Page) -> list[str]:
    """Without JavaScript axe has nothing to run in."""
    return ["too wide"] if page.evaluate("document.documentElement.scrollWidth > window.innerWidth") else []


@pytest.mark.parametrize("scripts", [True, False], ids=["looked at by axe", "without JavaScript"])
@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("nl-NL", "dark")])
def test_a_client_fills_it_in_on_a_phone_and_the_coach_needs_two_clicks(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, scripts: bool
) -> None:
    look = problems if scripts else too_wide
    at = asked(town)
    for key, value in OTHERWISE.items():
        say(town, at.client_id, key, value)
    found: list[str] = []
    answered: list[str] = []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,
        viewport=PHONE,  # type: ignore[arg-type]  # the test gives what fits
        java_script_enabled=scripts,
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/questionnaire")
        found += look(page)
        page.goto(f"{address}/questionnaire/{at.token}")
        for name, part in (("day", "28"), ("month", "3"), ("year", "1988")):
            page.locator(f"#{name}").fill(part)
        page.locator("main button").click()
        expect(page.get_by_role("alert")).to_be_visible()
        found += look(page)
        page.locator("#day").fill("27")
        page.locator("main button").click()
        for number in range(1, 5):
            expect(page.locator("main")).to_contain_text(f" {number} ")
            if number == 3:
                page.locator("#v-work_years").fill("many")
                page.locator("button[value=next]").click()
                expect(page.get_by_role("alert")).to_be_visible()
            answered += fill_in(page)
            found += look(page)
            page.locator("button[value=next]").click()
        found += look(page)
        page.locator("main form button").click()
        expect(page).to_have_url(f"{address}/questionnaire/thanks")
        found += look(page)
        page.go_back()
        expect(page.locator("main")).not_to_contain_text("something that was typed")
        expect(page.locator("#code")).to_be_visible()
    assert found == []
    assert answered == [field.key for field in ASKED] and len(answered) == 25
    the_coach_settles_it(town, address, browser, at.client_id)


def the_coach_settles_it(town: Town, address: str, browser: Browser, client_id: UUID) -> None:
    found: list[str] = []
    town.services.engine.catch_up()
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/today")
        # The first click, to the one page where everything is.
        page.get_by_role("link", name="View the answers").click()
        expect(page.locator("fieldset")).to_have_count(len(OTHERWISE))
        found += problems(page)
        # The second: the client's answers are chosen, and the coach sees them.
        page.get_by_role("button", name="Save and mark as reviewed").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        found += problems(page)
        page.locator("summary", has_text="Ask the client to fill it in").click()
        page.get_by_role("button", name="Print a letter").click()
        expect(page.locator(".picture svg")).to_be_visible()
        found += problems(page)
    assert found == []
    with town.services.database.read() as connection:
        rows = data_gaps.of_client(connection, client_id)
    stand = {field.key: (rows[field.key].recorded, rows[field.key].source) for field in ASKED}
    assert set(stand.values()) == {(State.KNOWN, "questionnaire")}
