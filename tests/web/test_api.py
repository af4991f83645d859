"""The interface for other programs: the same rules and refusals as the pages, told as JSON."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from eventlog.commands import CommandContext
from feedback.signal import TRANSITIONS, Kind, LogSignal, open_transitions
from tests.web.conftest import Town, Visitor


class Program(Visitor):
    """A program that uses somebody's session."""

    def ask(self, path: str, status: int = 200) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.json

    def send(self, path: str, body: object, *, key: str | None = None, token: str | None = None) -> TestResponse:
        headers = {"X-CSRFToken": token or self.ask("/api/session")["csrf_token"]}
        return self.client.post(path, json=body, headers=headers | {"Idempotency-Key": key or str(uuid4())})


def program(town: Town, username: str | None = None) -> Program:
    return Program(town.visit(username).client)


def logged(town: Town, who: str = "coach", kind: Kind = Kind.IDEA) -> UUID:
    signal_id, account = uuid4(), town.accounts[who]
    command = LogSignal(signal_id=signal_id, viewer=account.viewer, kind=kind, page="caseload.caseload", seen="A list")
    town.services.signals.handle(command, CommandContext(town.services.clock(), account.account_id), uuid4())
    town.services.engine.catch_up()
    return signal_id


def test_a_program_logs_in_with_the_token_of_its_session(town: Town) -> None:
    nobody = program(town)
    session = nobody.ask("/api/session")
    assert (session["username"], session["role"]) == (None, None)
    form = {"csrf_token": session["csrf_token"], "username": "improver", "password": "a long enough password"}
    assert nobody.client.post("/log-in", data=form).status_code == 303
    assert nobody.ask("/api/session")["username"] == "improver"


def test_the_table_of_steps_is_the_one_that_the_pages_follow(town: Town) -> None:
    told = {step["step"]: step for step in program(town, "coach").ask("/api/signals/steps")["steps"]}
    assert told.keys() == TRANSITIONS.keys()
    for name, transition in TRANSITIONS.items():
        assert set(told[name]["sources"]) == transition.sources
        needed = {"reason": transition.needs_reason, "of": transition.needs_original, "on": transition.needs_day}
        assert told[name]["needs"] == [part for part, is_needed in needed.items() if is_needed]


@pytest.mark.parametrize("who", ["coach", "colleague", "quality", "manager", "improver", "process"])
def test_each_role_is_offered_the_steps_that_it_can_take(town: Town, who: str) -> None:
    signal_id = logged(town)
    asking, desk = program(town, who), town.services.signal_handler
    for step in (None, "triage", "discuss", "accept", "plan", "deliver", "confirm"):
        if step:
            taker = program(town, "coach" if step == "confirm" else "process")
            body = {
                "reason": "It is there" if step == "deliver" else None,
                "on": "2026-11-19" if step == "plan" else None,
            }
            assert taker.send(f"/api/signals/{signal_id}/steps/{step}", body).status_code == 200
        state = town.services.signals.state(signal_id)
        assert state is not None
        wanted = [t.name for t in open_transitions(state, desk.acting(state, town.accounts[who].viewer))]
        assert [s["step"] for s in asking.ask(f"/api/signals/{signal_id}")["steps"]] == wanted


def test_a_step_is_taken_once_and_answers_with_what_can_be_done_next(town: Town) -> None:
    signal_id, improver, key = logged(town), program(town, "improver"), str(uuid4())
    address = f"/api/signals/{signal_id}/steps/triage"
    first, again = improver.send(address, {}, key=key), improver.send(address, {}, key=key)
    assert first.status_code == again.status_code == 200
    assert first.json["state"] == again.json["state"] == "triaged"
    assert first.json["position"] == again.json["position"] == town.services.log.head()
    assert {s["step"] for s in first.json["steps"]} == {"ask", "discuss", "mark_duplicate"}
    assert improver.ask(f"/api/signals/{signal_id}")["state"] == "triaged"
    asked = improver.send(f"/api/signals/{signal_id}/steps/ask", {"reason": "On which page?"})
    assert asked.json["steps"] == [s for s in improver.ask("/api/signals/steps")["steps"] if s["step"] == "go_on"]


