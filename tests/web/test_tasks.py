"""All that is to be done on one page: by when, what waits for somebody else, and calls that a contact answers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest

from application.my_tasks import Duty, TaskLine, When
from domain.client import Channel
from tests.conftest import Clock
from tests.web.at_work import step_of
from tests.web.conftest import Town
from tests.web.test_appointments import body, make, send
from web.tasks_return import place

WEDNESDAY = date(2026, 11, 18)


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 18, 8, tzinfo=UTC)  # a Wednesday, nine o'clock in Amsterdam
    return town


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries", WEDNESDAY - timedelta(days=10))


def plan(town: Town, client_id: UUID, what: str, days: int = 0, kind: str = "own") -> UUID:
    path, task_id = f"/clients/{client_id}", uuid4()
    due_on = str(WEDNESDAY + timedelta(days=days))
    answer = send(
        town.visit("coach"), f"{path}/tasks", path, command_id=str(task_id), what=what, due_on=due_on, kind=kind
    )
    assert answer.status_code == 303
    return task_id


def groups(page: str) -> dict[str, str]:
    """The lines of each group."""
    found = {str(when): page.split(f'aria-labelledby="{when}"')[1].split("</section>")[0] for when in When}
    return {when: re.sub(r"\s+", " ", lines) for when, lines in found.items()}


@pytest.mark.parametrize(
    ("days", "waiting", "when"),
    [
        (-1, False, When.OVERDUE),
        (0, False, When.TODAY),
        (None, False, When.TODAY),
        (1, False, When.THIS_WEEK),
        (4, False, When.THIS_WEEK),
        (5, False, When.LATER),
        (-1, True, When.WAITING),
        (5, True, When.WAITING),
    ],
    ids=["before", "that day", "no day", "tomorrow", "Sunday", "Monday", "before, waits", "Monday, waits"],
)
def test_when_something_is_to_be_done_follows_from_its_day_and_from_whose_turn_it_is(
    days: int | None, waiting: bool, when: When
) -> None:
    due_on = None if days is None else WEDNESDAY + timedelta(days=days)
    line = TaskLine(Duty.OWN, uuid4(), uuid4(), due_on, waiting_for="client" if waiting else None)
    assert line.when(WEDNESDAY) is when


def test_all_that_is_to_be_done_stands_on_one_page_by_when(town: Town, client_id: UUID, clock: Clock) -> None:
    other = town.new_client("coach", "Bert Bos", WEDNESDAY - timedelta(days=10))
    plan(town, client_id, "write to the school")
    plan(town, client_id, "ask for the papers", days=3)
    plan(town, other, "look at the CV", days=12)
    plan(town, other, "he called about rent", kind="call_back")
    make(town, client_id, WEDNESDAY, time(10), channel=Channel.PHONE)
    step_of(town, other, ends_in=0)
    clock.now += timedelta(days=1)
    found = groups(town.visit("coach").get("/tasks"))
    for text in (
        "write to the school",
        "he called about rent",
        "appointment",
        "step that ended",
        "The forklift course",
    ):
        assert text in found["overdue"], text
    assert found["overdue"].index("he called") < found["overdue"].index("write to the school"), "who waits comes first"
    assert "ask for the papers" in found["this_week"] and "look at the CV" in found["later"]
    assert "to be filled in" in found["later"], "fields whose last day is near"
    assert town.visit("manager").client.get("/tasks").status_code == 403


def test_today_leads_to_all_of_them(town: Town, client_id: UUID) -> None:
    plan(town, client_id, "write to the school")
    page = town.visit("coach").get("/today")
    assert "write to the school" in page and 'href="/tasks"' in page


def test_what_waits_for_somebody_else_is_not_overdue_of_the_coach(town: Town, client_id: UUID, clock: Clock) -> None:
    task_id = plan(town, client_id, "get the diploma")
    clock.now += timedelta(days=2)
    coach, path = town.visit("coach"), f"/clients/{client_id}/tasks/{task_id}/waiting"
    assert "get the diploma" in groups(coach.get("/tasks"))["overdue"]
    form = {"whom": "third_party", "since": "2026-11-19", "kind": "own", "back": "tasks"}
    for wrong, sentence in (
        ({"since": ""}, "Enter a day."),
        ({"since": "2027-01-01"}, "This can&#39;t be in the future."),
        ({"whom": "x"}, "Choose who you are waiting for."),
    ):
        for back, page in (("tasks", "/tasks"), ("", f"/clients/{client_id}")):
            answer = send(coach, path, page, **form | wrong | {"back": back})
            assert answer.status_code == 400 and sentence in body(answer), (wrong, page)
    answer = send(coach, path, "/tasks", **form)
    assert answer.status_code == 303 and answer.location.startswith("/tasks")
    found = groups(coach.get("/tasks"))
    assert "get the diploma" not in found["overdue"]
    assert "waiting for a third party since 19 Nov 2026" in found["waiting"]
    assert "get the diploma" not in coach.get("/today")
    file = coach.get(f"/clients/{client_id}")
    assert "waiting for a third party since 19 Nov 2026" in file and "Task waits: a third party" in file
    assert send(coach, path, "/tasks", **form | {"whom": ""}).status_code == 303
    assert "get the diploma" in groups(coach.get("/tasks"))["overdue"]


def test_a_promise_waits_too(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    held, contact_id = str(WEDNESDAY), str(uuid4())
    said = {"held_on": held, "channel": "phone", "outcome": "spoken", "agreed_next": "send papers", "agreed_on": held}
    assert send(coach, path, **said, contact_id=contact_id).status_code == 303
    form = {"whom": "client", "since": held, "kind": "promise", "back": "tasks"}
    assert send(coach, f"/clients/{client_id}/tasks/{contact_id}/waiting", "/tasks", **form).status_code == 303
    assert "send papers" in groups(coach.get("/tasks"))["waiting"]


@pytest.mark.parametrize(("outcome", "open_still"), [("spoken", False), ("no_answer", True)])
def test_a_missed_call_closes_with_the_contact_that_answers_it(
    town: Town, client_id: UUID, outcome: str, open_still: bool
) -> None:
    plan(town, client_id, "she called about rent", kind="call_back")
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    said = {"held_on": str(WEDNESDAY), "channel": "phone", "outcome": outcome, "contact_id": str(uuid4())}
    form = said | {"command_id": str(uuid4())}
    for _ in range(2):
        assert send(coach, path, **form).status_code == 303
    assert ("she called about rent" in coach.get("/tasks")) is open_still
    assert ("Missed call answered by a contact" in coach.get(f"/clients/{client_id}")) is not open_still


def test_a_call_that_is_ticked_and_answered_at_once_is_no_problem(town: Town, client_id: UUID) -> None:
    call = plan(town, client_id, "she called about rent", kind="call_back")
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    said = {"held_on": str(WEDNESDAY), "channel": "phone", "outcome": "spoken", "contact_id": str(uuid4())}
    assert send(coach, path, **said, done=f"call_back:{call}").status_code == 303
    assert "she called about rent" not in coach.get("/tasks")


def test_a_page_of_one_group_is_light_and_a_form_on_it_comes_back_to_it(
    town: Town, client_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.my_tasks.FIRST", 2)
    monkeypatch.setattr("application.my_tasks.PAGE", 3)
    for nth in range(7):
        plan(town, client_id, f"Task {nth} of many", days=1)
    coach = town.visit("coach")
    first = coach.get("/tasks")
    assert first.count("of many") == 2 and "and 5 more" in first
    assert 'href="/tasks?when=this_week"' in first
    second = coach.get("/tasks?when=this_week&from=3")
    assert second.count("of many") == 3 and "shown: 4 to 6" in second
    assert 'href="/tasks?when=this_week&amp;from=6"' in second
    assert set(re.findall(r'name="(?:to|back)" value="(tasks[^"]*)"', second)) == {"tasks:this_week:3"}
    text = next(each for each in re.findall(r"<form.*?</form>", second, re.DOTALL) if 'name="to"' in each)
    path = re.search(r'action="([^"]+)"', text)[1]
    answer = send(coach, path, "/tasks", kept="1", kind="own", to="tasks:this_week:3")
    assert re.fullmatch(r"/tasks\?at=\d+&when=this_week&from=3", answer.location), answer.location
    for odd in ("tasks:never:3", "tasks:this_week:²", "tasks:"):
        assert place(odd) == ({} if odd != "tasks:this_week:²" else {"when": When.THIS_WEEK, "from": None}), odd
    assert place("today") is None
    assert "Task" in coach.get("/tasks?when=this_week&from=900"), "from the beginning, where there is nothing so far on"
    assert "is left out" in coach.get("/tasks?when=never")
