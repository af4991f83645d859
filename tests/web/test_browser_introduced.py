"""A field of one's own in a real browser: added, recorded, filtered by, retired; its pages checked with axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import Town
from tests.web.looking import LOOKS, problems
from tests.web.test_introduced import follow
from tests.web.walking import SCRIPTS, visiting

TEXTS = {"label": ("Single parent", "Alleenstaande ouder"), "definition": ("Raises alone.", "Voedt alleen op.")}


@SCRIPTS
def test_a_field_is_added_recorded_and_retired(town: Town, address: str, browser: Browser, scripts: bool) -> None:
    client = town.new_client("coach", "Ann Example")
    with visiting(town, browser, address, "process", scripts=scripts) as page:
        page.goto(f"{address}/definitions")
        page.get_by_role("link", name="Fields of our own").click()
        page.get_by_role("link", name="Add a field").click()
        for name, (english, dutch) in TEXTS.items():
            page.locator(f"#{name}-en").fill(english)
            page.locator(f"#{name}-nl").fill(dutch)
        page.locator("#supplied_by-coach").check()
        page.locator("#reason").fill("Nobody sees them.")
        page.get_by_role("button", name="What would it cost?").click()
        expect(page.locator("#cost")).to_be_visible()
        page.get_by_role("button", name="Add a field").click()
        expect(page.locator("main")).to_contain_text("New field: Single parent")
    follow(town)
    with visiting(town, browser, address, "coach", scripts=scripts) as page:
        page.goto(f"{address}/clients/{client}/fields/single_parent")
        page.locator("main input[type=radio]").first.check()
        page.locator("main button[value=value]").first.click()
        page.goto(f"{address}/caseload?f=single_parent:is:yes")
        expect(page.locator("main")).to_contain_text("Ann Example")
    with visiting(town, browser, address, "process", scripts=scripts) as page:
        page.goto(f"{address}/own-fields/retire")
        page.locator("#field").select_option("single_parent")
        page.locator("#reason").fill("Nobody uses it.")
        page.get_by_role("button", name="Retire a field").click()
        expect(page.locator("main")).to_contain_text("Retired field: Single parent")
    follow(town)
    with visiting(town, browser, address, "coach", scripts=scripts) as page:
        page.goto(f"{address}/clients/{client}")
        expect(page.locator("main")).to_contain_text("No longer asked")


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_its_pages(
    town: Town, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    with visiting(town, browser, address, "process", locale=locale, scheme=scheme, width=width) as page:
        found = []
        for path in ("", "/field", "/option", "/group", "/required", "/retire"):
            page.goto(f"{address}/own-fields{path}")
            found += problems(page)
    assert found == []
