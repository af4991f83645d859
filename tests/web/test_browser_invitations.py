"""Invitations in a real browser: offered by a coach, chosen by a client, and every page of them checked with axe."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from application.one_time_links import secrets_of
from projections import invitations
from records.invitations import LINKS
from tests.conftest import Clock
from tests.web.conftest import Town, log_in
from tests.web.filling_in import BORN, say
from tests.web.looking import problems
from tests.web.walking import visiting

LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 360)]


@pytest.fixture
def client_id(town: Town, clock: Clock) -> UUID:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    client_id = town.new_client("coach", "Anna de Vries")
    say(town, client_id, "birth_date", "1988-03-27")
    return client_id


def offer(page: Page, address: str, client_id: UUID) -> None:
    page.goto(f"{address}/clients/{client_id}/invitations/new")
    for slot in ("2026-11-18T10:00", "2026-11-19T14:30"):
        page.locator(f'[id="at-{slot}"]').check()
    page.locator("#place").fill("Desk 3")
    page.locator("#delivery").select_option("letter")
    page.locator("form[method=post] button[accesskey=s]").click()


def token(town: Town, client_id: UUID) -> str:
    with town.services.database.read() as connection:
        row = invitations.latest(connection, client_id)
    assert row is not None
    return secrets_of(town.services, LINKS, row.invitation_id).token


def opens(page: Page, address: str, secret: str) -> None:
    page.goto(f"{address}/invitation/{secret}")
    for part, value in BORN.items():
        page.locator(f"#{part}").fill(value)
    page.locator("main button").click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_coach_offers_times_and_a_client_chooses_one(
    town: Town, client_id: UUID, address: str, browser: Browser, scripts: bool
) -> None:
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/clients/{client_id}")
        page.get_by_role("link", name="Invite to choose a time").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Invite Anna de Vries to choose a time")
        offer(page, address, client_id)
        expect(page.locator(".letter")).to_contain_text("/invitation/")
    with browser.new_context(
        java_script_enabled=scripts, locale="en-GB", viewport={"width": 360, "height": 800}
    ) as context:
        page = context.new_page()
        opens(page, address, token(town, client_id))
        page.get_by_label("10:00").check()
        page.get_by_role("button", name="Make the appointment").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("You have an appointment")
        expect(page.locator("main")).to_contain_text("Desk 3")


@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_no_page_is_wider_than_the_screen(
    town: Town, client_id: UUID, clock: Clock, address: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    found: list[str] = []
    with visiting(town, browser, address, "coach", width=width, locale=locale, scheme=scheme) as page:
        for path in ("/invitations", "/invitations/new", f"/clients/{client_id}/invitations/new"):
            page.goto(address + path)
            found += problems(page)
        # Nothing chosen: what is wrong.
        page.locator("form[method=post] button[accesskey=s]").click()
        found += problems(page)
        offer(page, address, client_id)
        found += problems(page)
        page.goto(f"{address}/clients/{client_id}")
        found += problems(page)
        secret = token(town, client_id)
        clock.now = datetime(2026, 11, 17, 8, tzinfo=UTC)
        page.goto(f"{address}/invitation")
        found += problems(page)
        page.locator("main button").click()
        found += problems(page)
        opens(page, address, secret)
        found += problems(page)
        page.locator("main form button").last.click()
        found += problems(page)
        page.locator("input[name=slot]").first.check()
        page.locator("main form button").last.click()
        found += problems(page)
    assert found == []
