"""What people of several roles do, by keys alone, at a desk, on a tablet and on a phone, with a script and without."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Browser, expect

from application import caseload as operations
from tests.web.conftest import Town
from tests.web.walking import PLACES, press, visiting, write


@PLACES
def test_a_track_is_changed_among_those_found_by_name_and_one_is_back_there(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    for name in ("Anna de Vries", "Bram Bakker"):
        town.new_client("coach", name)
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(f"{address}/caseload")
        write(page.locator("#search input[name=name]"), "bakker")
        page.keyboard.press("Enter")
        rows = page.locator(".clients tbody tr")
        expect(rows).to_have_count(1)
        press(rows.locator("button[name=cell]").first)
        press(page.get_by_label("development", exact=False).first, "Space")
        press(page.get_by_role("button", name="Save"))
        expect(rows).to_have_count(1)
        expect(rows.locator("button[name=cell]").first).to_have_text("development")
        assert "bakker" not in page.url.casefold() and "#c" in page.url
        expect(page.get_by_role("link", name="Correct")).to_be_visible()


@PLACES
def test_saved_filters_stand_in_the_order_one_likes(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    for name in ("Alpha", "Beta"):
        operations.save_view(town.services, town.accounts["coach"].viewer, name, "f=cv:unknown", shared=False)
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(f"{address}/caseload")
        press(page.get_by_text("Show: All"))
        press(page.get_by_role("button", name="Move Beta up"))
        press(page.get_by_text("Show: All"))
        names = page.locator(".menu-body .missing li > a")
        expect(names.first).to_contain_text("Beta")


@PLACES
def test_an_exemption_is_drafted_by_one_and_approved_by_another(
    town: Town, address: str, browser: Browser, width: int, scripts: bool
) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    with visiting(town, browser, address, "coach", width=width, scripts=scripts) as page:
        page.goto(f"{address}/clients/{client_id}/plan?part=service_track")
        press(page.get_by_role("link", name="Draft an exemption"))
        write(page.locator("#basis"), "An invented ground.")
        page.locator("#until").fill((town.services.today + timedelta(days=60)).isoformat())
        press(page.get_by_role("button", name="Send to be read"))
        expect(page.get_by_role("status").first).to_contain_text("waits for a reader")
    with visiting(town, browser, address, "quality", width=width, scripts=scripts) as page:
        page.goto(f"{address}/exemptions")
        press(page.locator("main").get_by_role("link", name="Anna de Vries").first)
        expect(page.locator("main")).to_contain_text("An invented ground.")
        press(page.get_by_role("button", name="Approve"))
        expect(page.get_by_role("status").first).to_contain_text("The exemption is approved.")
