"""The page of the design system: every component, in both schemes and on every screen, and nowhere in earnest."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect
from werkzeug.serving import make_server

from application.services import Services
from tests.web.conftest import PASSWORD, Town, build_town
from tests.web.looking import problems
from web.stylesheet import HERE

# Styled for one page, or by one word in a page's text, and no component that others use.
OF_ONE_PAGE = {
    "actions-inline",
    "ask",
    "beside",
    "choice",
    "choices",
    "chooser",
    "clients",
    "definition-box",
    "detail",
    "field-answer",
    "filters",
    "flow",
    "fresh",
    "in-columns",
    "inline",
    "legend",
    "letter",
    "meaning",
    "of",
    "one",
    "options",
    "pairs",
    "picture",
    "print-only",
    "s3",
    "s4",
    "sides",
    "since",
    "step",
    "summary",
    "text",
    "tools",
    "tools-row",
    "weeks",
    "why",
}


@pytest.fixture
def demonstration(make_services: Callable[..., Services], fresh_sqlite: str) -> Town:
    return build_town(make_services(fresh_sqlite, WERKPAD_DEMO="true"))


@pytest.fixture
def shown_at(demonstration: Town) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, demonstration.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_there_is_no_such_page_in_earnest(town: Town) -> None:
    town.visit("coach").get("/design", 403)
    assert town.app.test_client().get("/design").status_code == 302


def test_every_component_is_on_the_page(demonstration: Town) -> None:
    page = demonstration.visit("coach").get("/design")
    shown = {name for value in re.findall(r'class="([^"]*)"', page) for name in value.split()}
    styled: set[str] = set()
    for section in ("document", "buttons", "forms", "components", "tables", "plots"):
        text = re.sub(r"/\*.*?\*/", "", (HERE / f"{section}.css").read_text(), flags=re.DOTALL)
        styled |= set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))
    assert styled - shown - OF_ONE_PAGE == set(), "put the component on web/templates/design.html"
    assert OF_ONE_PAGE - styled == set()


@pytest.mark.parametrize("width", [360, 768, 1440])
@pytest.mark.parametrize(("locale", "scheme"), [("en-GB", "light"), ("en-GB", "dark"), ("nl-NL", "light")])
def test_axe_finds_nothing_on_the_page_nor_in_the_shell(
    shown_at: str, browser: Browser, locale: str, scheme: str, width: int
) -> None:
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]  # the test gives what fits
        viewport={"width": width, "height": 900},
    ) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"{shown_at}/log-in")
        found = problems(page)
        page.locator("#username").fill("coach")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        page.goto(f"{shown_at}/design")
        found += problems(page)
        if width < 1200:
            page.locator(".menu-button").click()
            found += problems(page)
        assert found + complaints == []


def test_a_plot_says_what_one_sees_and_tells_its_numbers_to_pointer_and_keyboard(
    shown_at: str, browser: Browser
) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{shown_at}/design")
        plot = page.locator(".plot", has=page.locator(".lines"))
        expect(plot.locator("figcaption strong")).to_have_text(
            "Open clients: up from 160 to 164 between 5 Jan 2026 and 18 May 2026"
        )
        expect(plot.locator(".s1 .name")).to_have_text("Open clients 164")
        second = plot.locator(".at").nth(1)
        expect(second.locator("text")).to_be_hidden()
        second.locator("rect").hover()
        expect(second.locator("text")).to_have_text("12 Jan 2026 · Open clients 161 · Contact due 37")
        expect(second.locator("text")).to_be_visible()
        first = plot.locator(".at").first
        first.focus()
        expect(first.locator("text")).to_be_visible()
        assert plot.locator(".at[tabindex]").count() <= 6, "the keyboard is past a plot soon"
        page.emulate_media(media="print")
        expect(plot.locator(".s2 .name")).to_be_visible()
