"""Agreed steps on the pages: agreed on their own page or with a contact, changed, answered, and who stands where."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from projections import steps
from projections.steps import Step
from tests.conftest import Clock
from tests.web.at_work import step_of
from tests.web.conftest import Town
from tests.web.test_appointments import body, send

FORM = {"kind": "training", "whose": "client", "starts_on": "2026-11-16", "ends_on": "2026-12-18", "what": "Welding"}
CONTACT = {"held_on": "2026-11-16", "channel": "phone", "outcome": "spoken"}


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def of(town: Town, client_id: UUID) -> list[Step]:
    services: Services = town.services
    services.engine.catch_up()
    with services.database.read() as connection:
        return steps.of_client(connection, client_id)


def test_a_step_is_agreed_from_the_file_and_stands_there_and_in_what_the_client_sees(
    town: Town, client_id: UUID
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/steps/new"
    assert path in coach.get(f"/clients/{client_id}")
    form = FORM | {"command_id": str(uuid4())}
    for _ in range(2):
        assert send(coach, path, **form).status_code == 303
    assert len(of(town, client_id)) == 1, "a double click agrees one"
    html = coach.get(f"/clients/{client_id}")
    for text in ("Course or training", "Welding", "16 Nov 2026 – 18 Dec 2026", "Step agreed"):
        assert text in html, text
    assert coach.get(f"/clients/{client_id}/shown-to-client").count("Welding") == 2, "as it stands, and in the history"
    only = coach.get(f"/clients/{client_id}?only=plan").split('id="timeline"')[1]
    assert "Step agreed" in only and "course or training" in only


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": "x"}, "Choose what kind of step it is."),
        ({"kind": "other", "what": " "}, "Please fill this in."),
        ({"whose": "nobody"}, "Choose who does it."),
        ({"starts_on": ""}, "Enter a day."),
        ({"ends_on": "2026-11-01"}, "end before it begins."),
        ({"what": "x" * 501}, "too long"),
    ],
    ids=["no kind", "what other", "nobody", "no day", "ends before", "too long"],
)
def test_what_is_wrong_stands_beside_its_field_on_its_own_page_and_with_a_contact(
    town: Town, client_id: UUID, wrong: dict[str, str], sentence: str
) -> None:
    coach = town.visit("coach")
    answer = send(coach, f"/clients/{client_id}/steps/new", **FORM | wrong)
    assert answer.status_code == 400 and sentence in body(answer)
    assert "Welding" in body(answer) or "what" in wrong
    beside = {f"step-{name}": text for name, text in (FORM | wrong).items()}
    answer = send(coach, f"/clients/{client_id}/contact", **CONTACT, **beside, contact_id=str(uuid4()))
    assert answer.status_code == 400 and sentence in body(answer)
    assert of(town, client_id) == []


def test_a_step_is_agreed_with_a_contact_both_or_neither(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    blank = {"step-kind": "", "step-whose": "client", "step-starts_on": "2026-11-16"}
    assert send(coach, path, **CONTACT, **blank, contact_id=str(uuid4())).status_code == 303
    assert of(town, client_id) == [], "what the form begins with is no step"
    agreed = blank | {"step-kind": "language", "step-ends_on": "2027-01-31"}
    late = CONTACT | {"held_on": "2027-01-01"}
    assert send(coach, path, **late, **agreed, contact_id=str(uuid4())).status_code == 400
    assert of(town, client_id) == []
    form = CONTACT | agreed | {"contact_id": str(uuid4()), "command_id": str(uuid4())}
    for _ in range(2):
        assert send(coach, path, **form).status_code == 303
    assert [str(row.ends_on) for row in of(town, client_id)] == ["2027-01-31"]


def test_a_draft_keeps_the_step_that_was_begun(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    begun = {"step-kind": "language", "step-what": "Tuesday evenings", "go_on": "draft"}
    assert send(coach, path, **CONTACT, **begun, contact_id=str(uuid4())).status_code == 303
    html = coach.get(path)
    assert "Tuesday evenings" in html and re.search(r'<option selected value="language">', html)


def test_one_that_ended_comes_up_on_today_and_is_answered_there_by_one_click(
    town: Town, client_id: UUID, clock: Clock
) -> None:
    one = step_of(town, client_id, ends_in=2)
    step_of(town, client_id, ends_in=None)
    coach = town.visit("coach")
    assert "Steps that ended" not in coach.get("/today")
    clock.now += timedelta(days=3)
    coach = town.visit("coach")
    page = coach.get("/today")
    ended = page.split('id="ended"')[1].split("</section>")[0]
    assert "<b>1</b>" in ended and "Anna de Vries" in ended and "The forklift course" in ended
    version = str(next(row.version for row in of(town, client_id) if row.step_id == one))
    path = f"/clients/{client_id}/steps/{one}/end"
    answer = send(coach, path, "/today", how="done", ended_on="2026-11-19", shown=version, back="today")
    assert answer.status_code == 303 and answer.location.startswith("/today")
    assert "Steps that ended" not in coach.get("/today")


def test_not_relevant_needs_a_reason_and_keeps_it_in_the_file(town: Town, client_id: UUID) -> None:
    one = step_of(town, client_id)
    coach, path = town.visit("coach"), f"/clients/{client_id}/steps/{one}"
    form = {"how": "not_relevant", "ended_on": "2026-11-16", "shown": str(of(town, client_id)[0].version)}
    answer = send(coach, f"{path}/end", path, **form)
    assert answer.status_code == 400 and "Please fill this in." in body(answer)
    assert send(coach, f"{path}/end", path, **form, reason="The course is full").status_code == 303
    page = coach.get(f"/clients/{client_id}")
    assert "The course is full" in page and "not relevant any more" in page
    again = form | {"shown": str(of(town, client_id)[0].version)}
    assert "already been recorded" in body(send(coach, f"{path}/end", f"/clients/{client_id}", **again))


def test_it_takes_longer_and_what_a_colleague_changed_meanwhile_is_shown(town: Town, client_id: UUID) -> None:
    one = step_of(town, client_id, ends_in=None)
    coach, path = town.visit("coach"), f"/clients/{client_id}/steps/{one}"
    shown = str(of(town, client_id)[0].version)
    assert "end unknown" in coach.get(path)
    assert send(coach, path, **FORM, shown=shown).status_code == 303
    assert str(of(town, client_id)[0].ends_on) == "2026-12-18"
    answer = send(coach, path, **FORM | {"ends_on": "2027-03-01"}, shown=shown)
    assert answer.status_code == 409 and "Somebody else changed this" in body(answer)
    assert "18 Dec 2026" in body(answer) and "2027-03-01" in body(answer)
    assert (
        send(coach, path, **FORM | {"ends_on": "2027-03-01"}, shown=str(of(town, client_id)[0].version)).status_code
        == 303
    )


def test_the_caseload_is_made_up_of_who_stands_where(town: Town, client_id: UUID, clock: Clock) -> None:
    names = {"in_step": "Bert Bos", "step_end_unknown": "Carla Cox", "no_step": "Dirk Dam"}
    running, endless, _none = (town.new_client("coach", name) for name in names.values())
    step_of(town, client_id, ends_in=1)
    step_of(town, running, ends_in=90)
    step_of(town, endless, ends_in=None)
    clock.now += timedelta(days=2)
    coach = town.visit("coach")
    for show, name in (names | {"step_unanswered": "Anna de Vries"}).items():
        page = coach.get(f"/caseload?show={show}")
        others = {*names.values(), "Anna de Vries"} - {name}
        assert name in page and not [other for other in others if other in page], show


def test_closing_the_file_says_that_the_steps_end_with_it(town: Town, client_id: UUID) -> None:
    step_of(town, client_id)
    assert "1 task, commitment or step is still open" in town.visit("coach").get(f"/clients/{client_id}/close")
