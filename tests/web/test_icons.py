"""Icons: each that is asked for is in the sprite, none stands without a text, and browsers keep the file."""

from __future__ import annotations

import re

from playwright.sync_api import Browser

from tests.web.conftest import Town, log_in
from web.navigation import GROUPS, OWN
from web.static_files import FOLDER
from web.stylesheet import HERE

TEMPLATES = HERE.parent / "templates"
SPRITE = (FOLDER / "icons.svg").read_text()
DRAWN = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE))


def asked_for() -> set[str]:
    texts = [path.read_text() for path in TEMPLATES.rglob("*.html")]
    named = {name for text in texts for name in re.findall(r"icon\('([\w-]+)'", text)}
    return named | {place.icon for _, places in GROUPS for place in (*places, OWN)}


def test_every_icon_that_is_asked_for_is_in_the_sprite() -> None:
    assert asked_for() - DRAWN == set()


def test_the_sprite_says_where_it_is_from_and_has_no_colour_of_its_own() -> None:
    assert "Tabler Icons" in SPRITE and "MIT License" in SPRITE
    assert "MIT License" in (FOLDER / "icons.LICENSE.txt").read_text()
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', SPRITE)) == {"none", "currentColor"}


def test_icons_are_of_one_component_and_read_out_by_nobody() -> None:
    users = [path.name for path in TEMPLATES.rglob("*.html") if "icons.svg" in path.read_text()]
    assert users == ["icons.html"]
    assert 'aria-hidden="true"' in (TEMPLATES / "components" / "icons.html").read_text()


def test_static_files_are_kept_until_they_change(town: Town) -> None:
    page = town.visit("coach").get("/definitions")
    address = re.search(r'"(/static/icons\.svg\?v=\w+)#', page)
    assert address
    browser = town.app.test_client()
    assert "immutable" in browser.get(address[1], buffered=True).headers["Cache-Control"]
    assert browser.get("/static/icons.svg?v=other", buffered=True).headers["Cache-Control"] == "no-cache"
    assert browser.get("/static/no-such-file.svg").status_code == 404


def test_the_policy_of_pages_lets_icons_be_drawn(town: Town, address: str, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB") as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
        log_in(page, address, "coach")
        page.wait_for_load_state("networkidle")
        boxes = page.evaluate("[...document.querySelectorAll('.side nav use')].map(use => use.getBBox().width)")
        assert boxes
        assert all(width > 5 for width in boxes)
        assert refused == []
