"""Pages that tell of what is wrong, in a real browser: as good to read as the others, in both languages and widths."""

from __future__ import annotations

from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import PASSWORD, Town
from tests.web.looking import LOOKS, problems
from tests.web.test_mail import dead  # noqa: F401 - a fixture
from werkpad.maintenance import begin


@pytest.fixture(params=LOOKS, ids=[look[0] for look in LOOKS])
def page(request: pytest.FixtureRequest, browser: Browser, address: str) -> Page:
    """The browser of the administrator, in each language and width."""
    locale, scheme, width = request.param
    context = browser.new_context(
        locale=locale, color_scheme=scheme, viewport={"width": width, "height": 900}, base_url=address
    )
    request.addfinalizer(context.close)
    page = context.new_page()
    page.goto("/log-in")
    page.locator("#username").fill("admin")
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
    expect(page.locator("header")).to_be_visible()
    return page


def test_mail_that_could_not_be_delivered(page: Page, dead: UUID) -> None:  # noqa: F811 - the fixture itself
    page.goto("/operations")
    expect(page.get_by_text(str(dead)).first).to_be_visible()
    assert problems(page) == []
    # of one message, and of all of them
    expect(page.locator("form[action='/operations/mail']")).to_have_count(2)
    page.locator("form[action='/operations/mail'] button").last.click()
    expect(page.get_by_text(str(dead))).to_have_count(0)
    assert problems(page) == []


def test_a_page_that_is_not_there(page: Page) -> None:
    answer = page.goto("/nowhere")
    assert answer is not None and answer.status == 404
    assert problems(page) == []


def test_a_page_whose_read_model_is_gone(page: Page, town: Town) -> None:
    with town.services.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE projection_positions RENAME TO elsewhere")
    answer = page.goto("/operations")
    assert answer is not None and answer.status >= 500
    assert problems(page) == []


def test_maintenance(page: Page, town: Town) -> None:
    begin(town.services)
    answer = page.goto("/operations")
    assert answer is not None and answer.status == 503 and answer.headers["retry-after"]
    assert problems(page) == []
