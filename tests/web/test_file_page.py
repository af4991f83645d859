"""A client's file: each contact once in one history, the profile folded by group, and two screens high at most."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from tests.web.conftest import Town, log_in
from tests.web.looking import problems
from tests.web.test_recording import contact

USUAL = 20
HIGH = 2000


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def history(page: str) -> str:
    return page.partition('id="timeline"')[2].partition('id="known"')[0]


def test_a_contact_stands_once_as_it_is_now_with_what_was_recorded_behind_it(town: Town, client_id: UUID) -> None:
    coach = town.visit("coach")
    coach.post(
        f"/clients/{client_id}/contact", form="/caseload", **contact(note="first note", own_words="I want to work")
    )
    page = coach.get(f"/clients/{client_id}")
    assert page.count("first note") == page.count("I want to work") == 1
    assert "What was recorded then" not in page
    correct = re.search(r'href="(/clients/[^"]*/contacts/[^"]*)"', history(page))
    assert correct is not None
    coach.post(correct[1], **contact(note="second note", own_words="I want to work", reason="The wrong note"))
    told = history(coach.get(f"/clients/{client_id}"))
    assert told.count("second note") == 1, "the entry of the correction says why, and not all of it again"
    assert "The wrong note" in told
    now, _, then = told.partition("What was recorded then")
    assert "first note" in then and "second note" in told and "first note" not in now
    shown = coach.get(f"/clients/{client_id}/shown-to-client")
    assert "<details>" not in shown and "first note" in shown, "whole, where it is handed over"


def test_the_history_of_one_kind_is_long_and_that_of_all_is_short(town: Town, client_id: UUID) -> None:
    coach = town.visit("coach")
    for n in range(12):
        coach.post(f"/clients/{client_id}/contact", form="/caseload", **contact(note=f"note number {n};"))
    first = history(coach.get(f"/clients/{client_id}"))
    assert [n for n in range(12) if f"note number {n};" in first] == list(range(6, 12)) and "What came before" in first
    contacts = history(coach.get(f"/clients/{client_id}?only=contacts"))
    assert [n for n in range(12) if f"note number {n};" in contacts] == list(range(12))
    assert "Nothing of this kind" in history(coach.get(f"/clients/{client_id}?only=offers"))


def test_a_group_says_how_much_of_it_is_known(town: Town, client_id: UUID) -> None:
    page = town.visit("coach").get(f"/clients/{client_id}").partition('id="known"')[2]
    titles = re.findall(r"<summary><h3>([^<]+)</h3> (\d+) of (\d+) known", page)
    assert [title for title, *_ in titles] == ["Personal", "Abilities", "Skills and experience", "Preferences", "Plan"]
    for (_, known, of), group in zip(titles, page.split("<summary>")[1:], strict=True):
        rows = re.findall(r'<th scope="row">.*?</tr>', group, re.S)
        assert len(rows) == int(of)
        assert sum('class="tag' not in row for row in rows) == int(known)


@pytest.mark.parametrize(("language", "scheme", "width"), [("en-GB", "light", 1280), ("nl-NL", "dark", 360)])
def test_a_usual_file_is_two_screens_high_and_right_for_everybody(
    town: Town, client_id: UUID, address: str, browser: Browser, language: str, scheme: str, width: int
) -> None:
    coach = town.visit("coach")
    for n in range(USUAL):
        coach.post(
            f"/clients/{client_id}/contact",
            form="/caseload",
            **contact(note=f"What was said {n}", own_words="So it is"),
        )
    with browser.new_context(locale="en-GB") as context:
        log_in(context.new_page(), address, "coach")
        who = context.storage_state()
    with browser.new_context(
        storage_state=who,
        locale=language,
        color_scheme=scheme,  # type: ignore[arg-type]  # one of the two that there are
        viewport={"width": width, "height": 900},
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/clients/{client_id}")
        assert problems(page) == []
        if width > 1000:
            assert page.evaluate("document.documentElement.scrollHeight") <= HIGH
        group = page.locator(".group details").first
        expect(group.locator("table")).to_be_hidden()
        group.locator("summary").click()
        expect(group.locator("table")).to_be_visible()
        page.locator(".more summary").click()
        expect(page.locator(".more ul a").first).to_be_visible()
        assert problems(page) == []
