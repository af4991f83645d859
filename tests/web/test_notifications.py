"""The page on which somebody chooses how to hear of what concerns them."""

from __future__ import annotations

import re

import pytest

from records.notice_choices import WAYS
from tests.web.conftest import Town
from tests.web.test_signals import last, log, step

PAGE = "/notifications"
CHOSEN = {
    "weekly_list": "app",
    "stand_in": "app",
    "digest": "app",
    "monthly_letter": "app",
    "meeting": "off",
    "undelivered": "daily",
    "exemption_answered": "at_once",
    "exemption_ends": "off",
    "taken_over": "daily",
}
USUAL = {kind: WAYS[kind][0].value for kind in CHOSEN}


def ticked(page: str) -> dict[str, str]:
    boxes = re.findall(r"<input[^>]*type=\"radio\"[^>]*>", page)
    return {
        re.findall(r'name="(\w+)"', box)[0]: re.findall(r'value="(\w+)"', box)[0] for box in boxes if " checked" in box
    }


def test_each_sees_the_notices_of_the_role_and_keeps_what_was_chosen(town: Town) -> None:
    coach = town.visit("coach")
    page = coach.get(PAGE)
    assert ticked(page) == USUAL
    assert "In Werkpad only" in page and "A client returned a questionnaire" in page and "overdue" not in page
    sent = coach.post(PAGE, email="coach@city.example", **CHOSEN)
    assert sent.status_code == 303
    page = coach.get(PAGE)
    assert ticked(page) == CHOSEN and 'value="coach@city.example"' in page
    assert ticked(town.visit("improver").get(PAGE)) == {
        k: ways[0] for k, ways in WAYS.items() if len(ways) > 1 and k not in ("exemption_to_read", "to_give_back")
    }
    assert ticked(town.visit("manager").get(PAGE)) == {
        "digest": "daily",
        "monthly_letter": "at_once",
        "meeting": "app",
        "exemption_to_read": "app",
        "to_give_back": "app",
    }
    assert ticked(town.visit("admin").get(PAGE)) == {"monthly_letter": "at_once"}


@pytest.mark.parametrize("field", [*CHOSEN, "email"])
@pytest.mark.parametrize("bad", ["hourly", "x" * 5000, None])
def test_what_can_not_be_chosen_is_told_and_nothing_is_kept(town: Town, field: str, bad: str | None) -> None:
    coach = town.visit("coach")
    sent = {name: value for name, value in {**CHOSEN, field: bad}.items() if value is not None}
    answer = coach.post(PAGE, **sent)
    if field == "email" and bad is None:
        assert answer.status_code == 303
        return
    assert answer.status_code == 400 and 'role="alert"' in answer.get_data(as_text=True)
    assert ticked(coach.get(PAGE)) == USUAL


def test_who_wants_no_news_is_told_of_none_and_can_still_read_them(town: Town) -> None:
    coach = town.visit("coach")
    log(coach)
    step(town.visit("improver"), last(town), "triage")
    assert "not seen yet" in coach.get("/today")
    coach.post(PAGE, **CHOSEN)
    assert "not seen yet" in coach.get("/today")
    coach.post(PAGE, **{**CHOSEN, "digest": "off"})
    assert "not seen yet" not in coach.get("/today") and "triaged" in coach.get("/news")
