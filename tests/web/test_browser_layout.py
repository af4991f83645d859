"""How every page lies on a phone, a tablet and a desk: nothing is wider than the screen, cut, squeezed, or touches or
lies over its neighbour, and what is pressed is large enough."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.web.conftest import Town
from tests.web.everywhere import everywhere
from tests.web.walking import visiting

WIDTHS = (360, 768, 1440)
LAID_OUT = (Path(__file__).parent / "laid_out.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("locale", ["en-GB", "nl-NL"])
def test_nothing_on_any_page_is_cut_or_touches_its_neighbour(
    town: Town, address: str, browser: Browser, locale: str
) -> None:
    found: list[str] = []
    for who, paths in everywhere(town).items():
        with visiting(town, browser, address, who, locale=locale) as page:
            for path in paths:
                page.goto(address + path)
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    found += [f"{path} at {width}: {each}" for each in page.evaluate(LAID_OUT)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<button>One</button><table style='width: 90px'><tr><td>Two</td></tr></table>", "touches"),
        ("<p style='margin: 0 0 -15px'>One</p><p style='margin: 0'>Two</p>", "lies over"),
        ("<p style='width: 20px; overflow: hidden; white-space: nowrap'>Something long</p>", "is cut"),
        ("<a class='chip' style='display: inline-block; width: 20px; white-space: nowrap'>Something</a>", "spills"),
        ("<table style='width: 1px'><tr><td>17 Nov 2026</td></tr></table>", "is squeezed"),
        ("<p style='width: 60px'><span class='chip'>to another city 3</span></p>", "breaks in two"),
        ("<button style='width: 10px; height: 10px; padding: 0; border: 0'></button>", "too small to press"),
        ("<p style='width: 2000px'>One</p>", "wider than the screen"),
        ("<p>One</p><button style='height: 24px'>Two</button> <p>Three</p>", ""),
    ],
    ids=["touch", "over", "cut", "spill", "squeezed", "broken", "small", "wide", "sound"],
)
def test_what_does_not_lie_well_is_told(browser: Browser, markup: str, told: str) -> None:
    page = browser.new_page()
    page.set_content(f"<main>{markup}</main>")
    found = page.evaluate(LAID_OUT)
    assert any(told in each for each in found) if told else found == [], found
    page.close()
