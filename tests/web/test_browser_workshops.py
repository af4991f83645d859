"""Sessions of workshops in a real browser: a client enrolled, attendance said in one go, pages checked with axe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Clock
from tests.web.at_work import session_of
from tests.web.conftest import PASSWORD, Town, log_in
from tests.web.looking import problems

LOOKS = [("en-GB", "light", 1440, True), ("nl-NL", "dark", 360, False)]


@pytest.mark.parametrize(
    ("locale", "scheme", "width", "scripts"), LOOKS, ids=["wide with JavaScript", "narrow without JavaScript"]
)
def test_a_client_is_enrolled_and_the_session_closed(
    town: Town, clock: Clock, address: str, browser: Browser, locale: str, scheme: Any, width: int, scripts: bool
) -> None:
    anna, bram = (town.new_client("coach", name) for name in ("Anna de Vries", "Bram Bos"))
    session_id, found = session_of(town, anna), []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
    ) as context:
        page = context.new_page()

        def log_in() -> None:
            page.goto(f"{address}/log-in")
            page.locator("#username").fill("coach")
            page.locator("#password").fill(PASSWORD)
            page.locator("main button").click()

        log_in()
        page.goto(f"{address}/clients/{bram}/sessions")
        page.locator("main button").click()
        found += problems(page) if scripts else []
        page.locator("input[name=session]").check()
        page.locator("main button").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Bram Bos")
        for path in (f"/sessions/{session_id}", "/offers"):
            page.goto(address + path)
            found += problems(page) if scripts else []
        page.goto(f"{address}/sessions/{session_id}")
        page.locator("p a").last.click()
        found += problems(page) if scripts else []
        clock.now += timedelta(days=10)
        log_in()
        page.goto(f"{address}/sessions/{session_id}")
        found += problems(page) if scripts else []
        page.locator(f"[name='was-{bram}']").select_option("came")
        page.locator("button[accesskey=s]").click()
        expect(page.locator("select[name^=was]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found == []


def test_the_printed_sheet_has_a_line_to_tick_and_sign_for_each(
    town: Town, clock: Clock, address: str, browser: Browser
) -> None:
    session_id = session_of(town, town.new_client("coach", "Anna de Vries"))
    for to_close in (False, True):
        if to_close:
            clock.now += timedelta(days=10)
        with browser.new_context(locale="en-GB") as context:
            page = context.new_page()
            log_in(page, address, "coach")
            page.goto(f"{address}/sessions/{session_id}")
            expect(page.locator(".print-cell").first).to_be_hidden()
            page.emulate_media(media="print")
            expect(page.get_by_text("Signature")).to_be_visible()
            expect(page.locator(".attendance tbody th")).to_have_text(["Anna de Vries"])
            for shown in (".attendance tbody th", ".attendance .tick"):
                expect(page.locator(shown).first).to_be_visible()
            for hidden in (".attendance select", "button", "#enrol"):
                expect(page.locator("main").locator(f"{hidden}:visible")).to_have_count(0)
