"""How a page looks to those who check it: to axe, and on a screen that is narrow."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# language, colours and width in which pages are looked at
LOOKS = [("en-GB", "light", 1440), ("nl-NL", "dark", 320)]


def problems(page: Page) -> list[str]:
    """What axe finds on the page, and whether it is wider than the screen; nothing when all is well."""
    where = page.url.partition("/clients")[1] or page.url
    violations = Axe().run(page, options=RULES).response["violations"]
    found = [f"{where}: {v['id']}: {v['nodes'][0]['target']}" for v in violations]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{where}: wider than the screen")
    return found
