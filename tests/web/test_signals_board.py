"""The board of signals: filtered, searched, listed, worked through many at a time, and taken along."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest

from feedback import board
from tests.web.conftest import Town
from tests.web.test_signals import last, log


def test_the_board_is_filtered_searched_and_saved(town: Town) -> None:
    for seen, kind, field in (("Mopeds are not counted", "definition", "driving_licence"), ("It is slow", "fault", "")):
        log(town.visit("coach"), seen, kind, page="caseload.caseload", field=field)
    visitor = town.visit("improver")
    for query, found, missing in (
        ("kind=fault", "It is slow", "Mopeds"),
        ("field=driving_licence", "Mopeds", "It is slow"),
        (f"team={town.teams['north'].team_id}", "Mopeds", "never"),
        ("mine=unanswered", "Mopeds", "never"),
        ("state=logged&view=list", "Mopeds", "never"),
        ("page=caseload.caseload", "Mopeds", "never"),
    ):
        page = visitor.get(f"/signals?{query}")
        assert found in page and missing not in page, query
    for query in ("team=city", "mine=own", "mine=followed", "mine=given", "clock=passed", "age=week", "page=team.one"):
        assert "No signals here" in visitor.get(f"/signals?{query}"), query
    visitor.get("/signals?kind=nonsense&age=1000&team=x&view=y&state=odd&clock=z", 200)
    page = visitor.post("/signals/search", form="/signals", words="moped").get_data(as_text=True)
    assert "Mopeds" in page and "It is slow" not in page
    town.services.clock.now += timedelta(days=10)  # type: ignore[attr-defined]  # the test looks inside
    visitor = town.visit("improver")
    assert "Mopeds" in visitor.get("/signals?clock=passed&age=week")
    saved = visitor.post("/signals/views?kind=fault&view=list", form="/signals?kind=fault", name="Faults", shared="1")
    assert saved.status_code == 303
    assert "Faults" in visitor.get("/signals") and "Faults" in town.visit("coach").get("/signals")
    assert "Faults" not in town.visit("stranger").get("/signals")


def test_what_was_searched_for_is_listed_and_taken_along_as_such(town: Town) -> None:
    for seen in ("Mopeds are not counted", "It is slow"):
        log(town.visit("coach"), seen)
    visitor = town.visit("improver")
    found = visitor.post("/signals/search", form="/signals", words="moped").get_data(as_text=True)
    address = re.search(r'action="([^"]*view=list[^"]*)" class="one"', found)
    assert address is not None
    listed = visitor.post(unescape(address[1]), form="/signals", words="moped").get_data(as_text=True)
    assert "Mopeds" in listed and "It is slow" not in listed and "<table" in listed
    taken = visitor.post("/signals/export", form="/signals", format="json", words="moped").get_json()
    assert [row["seen"] for row in taken] == ["Mopeds are not counted"]


def test_a_list_shows_the_first_of_what_was_found(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("application.signals.ON_A_LIST", 1)
    for n in range(2):
        log(town.visit("coach"), f"Mopeds, number {n}")
        last(town)
    page = town.visit("improver").post("/signals/search?view=list", form="/signals", words="mopeds")
    assert page.status_code == 200
    shown = page.get_data(as_text=True)
    assert "number 0" in shown and "number 1" not in shown and "The first 1 are shown" in shown


def test_a_search_that_finds_very_many_says_so(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "MOST_FOUND", 2)
    for n in range(3):
        log(town.visit("coach"), f"Mopeds, number {n}")
    visitor = town.visit("improver")
    many = visitor.post("/signals/search", form="/signals", words="mopeds").get_data(as_text=True)
    assert "The first 2 signals with these words" in many
    few = visitor.post("/signals/search?kind=idea", form="/signals", words="mopeds").get_data(as_text=True)
    assert "0 signals" in few and "The first" not in few


def test_many_are_triaged_at_once_or_none(town: Town) -> None:
    ids = []
    for n in range(3):
        log(town.visit("coach"), f"It is number {n}")
        ids.append(last(town))
    visitor, form = town.visit("improver"), "/signals?view=list"
    chosen, command_id = [str(i) for i in ids[:2]], str(uuid4())
    for _ in range(2):
        sent = visitor.post("/signals/bulk?view=list", form=form, step="triage", signal=chosen, command_id=command_id)
        assert sent.status_code == 303, "sent twice, done once"
    refused = visitor.post("/signals/bulk?view=list", form=form, step="triage", signal=[str(i) for i in ids])
    assert refused.status_code == 400 and "Nothing was changed" in refused.get_data(as_text=True)
    assert refused.get_data(as_text=True).count(" checked>") == 3, "still chosen"
    assert visitor.get("/signals?view=list&all=1").count(" checked>") == 3
    states = [town.services.signals.state(i).state.value for i in ids]  # type: ignore[union-attr]  # there is one
    assert states == ["triaged", "triaged", "logged"]
    assert (
        visitor.post("/signals/bulk", form=form, step="assign", team="city", signal=[str(i) for i in ids]).status_code
        == 303
    )
    assert [town.services.signals.state(i).team for i in ids] == [None] * 3  # type: ignore[union-attr]  # there is one
    assert visitor.post("/signals/bulk", form=form, step="triage").status_code == 400
    assert visitor.post("/signals/bulk", form=form, step="deliver", signal=str(ids[0])).status_code == 400
    assert (
        town.visit("coach").post("/signals/bulk", form="/signals/new", step="triage", signal=str(ids[2])).status_code
        == 403
    )


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_signals_are_taken_along_without_their_reporters(town: Town, kind: str) -> None:
    log(town.visit("coach"), "=1+1 is two")
    answer = town.visit("manager").post("/signals/export", form="/signals", format=kind)
    assert answer.status_code == 200 and f".{kind}" in answer.headers["Content-Disposition"]
    body = answer.get_data()
    assert b"Invented" not in body and str(town.accounts["coach"].account_id).encode() not in body
    if kind == "json":
        (only,) = json.loads(body)
        assert (only["seen"], only["kind"], only["logged_on"]) == ("=1+1 is two", "definition", "2026-11-18")
        log(town.visit("coach"), "Nobody says so", without_name="y")
        answer = town.visit("manager").post("/signals/export", form="/signals", format=kind)
        assert {row["logged_on"] for row in answer.get_json()} == {"2026-11-18"}, "the day, also of one at midnight"
    if kind == "csv":
        assert b"'=1+1 is two" in body
