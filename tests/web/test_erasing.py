"""Erasing begins with finding who is meant: by name or number, with who it is confirmed before anything is gone."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest

from domain.client import RegisterField
from eventlog.commands import CommandContext
from records import read_log
from tests.web.conftest import Town

NAME = "Grietje van den Heuvel"


@pytest.fixture
def client_id(town: Town) -> UUID:
    client_id = town.new_client("coach", NAME)
    born = RegisterField(client_id=client_id, field="birth_date", value="1980-05-17", known_on=town.services.today)
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.clients.handle(born, context, uuid4())
    town.services.engine.catch_up()
    return client_id


@pytest.mark.parametrize("words", [NAME, "grietje HEUVEL", "Grietje v.d. Heuvel"])
def test_a_person_is_found_by_name_confirmed_and_erased(town: Town, client_id: UUID, words: str) -> None:
    town.new_client("stranger", "Somebody Else")
    officer = town.visit("privacy")
    answer = officer.post("/privacy/people", form="/privacy", words=words)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "Heuvel" not in answer.request.path
    assert NAME in page and "17-05-1980" in page and "Somebody" not in page
    confirming = f"/privacy/people/{client_id}"
    assert f'href="{confirming}"' in page
    shown = officer.get(confirming)
    assert NAME in shown and "Is this the person who is meant?" in shown
    facts = {"client": client_id, "reason": "client_request"}
    refused = officer.post("/privacy", form=confirming, **facts)
    assert refused.status_code == 400 and town.services.log.erasures() == []
    assert NAME in refused.get_data(as_text=True), "who it is stands there still"
    assert officer.post("/privacy", form=confirming, **facts, sure="yes").status_code == 303
    assert [e.stream_id for e in town.services.log.erasures()] == [client_id]
    again = officer.post("/privacy/people", form="/privacy", words=words)
    assert "Nobody has this name" in again.get_data(as_text=True)
    officer.get(confirming, 404)


def test_the_page_itself_erases_nobody_and_shows_nobody(town: Town, client_id: UUID) -> None:
    page = town.visit("privacy").get("/privacy")
    assert NAME not in page and not re.search(r'class="danger"', page)


def test_who_was_found_is_in_the_read_log(town: Town, client_id: UUID) -> None:
    officer = town.visit("privacy")
    officer.post("/privacy/people", form="/privacy", words=NAME)
    officer.get(f"/privacy/people/{client_id}")
    with town.services.database.read() as connection:
        looks, _earlier = read_log.part(connection, client_id=client_id)
    ways = {way for look in looks if look.account_id == town.accounts["privacy"].account_id for way in look.ways}
    assert ways == {"found", "opened"}


@pytest.mark.parametrize("words", ["", "   ", "x" * 201])
def test_nothing_to_look_for_is_said_beside_the_field(town: Town, words: str) -> None:
    answer = town.visit("privacy").post("/privacy/people", form="/privacy", words=words)
    assert answer.status_code == 400 and 'class="error"' in answer.get_data(as_text=True)
