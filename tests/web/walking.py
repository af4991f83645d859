"""Somebody who is logged in at a browser of a size, with a script or without: how the walks of all roles begin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.web.conftest import Town
from web import session

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
# A desk, a tablet and a phone; the phone without a script.
PLACES = pytest.mark.parametrize(("width", "scripts"), [(1440, True), (768, False), (360, False)])


@contextmanager
def visiting(
    town: Town,
    browser: Browser,
    address: str,
    who: str,
    *,
    width: int = 1280,
    scripts: bool = True,
    locale: str = "en-GB",
    scheme: str = "light",
) -> Iterator[Page]:
    """A page of somebody who has logged in already: walks that are not about logging in need no form for it."""
    with browser.new_context(
        java_script_enabled=scripts,
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]  # the test gives what fits
        viewport={"width": width, "height": 900},
    ) as context:
        kept = town.visit(who).client
        for name in (session.BROWSER_COOKIE, session.SESSION_COOKIE):
            cookie = kept.get_cookie(name)
            assert cookie is not None
            context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
        yield context.new_page()


def press(at: Locator, key: str = "Enter") -> None:
    """By keys alone: what Tab reaches is focused, and a key is pressed on it."""
    at.focus()
    at.page.keyboard.press(key)


def write(at: Locator, text: str) -> None:
    at.focus()
    at.page.keyboard.type(text)
