"""The whole way of a signal in a real browser: from a figure to a definition that everything follows, and back."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Town, log_in
from workers import build_weekly_lists, count_what_ifs, follow_definitions, rebuild
from workers.app import make_app


def run(town: Town, *names: str) -> None:
    tasks = make_app(town.services.settings, lambda: town.services).tasks
    for name in names:
        tasks[name].apply()


class Person:
    """Somebody at a browser of their own."""

    def __init__(self, browser: Browser, address: str, username: str, *, scripts: bool) -> None:
        self.context = browser.new_context(java_script_enabled=scripts, locale="en-GB")
        self.page: Page = self.context.new_page()
        self.address = address
        log_in(self.page, address, username)

    def opens(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_signal_changes_a_definition_and_everything_follows(
    town: Town, address: str, browser: Browser, scripts: bool
) -> None:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 10, 26))
    coach, colleague, improver = (
        Person(browser, address, name, scripts=scripts) for name in ("coach", "colleague", "improver")
    )

    # a coach logs it from a figure on the caseload
    page = coach.opens("/caseload?show=no_plan&field=driving_licence")
    page.get_by_role("link", name="Log a signal about the figure without a plan of action").click()
    page.get_by_label("definition", exact=True).check()
    page.get_by_label("What do you see").fill("A moped is not counted as a licence")
    coach.presses("Log the signal")
    expect(page.get_by_text("A moped is not counted")).to_be_visible()

    # a colleague begins to say the same, and supports it instead
    page = colleague.opens("/signals/new?page=caseload.caseload")
    page.get_by_label("What do you see").press_sequentially("my client has a moped")
    if not scripts:
        colleague.presses("Show signals like this")
    page.get_by_role("button", name="I have seen this too: support it instead").click()
    expect(page.get_by_text("1 supporter").first).to_be_visible()

    # the improvement team triages it and puts it on a meeting
    page = improver.opens("/signals")
    page.get_by_role("link", name="A moped is not counted as a licence").click()
    improver.presses("Triage")
    page = improver.opens("/meetings")
    page.locator("#held_on").fill("2026-11-18")
    improver.presses("Plan the meeting")
    expect(page.get_by_role("heading", level=1)).to_have_text("Review meeting of 18 Nov 2026")
    page.get_by_label("Coach Invented").check()
    page.get_by_label("accept", exact=True).check()
    page.get_by_label("What should people know?").fill("Mopeds count from now on")
    improver.presses("Record the decisions")
    expect(page.get_by_role("heading", level=1)).to_have_text("Minutes of the review meeting of 18 Nov 2026")
    expect(page.get_by_text("Improver Invented recorded this")).to_be_visible()
    expect(page.get_by_role("link", name="Revise the definition")).to_have_count(0)
    meeting = urlsplit(page.url).path

    # it takes effect when a colleague who was there confirms it
    page = coach.opens("/meetings")
    expect(page.get_by_text("waits for you")).to_be_visible()
    page = coach.opens(meeting)
    coach.presses("Confirm: this was decided")
    expect(page.get_by_text("confirmed by somebody else who was there")).to_be_visible()
    page = improver.opens(meeting)

    # the definition is revised as the meeting decided
    page.get_by_role("link", name="Revise the definition").click()
    page.locator("#definition-en").fill("The categories on the licence; a moped counts.")
    page.locator("#definition-nl").fill("De categorieën op het rijbewijs; een bromfiets telt mee.")
    page.locator("#days_allowed").fill("14")
    page.locator("#reason").fill("A coach asked, a colleague too")
    improver.presses("What would change?")
    expect(page.get_by_text("are being counted")).to_be_visible()
    run(town, count_what_ifs.NAME)
    if not scripts:
        page.get_by_role("link", name="Refresh").click()
    expect(page.get_by_role("heading", name="Driving licence, fields on weekly lists")).to_be_visible()
    page.get_by_role("link", name="Use this definition").click()
    expect(page.locator("#reason")).to_have_value("A coach asked, a colleague too")
    improver.presses("Revise the definition")
    expect(page.get_by_text("in force").first).to_be_visible()
    run(town, follow_definitions.NAME, rebuild.NAME)

    # legend, form and list follow
    page = coach.opens("/caseload")
    expect(page.get_by_role("complementary", name="Legend").locator("dd", has_text="a moped counts")).to_be_visible()
    page = coach.opens(f"/clients/{client_id}/fields/driving_licence")
    expect(page.get_by_text("a moped counts").first).to_be_visible()
    run(town, build_weekly_lists.NAME)
    page = coach.opens("/weekly-list")
    expect(page.get_by_text("Driving licence").first).to_be_visible()

    # it is told in what is new, and the reporter confirms
    page = improver.opens("/whats-new/new")
    for name, text in {
        "title_en": "Mopeds count",
        "title_nl": "Brommers tellen mee",
        "text_en": "As a licence.",
        "text_nl": "Als rijbewijs.",
    }.items():
        page.locator(f"#{name}").fill(text)
    page.get_by_label("A moped is not counted").check()
    improver.presses("Publish")
    expect(page.get_by_role("heading", name="Mopeds count")).to_be_visible()
    page = coach.opens("/today")
    page.get_by_role("link", name="News").first.click()
    page.get_by_role("link", name="A moped is not counted").first.click()
    page.get_by_label("yes", exact=True).check()
    page.get_by_label("In your words").fill("Thank you")
    coach.presses("Send")
    expect(page.locator(".tag", has_text="confirmed").first).to_be_visible()
    expect(page.get_by_text("Did this help?")).to_have_count(0)
    for person in (coach, colleague, improver):
        person.context.close()


def test_what_did_not_help_comes_back(town: Town, address: str, browser: Browser) -> None:
    coach, process = (Person(browser, address, name, scripts=True) for name in ("coach", "process"))
    page = coach.opens("/signals/new?page=caseload.caseload")
    page.get_by_label("fault", exact=True).check()
    page.get_by_label("What do you see").fill("The number is no link")
    coach.presses("Log the signal")
    page = process.opens("/signals")
    page.get_by_role("link", name="The number is no link").click()
    for step in ("Triage", "Move to discussion", "Accept"):
        process.presses(step)
    page.locator("#on-plan").fill("2026-11-20")
    process.presses("Plan")
    page.locator("#reason-deliver").fill("It is one now")
    process.presses("Deliver")
    page = coach.opens("/news")
    page.get_by_role("link", name="The number is no link").first.click()
    page.get_by_label("no", exact=True).check()
    page.get_by_label("In your words").fill("Not on my phone")
    coach.presses("Send")
    expect(page.get_by_role("heading", name="It did not help. Shall it be reopened?")).to_be_visible()
    expect(page.locator("#reopen-reason")).to_have_value("Not on my phone")
    coach.presses("Reopen")
    expect(page.locator(".tag", has_text="reopened").first).to_be_visible()
    page = process.opens("/news")
    page = process.opens("/signals?state=reopened")
    page.get_by_role("link", name="The number is no link").click()
    expect(page.get_by_text("Not on my phone").first).to_be_visible()
    process.presses("Triage")
    expect(page.locator(".tag", has_text="triaged").first).to_be_visible()
    for person in (coach, process):
        person.context.close()
