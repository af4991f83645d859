"""Practising with an invented client: the coach's own pages and forms, and nothing of it anywhere else."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from application import practice
from application.looks import Look
from application.refusals import NotThereError
from records import read_log
from records.practice import practice as table
from tests.web.conftest import Town, Visitor
from web.context import PRACTISED

START = "/help/practise"
BANNER = "Practice: an invented client, counts nowhere."


def begun(town: Town, who: str = "coach") -> tuple[Visitor, str]:
    """Somebody who has begun to practise, and the address of the invented client's file."""
    visitor = town.visit(who)
    answer = visitor.post(START)
    assert answer.status_code == 303
    assert answer.location.startswith("/practice/clients/")
    return visitor, answer.location


def everything(town: Town) -> dict[str, list[tuple[object, ...]]]:
    """All rows of the database, but for the practice itself and what logging in changes."""
    beside = {"practice", "sessions", "account_log"}
    with town.services.database.read() as connection:
        names = connection.scalars(text("select name from sqlite_master where type = 'table' order by name")).all()
        return {
            name: [tuple(row) for row in connection.execute(text(f'select * from "{name}"'))]  # noqa: S608 - from the database itself
            for name in names
            if name not in beside
        }


def practise(visitor: Visitor, file: str) -> None:
    """A contact, a group of fields, a plan and a task, by the forms of the pages."""
    assert BANNER in visitor.get(file)
    page = visitor.get(f"{file}/contact")
    contact_id = re.search(r'name="contact_id"[^>]*value="([^"]+)"', page)
    day = re.search(r'name="held_on"[^>]*value="([^"]+)"', page)
    assert contact_id and day
    answer = visitor.post(
        f"{file}/contact",
        contact_id=contact_id[1],
        held_on=day[1],
        channel="phone",
        started_by="coach",
        outcome="spoken",
        note="We practised this sentence",
    )
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.location.startswith(f"{file}?at=")
    page = visitor.get(answer.location)
    assert "We practised this sentence" in page
    assert "The contact is recorded." in page
    answer = visitor.post(f"{file}/plan", plan="A practised plan", agreed_on=day[1], track="development", weeks="6")
    assert answer.status_code == 303
    assert "A practised plan" in visitor.get(file)


def test_a_coach_practises_with_the_forms_of_the_pages_and_goes_on_later(town: Town) -> None:
    visitor, file = begun(town)
    practise(visitor, file)
    again = town.visit("coach")
    assert "We practised this sentence" in again.get(file), "in another browser, too"
    assert f'href="{file}"' in again.get(START)
    page = again.get("/practice/caseload")
    assert "Noor Example" in page
    assert BANNER in page
    assert "Ask about childcare" in again.get("/practice/today")


def test_nothing_that_was_practised_is_anywhere_else(town: Town) -> None:
    town.new_client("coach", "Anna de Vries")
    visitor, file = begun(town)
    real = ("/today", "/caseload", "/team", "/city", "/calendar", "/tasks")
    for path in real:
        visitor.get(path)
    before, head = everything(town), town.services.log.head()
    practise(visitor, file)
    visitor.get("/practice/caseload")
    visitor.get("/practice/today")
    assert everything(town) == before, "not in one row of any table"
    assert town.services.log.head() == head
    for path in real:
        assert "Noor Example" not in visitor.get(path), path
        assert BANNER not in visitor.get(path)
    visitor.get(file.removeprefix("/practice"), 404)
    with town.services.database.read() as connection:
        assert not read_log.of_client(connection, practice.client_of(town.accounts["coach"].account_id))


@pytest.mark.parametrize("who", ["colleague", "improver", "quality", "manager", "process", "privacy", "admin"])
def test_nobody_else_sees_what_somebody_practised(town: Town, who: str) -> None:
    visitor, file = begun(town)
    practise(visitor, file)
    other = town.visit(who)
    if who in ("colleague", "improver"):
        page = other.get(file)
        assert "Practise with an invented client" in page, "they have not begun"
        begun(town, who)
        other.get(file, 404)
    else:
        other.get(file, 403)
        other.get(START, 403)
    assert "Noor" not in other.get("/lessons")


def test_to_begin_again_throws_it_away_and_so_does_closing_the_account(town: Town) -> None:
    visitor, file = begun(town)
    practise(visitor, file)
    _, again = begun(town)
    assert again == file
    assert "We practised this sentence" not in visitor.get(file)
    town.visit("admin").post(f"/people/{town.accounts['coach'].account_id}/close", form="/people")
    with town.services.database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 0


def test_what_another_version_made_is_begun_anew(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor, file = begun(town)
    monkeypatch.setattr(practice, "_made_by", lambda _services: "another")
    page = visitor.get(file)
    assert BANNER not in page
    assert "Go on with the invented client" not in page
    with pytest.raises(NotThereError):
        practice.enter(town.services, town.accounts["coach"].viewer)


def test_what_is_not_practised_is_that_of_the_city(town: Town) -> None:
    """Pages without a practice lead out of it, and what is sent to them goes along."""
    visitor, _ = begun(town)
    for rule in town.app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] in PRACTISED or rule.arguments or "GET" not in (rule.methods or ()):
            continue
        answer = visitor.client.get(f"/practice{rule.rule}")
        if rule.endpoint in ("home.style", "home.theme"):
            continue
        assert answer.status_code == 307, rule.endpoint
        assert answer.location == rule.rule, rule.endpoint
    answer = visitor.client.post("/practice/log-out")
    assert (answer.status_code, answer.location) == (307, "/log-out")
    assert visitor.client.get("/practice//elsewhere.example").status_code in (307, 308, 404)


def test_links_on_a_page_of_the_practice_stay_within_it(town: Town) -> None:
    visitor, file = begun(town)
    for path in (file, "/practice/today", "/practice/caseload"):
        main = visitor.get(path).partition("<main")[2].partition("<footer")[0]
        found = re.findall(r'(?:href|action)="(/[^"]*)"', main)
        assert found
        assert [each for each in found if not each.startswith("/practice/")] == []


def test_every_link_of_a_file_that_is_practised_leads_somewhere(town: Town) -> None:
    visitor, file = begun(town)
    found: set[str] = set()
    for path in (file, "/practice/today", "/practice/caseload"):
        main = visitor.get(path).partition("<main")[2].partition("<footer")[0]
        found |= {unescape(each).partition("#")[0] for each in re.findall(r'href="(/[^"]*)"', main)}
    assert f"{file}/plan" in found
    # Facets are many, and each is the caseload once more.
    asked = {each for each in found if "/caseload?" not in each}
    assert {each: visitor.client.get(each, follow_redirects=True).status_code for each in asked} == dict.fromkeys(
        asked, 200
    )


def test_every_blueprint_that_is_practised_is_there(town: Town) -> None:
    assert set(town.app.blueprints) >= PRACTISED


def test_a_real_client_is_not_to_be_opened_in_a_practice(town: Town) -> None:
    client_id: UUID = town.new_client("coach", "Anna de Vries")
    visitor, _ = begun(town)
    visitor.get(f"/practice/clients/{client_id}", 404)
    opened = practice.enter(town.services, town.accounts["coach"].viewer)
    try:
        assert Look(opened.services, town.accounts["coach"].viewer, "test")
        assert opened.services.database is not town.services.database
    finally:
        opened.close()
