"""What an address asks of a page and the page does not know is left out, and said: each part of each address.

Which parts a page reads is seen while it is made, so that a new one is held to it by itself.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask import Request, has_request_context, request
from markupsafe import escape
from werkzeug.datastructures import ImmutableMultiDict

from tests.web.conftest import Town
from tests.web.test_doors import doors

# Parts that choose nothing of what is shown: where one came from or goes to, what a form begins with, and what the
# position of one's own write is.
NO_CHOICE = {
    "at": "the position of one's own write",
    "next": "where one goes after logging in",
    "over": "that a questionnaire is open no more",
    "back": "where one goes after saving",
    "here": "where a signal is logged from",
    "figure": "what a signal is about",
    "signal": "what a decision follows from: a form begins with it",
    "meeting": "where it was decided: a form begins with it",
    # Of the caseload: one part with `field`, each of which alone asks for nothing.
    "is": "a filter, with a field",
    "op": "a filter, with a field",
    "lower": "a bound, with a field",
    "upper": "a bound, with a field",
    "values": "options, with a field",
}
# By page: what begins a form there.
BEGINS = {("signal_new.new", name) for name in ("page", "field", "kind")} | {("norms.new", "page")}
# Their forms say themselves beside which field what is wrong.
FORMS = {"reassign.reassign", "take_overs.take_overs", "match.match"}
ODD = "q7-nothing"


def parts_read(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """The parts of addresses that pages ask for from now on, by the page."""
    found: set[tuple[str, str]] = set()

    class Watched(ImmutableMultiDict[str, str]):
        def get(self, key: str, default: Any = None, type: Any = None) -> Any:
            self._note(key)
            return super().get(key, default, type)

        def getlist(self, key: str, type: Any = None) -> list[Any]:
            self._note(key)
            return super().getlist(key, type)

        def __contains__(self, key: object) -> bool:
            self._note(str(key))
            return super().__contains__(key)

        def _note(self, key: str) -> None:
            if has_request_context() and request.endpoint and request.args is self:
                found.add((request.endpoint, key))

    monkeypatch.setattr(Request, "parameter_storage_class", Watched)
    return found


def test_each_part_of_each_address_that_is_not_known_is_left_out_and_said(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = parts_read(monkeypatch)
    paths = {door.removesuffix(" GET"): path for door, path in doors(town).items() if door.endswith("GET")}
    silent, tried = [], set()
    for who in ("coach", "quality", "process", "privacy"):
        visitor = town.visit(who)
        for endpoint, path in paths.items():
            if visitor.client.get(path).mimetype != "text/html":
                continue
            names = {name for page, name in found if page == endpoint} - NO_CHOICE.keys()
            for name in sorted(names):
                if (endpoint, name) in BEGINS or endpoint in FORMS or (endpoint, name) in tried:
                    continue
                answer = visitor.client.get(path, query_string={name: ODD})
                if answer.status_code in (302, 303, 403, 404) and visitor.client.get(path).status_code != 200:
                    continue
                tried.add((endpoint, name))
                if answer.status_code != 200 or f"“{escape(ODD)}” is left out" not in answer.get_data(as_text=True):
                    silent.append((endpoint, name, answer.status_code))
    assert silent == []
    assert tried >= {
        ("signals.board", "team"),
        ("caseload.caseload", "show"),
        ("team.one", "week"),
        ("quality.quality", "week"),
        ("client.client", "only"),
        ("privacy.privacy", "client"),
        ("account_log.account_log", "before"),
        ("weekly_list.weekly_list", "coach"),
    }


def test_what_is_known_is_left_out_nowhere_and_what_is_said_is_short(town: Town) -> None:
    visitor = town.visit("process")
    north = town.teams["north"].team_id
    assert "is left out" not in visitor.get(f"/signals?kind=fault&team={north}&age=week&view=list&mine=own&clock=near")
    page = visitor.get(f"/signals?kind={'x' * 3000}&team={uuid4()}&state=<b>")
    assert page.count("is left out: There is no such choice here.") == 3
    assert f"“{'x' * 80}” is left out" in page and "“&lt;b&gt;” is left out" in page
