"""A long history: shown in parts on the file, and whole to the client."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import Town
from tests.web.test_recording import contact


def test_a_long_history_is_shown_in_parts_and_all_looks_to_the_client(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.client_file.FIRST", 3)
    monkeypatch.setattr("application.client_file.SHOWN", 3)
    client_id = town.new_client("coach", "Anna de Vries")
    coach = town.visit("coach")
    for n in range(5):
        coach.post(f"/clients/{client_id}/contact", form="/caseload", **contact(note=f"note number {n}"))
    for _ in range(60):
        page = coach.get(f"/clients/{client_id}")
    notes = [n for n in range(5) if f"note number {n}" in page.partition('id="timeline"')[2]]
    assert notes == [2, 3, 4]
    earlier = re.search(r'href="([^"]*before=\d+[^"]*)"', page)
    assert earlier and "What came before" in page
    before = coach.get(earlier[1].replace("&amp;", "&").partition("#")[0]).partition('id="timeline"')[2]
    assert [n for n in range(5) if f"note number {n}" in before] == [0, 1] and "The latest" in before
    for odd in ("0", "-1", "x", "9" * 500, "²"):
        coach.get(f"/clients/{client_id}?before={odd}")
    shown = coach.get(f"/clients/{client_id}/shown-to-client")
    assert shown.partition('id="looks"')[2].count("<li>") > 60
