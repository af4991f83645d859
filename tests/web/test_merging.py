"""Merging two files of one person on the page: found, put side by side, merged, followed, undone."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser
from werkzeug.test import TestResponse

from domain.client import RegisterField
from eventlog.commands import CommandContext
from tests.web.conftest import PASSWORD, Town, days_ago
from tests.web.looking import problems


def merged(town: Town, username: str, one: UUID, other: UUID, keep: object = None, **more: Any) -> TestResponse:
    data: dict[str, Any] = {"one": one, "other": other, "keep": keep or one, "sure": "yes"} | more
    return town.visit(username).post("/merge", form=f"/merge?one={one}&other={other}", **data)


def known(town: Town, client_id: UUID, field: str, value: object) -> None:
    command = RegisterField(client_id=client_id, field=field, value=value, known_on=town.services.today)
    town.services.clients.handle(command, CommandContext(town.services.clock()), uuid4())
    town.services.engine.catch_up()


@pytest.fixture
def two(town: Town) -> tuple[UUID, UUID]:
    one, other = town.new_client("coach", "Anna de Vries"), town.new_client("coach", "Ana de Vriess")
    for client_id in (one, other):
        known(town, client_id, "birth_date", "1980-02-01")
    return one, other


def test_a_coach_finds_the_other_file_merges_and_undoes(town: Town, two: tuple[UUID, UUID]) -> None:
    one, other = two
    known(town, other, "education_level", "primary")
    coach = town.visit("coach")
    assert f'href="/merge?one={one}"' in coach.get(f"/clients/{one}")
    found = coach.get(f"/merge?one={one}")
    assert "Ana de Vriess</a>: a name that sounds alike, and the same birth date" in found
    beside = re.search(r'href="(/merge\?one=[^"]+other=[^"]+)"', found)
    assert beside
    page = coach.get(beside[1].replace("&amp;", "&"))
    assert "Anna de Vries" in page and "Ana de Vriess" in page and "01-02-1980" in page
    answer = merged(town, "coach", one, other)
    assert answer.status_code == 303 and str(one) in answer.location
    file = coach.get(f"/clients/{one}")
    assert "primary school" in file and "Undo the merge" in file and f"file {other.hex[:8]}" in file
    # The address of before leads to where the person goes on, whatever page of the file it is.
    for path in ("", "/contact", "/plan", "/shown-to-client"):
        gone = coach.client.get(f"/clients/{other}{path}")
        assert (gone.status_code, gone.location) == (302, f"/clients/{one}{path}")
    assert str(other) not in coach.get("/caseload")
    contact = coach.post(f"/clients/{other}/contact", form=f"/clients/{one}/contact", held_on=days_ago(1))
    assert contact.status_code == 409 and "merged with another one" in contact.get_data(as_text=True)
    undone = coach.post("/merge/undo", form=f"/clients/{one}", kept=one, other=other)
    assert undone.status_code == 303
    again = coach.get(f"/clients/{one}")
    assert "Undo the merge" not in again and "primary school" not in again and "Merge undone" in again
    assert "primary school" in coach.get(f"/clients/{other}")
    twice = coach.post("/merge/undo", form=f"/clients/{one}", kept=one, other=other)
    assert twice.status_code == 400 and "not merged" in twice.get_data(as_text=True)


def test_what_is_wrong_is_told_and_nothing_is_merged(town: Town, two: tuple[UUID, UUID]) -> None:
    one, other = two
    strange = town.new_client("stranger", "Bob Invented")
    head = town.services.log.head()
    for username, first, second, more, sentence in (
        ("coach", one, one, {}, "two different files"),
        ("coach", one, strange, {}, "Ask the privacy officer"),
        ("coach", one, uuid4(), {}, "Ask the privacy officer"),
        ("coach", one, other, {"sure": ""}, "Confirm that these are one person"),
        ("coach", one, other, {"keep": "x"}, "Choose which of the two files to keep"),
        ("coach", one, other, {"keep": strange}, "Choose which of the two files to keep"),
        ("coach", one, other, {"keep": "x" * 5000}, "Choose which of the two files to keep"),
        ("stranger", one, strange, {}, "Ask the privacy officer"),
        ("manager-south", one, other, {}, "Ask the privacy officer"),
    ):
        answer = merged(town, username, first, second, **more)
        text = answer.get_data(as_text=True)
        assert answer.status_code == 400, (username, sentence)
        assert sentence in text or ("x" * 100 in str(more) and "too long" in text.lower()), sentence
        assert "Bob Invented" not in text or username == "stranger"
    assert town.services.log.head() == head
    assert merged(town, "quality", one, other).status_code == 303
    assert "already been merged" in merged(town, "manager", one, other).get_data(as_text=True)


def test_two_who_merge_the_same_files_the_other_way_round_have_one_merge(town: Town, two: tuple[UUID, UUID]) -> None:
    one, other = two
    assert merged(town, "coach", one, other).status_code == 303
    late = merged(town, "manager", one, other, keep=other)
    assert late.status_code == 400 and "already been merged" in late.get_data(as_text=True)
    assert town.services.file_that_goes_on(other) == one


def test_the_privacy_officer_merges_by_number_and_sees_no_name(town: Town, two: tuple[UUID, UUID]) -> None:
    one, other = two
    strange = town.new_client("stranger", "Bob Invented")
    officer = town.visit("privacy")
    assert 'href="/merge"' in officer.get("/privacy")
    pages = [officer.get("/merge"), officer.get(f"/merge?one={one}"), officer.get(f"/merge?one={one}&other={strange}")]
    answer = merged(town, "privacy", one, strange)
    assert answer.status_code == 303
    pages.append(officer.get(answer.location))
    assert "Undo the merge" in pages[-1]
    for page in pages:
        assert "Vries" not in page and "Bob" not in page and "1980" not in page
    # A coach of the one file alone may not take the two apart.
    assert "Undo the merge" not in town.visit("coach").get(f"/clients/{one}")
    refused = town.visit("coach").post("/merge/undo", form=f"/clients/{one}", kept=one, other=strange)
    assert "Ask the privacy officer" in refused.get_data(as_text=True)
    assert officer.post("/merge/undo", form=f"/merge?one={one}", kept=one, other=strange).status_code == 303
    assert "Bob Invented" in town.visit("stranger").get(f"/clients/{strange}")
    assert other


def test_who_took_an_intake_is_found_by_what_the_merged_file_said(town: Town, two: tuple[UUID, UUID]) -> None:
    one, other = two
    merged(town, "coach", one, other)
    found = town.visit("coach").post("/caseload/search", form="/caseload", name="vriess").get_data(as_text=True)
    assert f"/clients/{one}" in found, "a search by the other name leads to the file that goes on"
    intake = town.visit("coach").post(
        "/intake",
        client_id=str(uuid4()),
        held_on=days_ago(3),
        coach=str(town.accounts["coach"].account_id),
        name="Ana de Vriess",
        birth_date="1980-02-01",
    )
    told = intake.get_data(as_text=True)
    assert intake.status_code == 400 and told.count(f"/clients/{one}") == 1 and str(other) not in told


def test_a_caseload_as_it_was_before_has_both(town: Town, two: tuple[UUID, UUID]) -> None:
    one, other = two
    before = days_ago(0)
    town.services.clock.now += timedelta(days=2)  # type: ignore[attr-defined]  # replaced on purpose
    merged(town, "coach", one, other)
    then = town.visit("coach").get(f"/caseload/then?day={before}")
    assert "Ana de Vriess" in then and "merged with another file since" in then
    now = town.visit("coach").get(f"/caseload/then?day={town.services.today}")
    assert "Anna de Vries" in now and "Vriess" not in now


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en-GB", "light", 1280), ("nl-NL", "dark", 320)])
def test_axe_finds_nothing_on_the_pages_of_a_merge(
    town: Town, address: str, browser: Browser, two: tuple[UUID, UUID], locale: str, scheme: str, width: int
) -> None:
    one, other = two
    found: list[str] = []
    with browser.new_context(
        locale=locale,
        color_scheme=scheme,  # type: ignore[arg-type]  # the test gives what fits
        viewport={"width": width, "height": 900},
    ) as context:
        page = context.new_page()
        page.goto(f"{address}/log-in")
        page.locator("#username").fill("coach")
        page.locator("#password").fill(PASSWORD)
        page.locator("main button").click()
        for path in (f"/merge?one={one}", f"/merge?one={one}&other={other}", "/merge", f"/merge?one={one}&other={one}"):
            page.goto(address + path)
            found += problems(page)
        page.goto(f"{address}/merge?one={one}&other={other}")
        page.locator("#sure").check()
        page.locator("main form button").first.click()
        found += problems(page)
        page.locator("#keep-1").check()
        page.locator("#sure").check()
        page.locator("main form button").first.click()
        page.wait_for_url(f"**/clients/{one}*")
        found += problems(page)
    assert found == []