@pytest.mark.parametrize(
    ("who", "step", "body", "status", "said", "field"),
    [
        ("colleague", "triage", {}, 409, "In your role you can't take this step.", None),
        ("improver", "accept", {}, 409, "That can't be done with a signal in this state.", None),
        ("improver", "ask", {}, 409, "Please fill this in.", "reason"),
        ("improver", "ask", {"reason": "Is it DEMO-000123?"}, 409, "This may identify a person", "reason"),
        ("improver", "dance", {}, 409, "There is no such step for a signal.", "transition"),
        ("improver", "triage", {"on": "tomorrow"}, 400, None, None),
        ("improver", "triage", {"state": "accepted"}, 400, None, None),
        ("improver", "triage", ["triage"], 400, None, None),
    ],
)
def test_a_refusal_says_what_is_wrong_and_where(
    town: Town, who: str, step: str, body: object, status: int, said: str | None, field: str | None
) -> None:
    signal_id = logged(town)
    head = town.services.log.head()
    answer = program(town, who).send(f"/api/signals/{signal_id}/steps/{step}", body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.content_type == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["title"]
    assert answer.json.get("field") == field
    if said:
        assert answer.json["detail"].startswith(said)
    else:
        assert answer.json["errors"], "which part it is about"
        assert "tomorrow" not in answer.get_data(as_text=True)
    assert town.services.log.head() == head


def test_without_key_token_or_session_nothing_happens(town: Town) -> None:
    signal_id = logged(town)
    head, address = town.services.log.head(), f"/api/signals/{signal_id}/steps/triage"
    improver = program(town, "improver")
    assert improver.send(address, {}, key="once").json["field"] == "Idempotency-Key"
    assert improver.send(address, {}, token="made up").status_code == 400
    nobody = program(town)
    assert nobody.ask("/api/signals", 401)["detail"] == "Log in first."
    assert nobody.send(address, {}).status_code == 401
    assert program(town, "privacy").ask("/api/signals", 403)["status"] == 403
    assert improver.ask(f"/api/signals/{uuid4()}", 404)["status"] == 404
    assert improver.ask("/api/nothing", 404)["status"] == 404
    assert improver.send(f"/api/signals/{uuid4()}/steps/triage", {}).status_code == 404
    assert town.services.log.head() == head


def test_the_list_is_narrowed_as_the_board_is_and_comes_in_parts(town: Town) -> None:
    ideas, fault = {logged(town) for _ in range(3)}, logged(town, kind=Kind.FAULT)
    coach = program(town, "coach")
    everything = coach.ask("/api/signals")
    assert everything["total"] == 4
    assert {s["signal_id"] for s in everything["signals"]} == {str(i) for i in (*ideas, fault)}
    (found,) = coach.ask("/api/signals?kind=fault")["signals"]
    assert (found["signal_id"], found["seen"], found["state"]) == (str(fault), "A list", "logged")
    assert found["logged_on"] == date(2026, 11, 18).isoformat()
    parts = [coach.ask(f"/api/signals?kind=idea&limit=2&offset={at}")["signals"] for at in (0, 2)]
    assert [len(part) for part in parts] == [2, 1]
    assert {s["signal_id"] for part in parts for s in part} == {str(i) for i in ideas}
    assert program(town, "process").ask("/api/signals?mine=own")["total"] == 0
    assert coach.ask("/api/signals?limit=501", 400)["errors"]
    coach.ask("/api/signals?offset=-1", 400)


def test_it_describes_itself(town: Town) -> None:
    description = program(town, "coach").ask("/api/openapi.json")
    assert description["openapi"].startswith("3.1")
    assert set(description["paths"]) == {
        "/api/session",
        "/api/signals",
        "/api/signals/steps",
        "/api/signals/{signal_id}",
        "/api/signals/{signal_id}/steps/{step}",
    }
    program(town).ask("/api/openapi.json", 401)


def test_a_reason_that_points_at_nobody_can_be_sent_as_it_is(town: Town) -> None:
    signal_id, improver = logged(town), program(town, "improver")
    body = {"reason": "Is it the form AB-12345?", "points_at_nobody": True}
    assert improver.send(f"/api/signals/{signal_id}/steps/ask", body).status_code == 200
    assert improver.ask(f"/api/signals/{signal_id}")["reason"] == "Is it the form AB-12345?"
