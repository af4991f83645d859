"""The team around a client on the pages: recorded with consent, asked again, gone at once, and told to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application import leave
from domain.client.helpers import HELPER_EVENTS, HelperEvent
from eventlog.events import shape_of
from tests.conftest import Clock
from tests.web.at_work import helper_of
from tests.web.conftest import Town
from tests.web.test_appointments import body, send
from tests.web.test_told import TIMELINE

FORM = {
    "role": "care",
    "name": "Ilse Brandsma",
    "organisation": "De Zorg",
    "phone": "06-12 34 56 78",
    "email": "ilse@example.org",
    "consent_on": "2026-11-16",
    "ask_again_on": "2027-11-16",
}
# What says who it is.
WHO = ("Brandsma", "Reclassering Oost", "06 12 34 56 78", "0612345678", "ilse@example.org", "probation officer")


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def test_a_helper_is_recorded_once_and_stands_in_the_file_and_in_what_the_client_sees(
    town: Town, client_id: UUID
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/helpers/new"
    assert path in coach.get(f"/clients/{client_id}")
    form = FORM | {"command_id": str(uuid4())}
    for _ in range(2):
        assert send(coach, path, **form).status_code == 303
    for page in (f"/clients/{client_id}", f"/clients/{client_id}/shown-to-client"):
        html = coach.get(page)
        assert html.count("Ilse Brandsma") in (1, 2), "once, and its link"
        for text in ("De Zorg", 'href="tel:0612345678"', "ilse@example.org"):
            assert text in html, (page, text)
    for text in ("care provider", "consent of 16 Nov 2026", "ask again on 16 Nov 2027"):
        assert text in coach.get(f"/clients/{client_id}"), text
    only = coach.get(f"/clients/{client_id}?only=plan").split('id="timeline"')[1].split("</section>")[0]
    assert "A helper was added" in only and "Brandsma" not in only


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"role": ""}, "Choose what the helper is to the client."),
        ({"role": "other"}, "Please fill this in."),
        ({"name": " "}, "Please fill this in."),
        ({"organisation": ""}, "Please fill this in."),
        ({"phone": "none"}, "Enter a phone number in digits."),
        ({"phone": "1" * 41}, "too long"),
        ({"email": "ilse"}, "This is not an e-mail address."),
        ({"consent_on": "2026-11-17"}, "be in the future."),
        ({"ask_again_on": "2026-11-16"}, "Choose a day after today"),
        ({"ask_again_on": ""}, "Enter a day."),
    ],
    ids=[
        "no role",
        "own words",
        "no name",
        "no organisation",
        "no digits",
        "long number",
        "no address",
        "future",
        "today",
        "no day",
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    town: Town, client_id: UUID, wrong: dict[str, str], sentence: str
) -> None:
    answer = send(town.visit("coach"), f"/clients/{client_id}/helpers/new", **FORM | wrong)
    assert answer.status_code == 400 and sentence.replace("’", "") in body(answer).replace("&#39;", "").replace(
        "’", ""
    ).replace("'", "")


@pytest.mark.parametrize(
    "more",
    [{}, {"name": "ILSE  brandsma", "phone": "0201112222"}, {"organisation": "Elders"}],
    ids=["the same", "another number", "another organisation"],
)
def test_the_same_helper_is_refused_and_another_of_that_name_is_not(
    town: Town, client_id: UUID, more: dict[str, str]
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/helpers/new"
    assert send(coach, path, **FORM).status_code == 303
    answer = send(coach, path, **FORM | more)
    assert answer.status_code == 400 and "This helper is on the file already." in body(answer)
    assert send(coach, path, **FORM | {"organisation": "Elders", "phone": "0201112222"}).status_code == 303


def test_two_who_change_one_helper_are_told(town: Town, client_id: UUID) -> None:
    coach, helper_id = town.visit("coach"), helper_of(town, client_id)
    path = f"/clients/{client_id}/helpers/{helper_id}"
    shown = coach.get(path).split('name="shown"')[1].split('value="')[1].split('"')[0]
    first = {**FORM, "shown": shown, "name": "Ilse de Boer"}
    assert send(coach, path, **first).status_code == 303
    answer = send(coach, path, **first | {"phone": "0111"})
    assert answer.status_code == 409 and "Ilse de Boer" in body(answer) and "0111" in body(answer)


def test_consent_past_its_day_comes_up_and_is_asked_again(town: Town, client_id: UUID, clock: Clock) -> None:
    helper_id = helper_of(town, client_id, again_in=1)
    assert 'id="consents"' not in town.visit("coach").get("/today")
    clock.now += timedelta(days=1)
    coach = town.visit("coach")
    assert 'id="consents"' in coach.get("/today")
    assert str(client_id) in coach.get("/caseload?show=consent_due")
    path = f"/clients/{client_id}/helpers/{helper_id}"
    shown = coach.get(path).split('id="renew-shown"')[1].split('value="')[1].split('"')[0]
    renewed = {"consent_on": "2026-11-17", "ask_again_on": "2027-11-17", "shown": shown}
    assert send(coach, f"{path}/consent", page=path, **renewed).status_code == 303
    assert 'id="consents"' not in coach.get("/today")
    assert str(client_id) not in coach.get("/caseload?show=consent_due")


@pytest.mark.parametrize("why", ["consent_withdrawn", "help_ended", "mistake"])
def test_one_who_is_removed_is_named_on_no_page_any_more(town: Town, client_id: UUID, why: str) -> None:
    coach, helper_id = town.visit("coach"), helper_of(town, client_id)
    path = f"/clients/{client_id}/helpers/{helper_id}"
    assert any(word in coach.get(path) for word in WHO)
    answer = send(coach, f"{path}/remove", page=path, why=why)
    assert answer.status_code == 303
    # Before any worker folds it, and in every part of the history.
    pages = [f"/clients/{client_id}", f"/clients/{client_id}/shown-to-client", "/today"]
    pages += [f"/clients/{client_id}?only={kind}" for kind in TIMELINE]
    for page in pages:
        html = coach.get(page)
        assert not [word for word in WHO if word in html], page
    assert "A helper was removed" in coach.get(f"/clients/{client_id}?only=plan")
    assert town.visit("coach").client.get(path).status_code == 404


@pytest.mark.parametrize("role", ["colleague", "quality", "manager", "privacy", "process"])
def test_nobody_but_the_own_coach_learns_who_helps(town: Town, client_id: UUID, role: str) -> None:
    """The colleague stands in for the coach."""
    helper_of(town, client_id)
    stand_in(town)
    visitor = town.visit(role)
    for page in (f"/clients/{client_id}", "/today", "/caseload", "/caseload.csv", "/team", "/quality"):
        html = visitor.client.get(page, follow_redirects=True).get_data(as_text=True)
        assert not [word for word in WHO if word in html], page
    if role in ("colleague", "quality", "manager"):
        assert "1 helper from outside" in visitor.get(f"/clients/{client_id}")


def test_the_export_of_a_caseload_says_nothing_of_helpers(town: Town, client_id: UUID) -> None:
    helper_of(town, client_id)
    answer = send(town.visit("coach"), "/caseload/export", page="/caseload", format="csv")
    assert answer.status_code == 200 and "Anna" in body(answer)
    assert not [word for word in WHO if word in body(answer)]


def stand_in(town: Town) -> None:
    """Let the colleague stand in for the coach."""
    away, colleague = (town.accounts[name].account_id for name in ("coach", "colleague"))
    days = (town.services.today, town.services.today + timedelta(days=6))
    leave.arrange_leave(town.services, town.accounts["manager"].viewer, away, colleague, days)


def test_all_that_is_said_of_a_helper_is_sealed() -> None:
    clear = {
        "helper_id",
        "consent_on",
        "ask_again_on",
        "why",
        "actor",
        "recorded_for",
        "recorded_at",
        "originator_id",
        "originator_version",
    }
    found: dict[str, Any] = {each.__name__: set(shape_of(each).clear) - clear for each in HELPER_EVENTS}
    assert not any(found.values()), found
    assert {"name", "phone", "email", "organisation", "helper_role", "role_words"} <= set(
        shape_of(next(each for each in HELPER_EVENTS if issubclass(each, HelperEvent))).personal
    )
