"""After every write the next page says that it is saved, once, and where it is corrected or taken back."""

from __future__ import annotations

import ast
import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from tests.web.conftest import Town, Visitor, days_ago
from web.confirmations import SILENT, TEXTS
from web.stylesheet import HERE

PAGES = HERE.parent / "pages"
# Writes that answer otherwise than by sending on with 303, which is what a confirmation follows on.
OTHERWISE = {
    "caseload.edit": "only opens the form of a cell",
    "contact.keep_draft": "sent by the page itself now and then, and nobody sees the answer",
    "registration.register": "what is asked for on the page of the plan is shown there",
    "team.team": "only shows",
}


def said(page: str) -> list[str]:
    """What stands in notices that something is saved."""
    found = re.findall(r'<p class="notice good" role="status">(.*?)</p>', page, re.DOTALL)
    return [unescape(re.sub(r"<[^>]+>", "", text)).strip() for text in found]


def after(visitor: Visitor, path: str, form: str | None = None, **fields: object) -> str:
    """The page that a write leads to."""
    answer = visitor.post(path, form=form, **fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:2000]
    return visitor.client.get(answer.location, follow_redirects=True).get_data(as_text=True)


def test_a_contact_is_said_to_be_recorded_with_the_way_to_correct_it(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 6, 1))
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    page = coach.get(path)
    brought = dict(re.findall(r'name="(contact_id|command_id|shown)"[^>]* value="([^"]*)"', page))
    next_page = after(
        coach, path, form=path, held_on=days_ago(1), channel="phone", outcome="spoken", started_by="coach", **brought
    )
    assert said(next_page) == ["The contact is recorded. Correct or remove"]
    link = re.search(r'class="notice good".*?<a href="([^"]+)"', next_page, re.DOTALL)
    assert link
    assert "Anna de Vries" in coach.get(link[1])
    assert said(coach.get(f"/clients/{client_id}")) == [], "once"


WRITES = {
    "a standard reply": (
        "process",
        "/signals/settings/replies",
        {"name": "Thanks", "en": "Thank you.", "nl": "Dank je."},
        "Saved.",
    ),
    "a target": (
        "process",
        "/year-plan",
        {"figure": "open", "team": "city", "number": "500", "from_on": "2026-12-01", "reason": "As agreed."},
        "Saved.",
    ),
}


@pytest.mark.parametrize("what", WRITES)
def test_what_is_no_event_is_confirmed_as_well(town: Town, what: str) -> None:
    who, form, fields, text = WRITES[what]
    visitor = town.visit(who)
    page = visitor.get(form)
    to = form if form != "/city" else re.findall(r'action="([^"]*target[^"]*)"', page)[0]
    answer = visitor.post(to, form=form, **fields)
    assert answer.status_code == 303, re.findall(r'class="error">(.*?)<', answer.get_data(as_text=True))
    assert said(visitor.client.get(answer.location, follow_redirects=True).get_data(as_text=True)) == [text]


def test_what_is_refused_is_not_said_to_be_saved(town: Town) -> None:
    client_id = town.new_client("coach", "Anna de Vries", date(2026, 6, 1))
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    answer = coach.post(path, form=path, held_on="2031-01-01", channel="phone", outcome="spoken")
    assert answer.status_code == 400
    assert said(answer.get_data(as_text=True)) == said(coach.get("/today")) == []


def test_logging_in_and_out_and_the_language_say_nothing(town: Town) -> None:
    coach = town.visit("coach")
    assert said(coach.get("/today")) == []
    coach.post("/language", form="/today", language="en", here="/today")
    assert said(coach.get("/today")) == []


def test_whoever_chooses_a_first_password_is_not_told_that_something_is_saved(town: Town) -> None:
    """They are led elsewhere, whatever they sent."""
    assert set(SILENT) >= {"account.account", "log_in.log_in", "log_in.log_out", "home.language"}


def test_texts_are_of_endpoints_that_there_are(town: Town) -> None:
    endpoints = set(town.app.view_functions)
    assert set(TEXTS) <= endpoints
    assert set(SILENT) <= endpoints
    assert not set(TEXTS) & set(SILENT)


def test_every_write_sends_on_with_the_status_that_a_confirmation_follows_on() -> None:
    """A page that answers a write by another redirect would say nothing: `recorded`, or `go` with 303."""
    without: set[str] = set()
    for path in sorted(Path(PAGES).glob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and _takes_posts(function):
                calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
                going = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "go"]
                plain = [call for call in going if not _says(call, 303) and not _says(call, 307)]
                if plain:
                    without.add(f"{path.stem}.{function.name}")
    assert without <= set(OTHERWISE), without


def _takes_posts(function: ast.FunctionDef) -> bool:
    return any("post" in ast.unparse(each).lower() for each in function.decorator_list)


def _says(call: ast.Call, status: int) -> bool:
    return any(isinstance(given, ast.Constant) and given.value == status for given in call.args)
