"""Where each role goes from every page: few places, nothing lost, on any screen, by keyboard, without a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import PASSWORD, Town
from web.navigation import GROUPS, OWN
from web.permissions import ACCESS

# The places of each role, in their order; written by hand, from what the role is for.
PLACES = {
    "coach": "Today, Calendar, Caseload, My weekly list, Vacancies and workshops, Intake, Team, City,"
    " Signals, News, Definitions",
    "improver": "Today, Calendar, Caseload, My weekly list, Vacancies and workshops, Intake, Team, City,"
    " Signals, Settings for signals, News, Definitions",
    "quality": "Caseload, Vacancies and workshops, Quality, Team, City, Signals, Settings for signals, News,"
    " Definitions",
    "manager": "Caseload, Vacancies and workshops, Intake, Exemptions to read, Team, City, Operations, Signals, News,"
    " Definitions",
    "process": "City, Operations, Signals, Settings for signals, News, Definitions",
    "privacy": "What is new, Definitions, Privacy, Log of accounts",
    "admin": "Operations, What is new, Definitions, Accounts, Log of accounts",
}
# Pages that open without naming a thing, and are no place: where from one goes there.
ELSEWHERE = {
    "design.design": "for those who design",
    "own_fields.own_fields": "from the definitions",
    "find.find": "at the top of the places",
    "lessons.index": "from Help",
    "practice.start": "from Help, and from an empty caseload",
    "help.index": "beneath the places, and from each page to its own topic",
    "closed_files.closed_files": "from the caseload",
    "caseload_people.people": "from the caseload",
    "own_notes.many": "from the caseload",
    "invitations.several": "from the caseload",
    "invitations.waiting": "from Today",
    "invitation.enter": "the client's own door",
    "invitation.times": "the client's own door",
    "invitation.chosen": "the client's own door",
    "home.home": "it leads to the first page of a role",
    "caseload_then.then": "from the caseload",
    "group_contact.record": "from the caseload",
    "merge.files": "from a file, and from Privacy",
    "offers.new": "from the offers",
    "offers.import_offers": "from the offers",
    "norms.new": "from the norms",
    "representation.choose": "from representation",
    "whats_new.new": "from what is new",
    "city_letters.write": "from the monthly letters",
    "team_meeting.pack": "from what is new, and from the norms",
    "signal_new.new": "at the foot of every page",
    "openapi.spec": "for programs",
    "log_in.log_in": "before there is a place",
    "questionnaire.enter": "the client's own door",
    "questionnaire.check": "the client's own door",
    "questionnaire.thanks": "the client's own door",
    "questionnaire.stopped": "the client's own door",
    "apply.apply": "the client's own door",
    "apply.received": "the client's own door",
}
FOR_PROGRAMS = ("api_", "health.", "metrics.", "home.style", "home.theme", "static")


def main_navigation(page: str) -> str:
    return page.partition('<nav aria-label="Main">')[2].partition("</nav>")[0]


def links(part: str) -> list[tuple[str, str, str]]:
    """Address, what `aria-current` says, and text of each link."""
    found = re.findall(r'<a href="([^"]+)"(?: aria-current="(\w+)")?[^>]*>(.*?)</a>', part, re.DOTALL)
    beside = re.compile(r"<svg.*?</svg>|<b.*", re.DOTALL)
    return [(href, now, beside.sub("", text).strip()) for href, now, text in found]


@pytest.mark.parametrize("who", PLACES)
def test_each_role_has_its_few_places_and_is_let_in_there(town: Town, who: str) -> None:
    visitor = town.visit(who)
    shown = links(main_navigation(visitor.get("/definitions")))
    assert [text for _, _, text in shown] == PLACES[who].split(", ")
    for href, _, text in shown:
        page = visitor.client.get(href, follow_redirects=True)
        assert page.status_code == 200, href
        now = {each: current for _, current, each in links(main_navigation(page.get_data(as_text=True)))}
        assert {each for each, current in now.items() if current} == {text}, f"{href}: only this one is current"


@pytest.mark.parametrize("who", PLACES)
def test_tabs_lead_to_the_other_pages_of_a_place_and_say_which_one_is_shown(town: Town, who: str) -> None:
    visitor = town.visit(who)
    seen = set()
    for href, _, text in links(main_navigation(visitor.get("/definitions"))):
        page = visitor.client.get(href, follow_redirects=True).get_data(as_text=True)
        tabs = links(page.partition('<nav class="tabs"')[2].partition("</nav>")[0])
        for tab, _, name in tabs:
            answer = visitor.client.get(tab, follow_redirects=True)
            assert answer.status_code == 200, tab
            there = answer.get_data(as_text=True)
            now = links(there.partition('<nav class="tabs"')[2].partition("</nav>")[0])
            assert [(each, bool(current)) for _, current, each in now] == [
                (each, each == name) for _, _, each in tabs
            ], tab
            seen.add(name)
            place = [each for _, current, each in links(main_navigation(there)) if current]
            assert place == [text], tab
    assert len(seen) >= (0 if who in ("admin",) else 2)


def test_no_page_that_opens_by_itself_is_lost(town: Town) -> None:
    """Each page that needs no id stands in the navigation, or it is said from where one goes there."""
    placed = {page.endpoint for _, places in GROUPS for place in (*places, OWN) for page in place.pages}
    alone = {
        rule.endpoint
        for rule in town.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and not rule.endpoint.startswith(FOR_PROGRAMS)
    }
    alone = {each for each in alone if getattr(town.app.view_functions[each], ACCESS, None)}
    assert alone - placed == set(ELSEWHERE)
    assert not placed & set(ELSEWHERE)


@pytest.fixture
def phone(browser: Browser, request: pytest.FixtureRequest) -> Page:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="nl-NL", java_script_enabled=getattr(request, "param", True)
    )
    request.addfinalizer(context.close)
    return context.new_page()


def enter(page: Page, address: str, who: str) -> None:
    page.goto(f"{address}/log-in")
    page.locator("#username").fill(who)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    # or the first key that is pressed is lost with the page before
    page.wait_for_url(lambda url: "/log-in" not in url)


@pytest.mark.parametrize("who", PLACES)
def test_on_a_phone_the_header_leaves_the_screen_to_the_page(town: Town, address: str, phone: Page, who: str) -> None:
    enter(phone, address, who)
    phone.goto(f"{address}/definitions")
    assert phone.locator("header").bounding_box()["height"] <= 60  # type: ignore[index]  # it is shown
    expect(phone.get_by_role("navigation", name="Hoofdmenu")).to_have_count(0)
    phone.get_by_role("button", name="Menu", exact=True).click()
    expect(phone.get_by_role("navigation", name="Hoofdmenu")).to_be_visible()
    assert not phone.evaluate("document.documentElement.scrollWidth > window.innerWidth")


@pytest.mark.parametrize("phone", [False], indirect=True, ids=["without JavaScript"])
def test_the_menu_works_without_a_script(town: Town, address: str, phone: Page) -> None:
    enter(phone, address, "coach")
    phone.get_by_role("button", name="Menu", exact=True).click()
    phone.get_by_role("navigation", name="Hoofdmenu").get_by_role("link").nth(2).click()
    expect(phone).to_have_url(re.compile("/caseload"))
    expect(phone.locator("#menu")).to_be_hidden()


def test_the_menu_is_walked_by_keyboard_alone(town: Town, address: str, phone: Page) -> None:
    enter(phone, address, "coach")
    # past the content, past the signal, the name of the product, the menu
    for _ in range(4):
        phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_have_text("Menu")
    phone.keyboard.press("Enter")
    expect(phone.locator("#menu")).to_be_visible()
    phone.keyboard.press("Escape")
    expect(phone.locator("#menu")).to_be_hidden()
    expect(phone.locator(":focus")).to_have_text("Menu")
    phone.keyboard.press("Enter")
    # past what closes it, and the field to find something
    for _ in range(4):
        phone.keyboard.press("Tab")
    expect(phone.locator(":focus")).to_have_attribute("href", "/today")
    phone.keyboard.press("Tab")
    assert phone.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "one sees where one is"
    phone.keyboard.press("Enter")
    expect(phone).to_have_url(re.compile("/calendar"))


def test_on_a_wide_screen_places_stand_beside_the_page_in_reach_of_the_keyboard(
    town: Town, address: str, browser: Browser
) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        enter(page, address, "manager")
        page.goto(f"{address}/team")
        side, content = page.locator("header").bounding_box(), page.locator("main").bounding_box()
        assert side
        assert content
        assert side["x"] + side["width"] <= content["x"]
        assert content["y"] < 120, "the page begins at the top"
        expect(page.get_by_role("button", name="Menu", exact=True)).to_be_hidden()
        for _ in range(6):
            page.keyboard.press("Tab")
        expect(page.locator(":focus")).to_have_text("Caseload")
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="Caseload", exact=True)).to_have_attribute("aria-current", "page")


def test_paper_has_no_navigation(town: Town, address: str, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        enter(page, address, "manager")
        page.goto(f"{address}/team")
        page.emulate_media(media="print")
        for what in ("nav[aria-label=Main]", "nav.tabs", ".who", ".menu-button"):
            expect(page.locator(what)).to_be_hidden()
        expect(page.locator("h1")).to_be_visible()
        assert page.locator("main").bounding_box()["x"] < 60  # type: ignore[index]  # it is shown
