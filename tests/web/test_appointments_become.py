"""What became of an appointment: a contact without typing it again, or one click; and the next one made with it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from uuid import UUID, uuid4

import pytest

from domain.client import Channel, Delivery
from projections import contacts
from tests.conftest import Clock
from tests.web.conftest import Town
from tests.web.test_appointments import FORM, MONDAY, NEXT_MONDAY, body, make, of, send


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


@pytest.fixture
def passed(town: Town, client_id: UUID, clock: Clock) -> UUID:
    one = make(town, client_id, MONDAY, time(10), channel=Channel.OFFICE, place="Desk 3", purpose="Her CV")
    clock.now = datetime(2026, 11, 16, 9, 30, tzinfo=UTC)
    return one


def test_today_has_what_lies_ahead_and_asks_what_became_of_what_passed(
    town: Town, client_id: UUID, passed: UUID
) -> None:
    make(town, town.new_client("coach", "Bert Bos"), MONDAY, time(16))
    page = town.visit("coach").get("/today")
    became, ahead = page.split('id="appointments"')
    assert "What was the outcome?" in became and "Anna de Vries" in became
    assert "Bert Bos" in ahead.split("</section>")[0] and "Anna de Vries" not in ahead.split("</section>")[0]


def test_today_leads_to_the_letters_of_whom_to_tell(town: Town, client_id: UUID) -> None:
    by_mail = make(town, town.new_client("coach", "Bert Bos"))
    posted, gone = make(town, client_id, delivery=Delivery.LETTER), make(town, client_id, at=time(15))
    coach, path = town.visit("coach"), f"/clients/{client_id}/appointments/{posted}/"
    page = coach.get("/today")
    assert "Clients to tell of an appointment <b>1</b>" in page and f"{path}letter" in page and str(by_mail) not in page
    gone_path = f"/clients/{client_id}/appointments/{gone}"
    assert send(coach, f"{gone_path}/cancel", gone_path, by="client").status_code == 303
    version = next(str(row.version) for row in of(town, client_id) if row.appointment_id == posted)
    assert send(coach, f"{path}posted", f"{path}letter", shown=version).status_code == 303
    page = coach.get("/today")
    assert f"{path}letter" not in page and f"{gone_path}/letter" in page, "that it is off is news, too"


def test_what_is_cancelled_with_the_file_is_said_before_and_its_letter_comes_up(town: Town, client_id: UUID) -> None:
    one = make(town, client_id, delivery=Delivery.LETTER)
    coach, path = town.visit("coach"), f"/clients/{client_id}/close"
    assert "1 appointment is still to come" in coach.get(path)
    assert send(coach, path, step="close", reason="job", day=str(MONDAY)).status_code == 303
    assert of(town, client_id)[0].state == "cancelled"
    letter = f"/clients/{client_id}/appointments/{one}/letter"
    assert letter in coach.get("/today") and letter in coach.get(f"/clients/{client_id}")
    version = str(of(town, client_id)[0].version)
    assert send(coach, letter.replace("letter", "posted"), letter, shown=version).status_code == 303
    assert letter not in coach.get("/today")


def test_it_becomes_a_contact_without_typing_it_again(town: Town, client_id: UUID, passed: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    page = coach.get(f"{path}?appointment={passed}")
    assert re.search(rf'value="appointment:{passed}" checked', page)
    assert re.search(r'name="channel" type="radio" value="office"[^>]*checked|checked[^>]*value="office"', page)
    assert "Her CV" in page
    form = {"held_on": str(MONDAY), "channel": "office", "outcome": "spoken", "contact_id": str(uuid4())}
    answer = send(coach, path, **form, done=f"appointment:{passed}", note="It went well")
    assert answer.status_code == 303
    (row,) = of(town, client_id)
    assert (row.state, str(row.contact_id)) == ("concluded", form["contact_id"])
    assert "What was the outcome?" not in coach.get("/today")


def test_a_contact_that_is_refused_concludes_nothing_and_says_each_thing_once(
    town: Town, client_id: UUID, passed: UUID
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    form = {"held_on": "2027-01-01", "channel": "office", "outcome": "spoken", "contact_id": str(uuid4())}
    answer = send(coach, path, **form, done=f"appointment:{passed}")
    assert answer.status_code == 400 and "in the future" in body(answer) and "no such contact" not in body(answer)
    assert re.search(rf'value="appointment:{passed}" checked', body(answer))
    assert of(town, client_id)[0].state == "standing"


@pytest.mark.parametrize("outcome", ["no_show", "cancelled"])
def test_who_did_not_come_is_recorded_by_one_click(town: Town, client_id: UUID, passed: UUID, outcome: str) -> None:
    coach = town.visit("coach")
    answer = send(coach, f"/clients/{client_id}/appointments/{passed}/outcome", "/today", outcome=outcome, back="today")
    assert answer.status_code == 303 and answer.location.startswith("/today")
    assert of(town, client_id)[0].state == "concluded"
    with town.services.database.read() as connection:
        (contact,) = contacts.of_client(connection, client_id)
    assert (contact.outcome, contact.channel, contact.held_on) == (outcome, "office", MONDAY)


# with a contact


CONTACT = {"held_on": str(MONDAY), "channel": "phone", "outcome": "spoken"}
NEXT = {"next-day": str(NEXT_MONDAY), "next-at": "10:00", "next-minutes": "30", "next-channel": "phone"}


def test_the_next_step_of_a_contact_is_an_appointment_made_with_it(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    assert send(coach, path, **CONTACT, contact_id=str(uuid4())).status_code == 303
    assert of(town, client_id) == [], "none was agreed"
    blank = {"next-minutes": "30", "next-channel": "office", "next-delivery": "email"}
    assert send(coach, path, **CONTACT, **blank, contact_id=str(uuid4())).status_code == 303
    assert of(town, client_id) == [], "what the form begins with is no appointment"
    form = CONTACT | NEXT | {"contact_id": str(uuid4()), "command_id": str(uuid4())}
    for _ in range(2):
        assert send(coach, path, **form).status_code == 303
    assert len(of(town, client_id)) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"next-at": ""}, "Write a time like 14:30."),
        ({"next-day": ""}, "Enter a day."),
        ({"next-minutes": "1"}, "takes 5 to 480 minutes"),
        ({"next-channel": "office"}, "Enter where you meet"),
        ({"next-day": "2026-11-21"}, "is closed that day"),
        ({"next-purpose": "x" * 501}, "too long"),
    ],
    ids=["no time", "no day", "minutes", "no place", "a closed day", "too long"],
)
def test_what_is_wrong_with_it_keeps_the_contact_back_too_and_loses_nothing(
    town: Town, client_id: UUID, wrong: dict[str, str], sentence: str
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    answer = send(coach, path, **CONTACT | NEXT | wrong, note="It went well", contact_id=str(uuid4()))
    assert answer.status_code == 400 and sentence in body(answer)
    assert ("It went well" in body(answer) and f'value="{NEXT_MONDAY}"' in body(answer)) or "next-day" in wrong
    with town.services.database.read() as connection:
        town.services.engine.catch_up()
        assert contacts.of_client(connection, client_id) == [] == of(town, client_id)


def test_a_draft_keeps_the_next_appointment(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/contact"
    form = CONTACT | NEXT | {"contact_id": str(uuid4()), "go_on": "draft", "next-purpose": "Her CV"}
    assert send(coach, path, **form).status_code == 303
    page = coach.get(path)
    assert "Her CV" in page and f'value="{NEXT_MONDAY}"' in page


def test_a_move_is_refused_once_it_has_begun(town: Town, client_id: UUID, passed: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/appointments/{passed}"
    answer = send(coach, path, **FORM, shown=str(of(town, client_id)[0].version))
    assert answer.status_code == 400 and "begun or passed" in body(answer)
