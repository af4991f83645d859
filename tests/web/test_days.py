"""The day of each role, walked in a real browser, with JavaScript and without."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from domain.calendar import Week
from domain.client import AgreeContactFrequency, RegisterField
from domain.matching import parse_requirement
from domain.offer import OfferKind, OpenOffer
from eventlog.commands import CommandContext
from projections import weekly_figures
from tests.web.conftest import Town, log_in

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


def prepare(town: Town) -> dict[str, UUID]:
    """Three clients: one with a licence, one without, one of whom it is unknown; and a vacancy for drivers."""
    services, coach = town.services, town.accounts["coach"]
    moment = CommandContext(services.clock(), coach.account_id)
    clients = {name: town.new_client("coach", name) for name in ("Anna de Vries", "Bram Bakker", "Carla Claes")}
    for name, codes in (("Anna de Vries", ["B"]), ("Bram Bakker", ["none"])):
        facts = {"field": "driving_licence", "value": codes, "known_on": date(2026, 6, 2)}
        services.clients.handle(RegisterField(client_id=clients[name], **facts), moment, uuid4())  # type: ignore[arg-type]  # the test gives what fits
    weekly = AgreeContactFrequency(client_id=clients["Anna de Vries"], weeks=4, agreed_on=date(2026, 6, 2))
    services.clients.handle(weekly, moment, uuid4())
    offer = OpenOffer(
        offer_id=uuid4(),
        kind=OfferKind.VACANCY,
        title="Driver",
        capacity=2,
        requirements=[parse_requirement("driving_licence includes B")],
    )
    services.offers.handle(offer, moment, uuid4())
    services.engine.catch_up()
    return clients


@SCRIPTS
def test_a_coachs_day(town: Town, address: str, browser: Browser, scripts: bool) -> None:
    clients = prepare(town)
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        # today: whose contact is due, and a contact in one step
        expect(page.get_by_role("heading", level=1)).to_contain_text("Today")
        page.locator("section", has=page.get_by_role("heading", name="Contact due")).get_by_role(
            "link", name="Contact Anna de Vries"
        ).click()
        page.get_by_label("In the client's own words").fill("I would like to drive.")
        page.get_by_role("button", name="Record the contact").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        # a registration
        page.goto(f"{address}/clients/{clients['Anna de Vries']}/fields/language_level")
        page.get_by_label("B1", exact=True).check()
        page.get_by_role("button", name="Register", exact=True).click()
        # a filter, with the unknown kept, saved under a name
        page.get_by_role("link", name="Caseload", exact=True).click()
        page.get_by_role("link", name="Filters").click()
        page.get_by_text("Filter on any field").click()
        page.locator("#field").select_option("driving_licence")
        page.get_by_role("button", name="Choose").click()
        page.get_by_label("no licence").check()
        page.get_by_role("button", name="is not").click()
        expect(page.get_by_role("status")).to_contain_text("2 clients found")
        page.get_by_label("Save this filter as").fill("May have a licence")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("Show: Filtered").click()
        expect(page.get_by_role("link", name="May have a licence")).to_be_visible()
        page.get_by_text("Show: Filtered").click()
        # a match, and a proposal from it
        page.get_by_role("link", name="Work with these").click()
        page.get_by_role("link", name="Match: Driver").click()
        expect(page.get_by_text("one question left")).to_be_visible()
        page.get_by_label("Anna de Vries").check()
        page.get_by_role("button", name="Propose to those chosen").click()
        expect(page.get_by_role("row", name="Anna de Vries")).to_contain_text("proposed")


def test_a_plain_contact_needs_no_mouse(town: Town, address: str, browser: Browser) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/clients/{client_id}/contact")
        _tab_to(page, "own_words")
        page.keyboard.type("All is well.")
        _tab_to(page, "note")
        page.keyboard.type("Asked after the course.")
        for _ in range(30):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.innerText") == "Record the contact":
                break
        page.keyboard.press("Enter")
        expect(page.locator("blockquote")).to_have_text("All is well.")


def _tab_to(page: Page, field_id: str) -> None:
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == field_id:
            return
    raise AssertionError(f"The keyboard does not reach {field_id}.")


def test_what_one_writes_is_kept_when_the_session_is_lost(town: Town, address: str, browser: Browser) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    path = f"{address}/clients/{client_id}/contact"
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(path)
        with page.expect_response("**/contact/draft"):
            page.locator("#note").fill("A long story that must not get lost.")
        context.clear_cookies()
        page.get_by_role("button", name="Record the contact", exact=True).click()
        log_in(page, address, "coach")
        page.goto(path)
        expect(page.locator("#note")).to_have_value("A long story that must not get lost.")


@SCRIPTS
def test_a_managers_day(town: Town, address: str, browser: Browser, scripts: bool) -> None:
    prepare(town)
    services = town.services
    services.clock.now += timedelta(weeks=3)  # type: ignore[attr-defined]  # the test looks inside
    weekly_figures.build(services.engine, Week.of(services.today))
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "manager")
        figure = page.locator(".figure", has_text="Not seen for 3 months").get_by_role("link").first
        number = figure.inner_text()
        figure.click()
        expect(page.locator("tbody tr")).to_have_count(int(number))
        page.get_by_role("link", name="Team", exact=True).click()
        page.get_by_role("link", name="Reassign a caseload").click()
        page.locator("#coach").select_option(label="Coach Invented (3)")
        page.get_by_label("Colleague Invented").check()
        page.get_by_role("button", name="Preview").click()
        page.get_by_role("button", name="Reassign 3 clients").click()
        row = page.get_by_role("row", name="Colleague Invented")
        expect(row).to_contain_text("3")
        page.locator("#week").select_option(index=1)
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("As of Monday")).to_be_visible()
        expect(page.get_by_role("row", name="Coach Invented")).to_contain_text("3")


def test_an_officers_and_a_process_managers_day(town: Town, address: str, browser: Browser) -> None:
    prepare(town)
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "quality")
        row = page.get_by_role("row", name="Driving licence").first
        number = row.get_by_role("link", name=re.compile(r"^\d+$")).first
        known = number.inner_text()
        number.click()
        expect(page.locator("tbody tr")).to_have_count(int(known))
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "process")
        page.get_by_role("link", name="Year plan: the targets").click()
        page.get_by_role("spinbutton", name="Target").fill("250")
        page.get_by_label("from").fill("2026-01-01")
        page.get_by_label("Reason").fill("As agreed.")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("row", name="As agreed.")).to_contain_text("250")
        page.get_by_role("rowheader").get_by_role("link", name="City").click()
        expect(page.locator(".lead")).to_contain_text("target 250")
