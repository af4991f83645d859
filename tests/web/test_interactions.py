"""How many clicks and pages the usual work takes, counted in a browser as a person would do it (docs/usability.md)."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, expect

from domain.calendar import Week
from domain.catalogue import Choice, Choices, Field, Number, YesNo, load
from domain.client import Channel, RecordContact
from eventlog.commands import CommandContext
from projections import data_gaps
from records import weekly_lists
from tests.web.conftest import Town, log_in

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


class Person:
    """Somebody at a page, whose every click and every field that is filled in counts, and every page that comes."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = self.pages = 0
        page.on("framenavigated", self._navigated)

    def _navigated(self, frame: Frame) -> None:
        if frame is self.page.main_frame:
            self.pages += 1

    def click(self, what: Locator) -> None:
        self.interactions += 1
        what.click()

    def answer(self, field: Field) -> None:
        """Give a field of a form some answer."""
        self.interactions += 1
        part = self.page.locator(f"#field-{field.key}")
        match field.kind:
            case Choice() | Choices() | YesNo():
                part.locator(f"[name='{field.key}-value'][value='{field.kind.answers[1].code}']").check()
            case Number():
                part.locator("input[inputmode=numeric]").fill(str(field.kind.least))
            case _:
                part.locator(f"[name='{field.key}-value']").fill(
                    "2000-01-31" if field.kind.widget == "day" else "some words"
                )


def known(town: Town, client_id: UUID) -> int:
    town.services.engine.catch_up()
    with town.services.database.read() as connection:
        rows = data_gaps.of_client(connection, client_id).values()
    return sum(row.recorded == "known" for row in rows)


@SCRIPTS
def test_a_line_of_the_weekly_list_takes_two_clicks(town: Town, address: str, browser: Browser, scripts: bool) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    weekly_lists.build(town.services.engine, Week.of(town.services.today), town.services.clock())
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/weekly-list")
        lines = page.locator("tr[id^=line-]").count()
        person = Person(page)
        for _ in range(lines):
            key = page.locator("fieldset.field-answer").get_attribute("id") or ""
            person.answer(load()[key.removeprefix("field-")])
            person.click(page.get_by_role("button", name="Save"))
        expect(page.locator("fieldset.field-answer")).to_have_count(0)
        assert person.interactions <= 2 * lines and person.pages <= lines
    assert lines == known(town, client_id) == 4


@SCRIPTS
def test_a_contact_with_its_promise_takes_four_clicks_from_today(
    town: Town, address: str, browser: Browser, scripts: bool
) -> None:
    client_id = town.new_client("coach", "Anna de Vries")
    coach, today = town.accounts["coach"].account_id, town.services.today
    promise = RecordContact(
        client_id=client_id,
        contact_id=uuid4(),
        held_on=today,
        channel=Channel.PHONE,
        agreed_next="send the letter",
        agreed_on=today,
    )
    town.services.clients.handle(promise, CommandContext(town.services.clock(), coach), uuid4())
    town.services.engine.catch_up()
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/today")
        person = Person(page)
        person.click(page.get_by_role("link", name="Contact Anna de Vries").first)
        person.click(page.get_by_label("send the letter"))
        person.click(page.get_by_role("button", name="Record the contact", exact=True))
        expect(page.get_by_role("heading", level=1)).to_have_text("Anna de Vries")
        expect(page.get_by_text("Nothing is open.")).to_be_visible()
        assert (person.interactions, person.pages) == (3, 2)


@SCRIPTS
def test_twenty_five_fields_take_thirty_interactions_and_five_pages(
    town: Town, address: str, browser: Browser, scripts: bool
) -> None:
    client_id, groups = town.new_client("coach", "Anna de Vries"), load().groups
    wanted = [
        field for field in load() if field.group in ("who", "able", "knows", "wants") and not field.specialised_only
    ]
    # Those that most of what is asked about somebody hangs on; two of the first group come with the intake.
    chosen = [field for field in wanted if field.key not in ("birth_date", "gender")]
    with browser.new_context(java_script_enabled=scripts, locale="en-GB") as context:
        page = context.new_page()
        log_in(page, address, "coach")
        page.goto(f"{address}/clients/{client_id}")
        person = Person(page)
        person.click(page.locator(f"a[href='/clients/{client_id}/groups/who']"))
        for group in ("who", "able", "knows", "wants"):
            expect(page.get_by_role("heading", level=1)).to_contain_text(groups[group].en)
            for field in chosen:
                if field.group == group:
                    person.answer(field)
            onward = page.get_by_role("button", name="Save and continue to")
            person.click(page.get_by_role("button", name="Save", exact=True) if group == "wants" else onward)
        expect(page.get_by_role("status")).to_contain_text("Saved:")
        assert person.interactions <= 30 and person.pages <= 5, (person.interactions, person.pages)
    assert len(chosen) == known(town, client_id) == 25
