"""Appointments on the pages: made from everywhere, moved, cancelled, posted, warned of, and turned into a contact."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from application.services import Services
from domain.client import Channel, MakeAppointment
from domain.closing_days import SetClosingDays
from eventlog.commands import CommandContext
from projections import appointments
from projections.appointments import Appointment
from records import leave
from tests.conftest import Clock
from tests.web.conftest import Town, Visitor

MONDAY, FRIDAY, NEXT_MONDAY = date(2026, 11, 16), date(2026, 11, 20), date(2026, 11, 23)
FORM = {"day": str(NEXT_MONDAY), "at": "10:00", "minutes": "30", "channel": "office", "place": "Desk 3"}


@pytest.fixture
def town(town: Town, clock: Clock) -> Town:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    return town


@pytest.fixture
def client_id(town: Town) -> UUID:
    return town.new_client("coach", "Anna de Vries")


def of(town: Town, client_id: UUID) -> list[Appointment]:
    services: Services = town.services
    services.engine.catch_up()
    with services.database.read() as connection:
        return appointments.of_client(connection, client_id)


def make(town: Town, client_id: UUID, day: date = NEXT_MONDAY, at: time = time(10), **more: Any) -> UUID:
    facts = {"minutes": 30, "channel": Channel.PHONE, "appointment_id": uuid4()} | more
    command = MakeAppointment(client_id=client_id, day=day, at=at, **facts)
    context = CommandContext(town.services.clock(), town.accounts["coach"].account_id)
    town.services.clients.handle(command, context, uuid4())
    town.services.engine.catch_up()
    return facts["appointment_id"]  # type: ignore[return-value]  # it is one


def send(visitor: Visitor, path: str, page: str | None = None, **fields: Any) -> TestResponse:
    form = {"csrf_token": visitor.token(page or path), "command_id": str(uuid4())} | fields
    return visitor.client.post(path, data=form)


def body(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


# made


def test_an_appointment_is_made_from_file_caseload_and_today_and_stands_in_the_file(
    town: Town, client_id: UUID
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/appointments/new"
    for page in (f"/clients/{client_id}", "/caseload"):
        assert path in coach.get(page)
    answer = send(coach, path, **FORM, purpose="Her CV")
    assert answer.status_code == 303
    (made,) = of(town, client_id)
    assert (made.starts_at, made.told) == (datetime(2026, 11, 23, 9, tzinfo=UTC), "to_post")
    page = coach.get(f"/clients/{client_id}")
    for text in ("Monday 23 Nov 2026", "10:00–10:30", "Desk 3", "Her CV", "letter is still to be posted"):
        assert text in page
    assert "Her CV" in coach.get(f"/clients/{client_id}/shown-to-client")


def test_a_double_click_makes_one(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/appointments/new"
    command_id = str(uuid4())
    for _ in range(2):
        assert send(coach, path, **FORM | {"command_id": command_id}).status_code == 303
    assert len(of(town, client_id)) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"day": ""}, "Enter a day."),
        ({"day": "soon"}, "Enter a day."),
        ({"day": "2026-11-13"}, "Choose today or a later day."),
        ({"day": "2042-01-01"}, "years ahead"),
        ({"at": ""}, "Write a time like 14:30."),
        ({"at": "25:00"}, "Write a time like 14:30."),
        ({"at": "half past"}, "Write a time like 14:30."),
        ({"minutes": "2"}, "An appointment takes 5 to 480 minutes."),
        ({"minutes": ""}, "Enter a whole number."),
        ({"place": " "}, "Enter where you meet"),
        ({"channel": "pigeon"}, "There is no such choice here."),
        ({"delivery": "pigeon"}, "There is no such choice here."),
        ({"day": "2027-03-28", "at": "02:30", "confirmed": "closed"}, "The clock skips this time"),
        ({"day": "2027-10-31", "at": "02:30", "confirmed": "closed"}, "The clock shows this time twice"),
        ({"purpose": "x" * 501}, "too long"),
    ],
    ids=lambda value: "-".join(value) + "=" + "-".join(value.values())[:20] if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_stays(
    town: Town, client_id: UUID, wrong: dict[str, str], sentence: str
) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/appointments/new"
    answer = send(coach, path, **FORM | {"purpose": "Her CV"} | wrong)
    assert answer.status_code == 400 and sentence in body(answer)
    assert "Her CV" in body(answer) or "purpose" in wrong
    assert f'<p class="error">{sentence[:10]}' in body(answer) or "too long" in sentence or "ahead" in sentence
    assert of(town, client_id) == []


@pytest.mark.parametrize("at", ["9:30", "09.30", "9.30", "09:30:00"])
def test_a_time_may_be_written_as_people_do(town: Town, client_id: UUID, at: str) -> None:
    assert send(town.visit("coach"), f"/clients/{client_id}/appointments/new", **FORM | {"at": at}).status_code == 303
    assert of(town, client_id)[0].starts_at == datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


# what may stand in the way


def test_a_clash_and_a_closed_day_warn_and_are_let_through_when_confirmed(town: Town, client_id: UUID) -> None:
    coach, path = town.visit("coach"), f"/clients/{client_id}/appointments/new"
    make(town, town.new_client("coach", "Bert Bos"), at=time(10, 15))
    closing = SetClosingDays(closing_id=uuid4(), name="bridge day", first_day=NEXT_MONDAY)
    town.services.closing_days.handle(closing, CommandContext(town.services.clock()), uuid4())
    answer = send(coach, path, **FORM)
    said = body(answer)
    assert answer.status_code == 400 and "another appointment at that time" in said and "is closed that day" in said
    assert "Bert" not in said
    answer = send(coach, path, **FORM, confirmed="clash")
    assert answer.status_code == 400 and of(town, client_id) == [], "one of two is not enough"
    assert send(coach, path, **FORM, confirmed=["clash", "closed"]).status_code == 303
    assert len(of(town, client_id)) == 1


@pytest.mark.parametrize("day", ["2026-11-21", "2026-12-25"], ids=["Saturday", "Christmas"])
def test_a_weekend_and_a_holiday_warn(town: Town, client_id: UUID, day: str) -> None:
    answer = send(town.visit("coach"), f"/clients/{client_id}/appointments/new", **FORM | {"day": day})
    assert answer.status_code == 400 and "is closed that day" in body(answer)


def test_leave_of_ones_own_warns(town: Town, client_id: UUID) -> None:
    away(town, NEXT_MONDAY)
    answer = send(town.visit("coach"), f"/clients/{client_id}/appointments/new", **FORM)
    assert answer.status_code == 400 and "You are on leave" in body(answer)


def away(town: Town, day: date) -> None:
    coach, colleague = town.accounts["coach"], town.accounts["colleague"]
    assert coach.team_id is not None
    with town.services.database.write() as connection:
        leave.arrange(connection, coach.account_id, colleague.account_id, coach.team_id, day, day, town.services.today)


# moved and cancelled


def test_it_is_moved_and_a_change_of_a_colleague_is_shown_first(town: Town, client_id: UUID) -> None:
    one, coach = make(town, client_id), town.visit("coach")
    path = f"/clients/{client_id}/appointments/{one}"
    page = coach.get(path)
    assert 'value="2026-11-23"' in page and 'value="10:00"' in page
    shown = re.search(r'name="shown"[^>]*value="(\d+)"', page)
    assert shown is not None
    told = {"shown": shown[1], "channel": "phone"}
    assert send(coach, path, **FORM | told | {"at": "11:00"}).status_code == 303
    answer = send(coach, path, **FORM | told | {"at": "15:00"})
    assert answer.status_code == 409 and "11:00–11:30" in body(answer) and 'value="15:00"' in body(answer)
    again = re.search(r'name="shown"[^>]*value="(\d+)"', body(answer))
    assert (
        again is not None and send(coach, path, **FORM | told | {"at": "15:00", "shown": again[1]}).status_code == 303
    )
    assert of(town, client_id)[0].starts_at == datetime(2026, 11, 23, 14, tzinfo=UTC)


def test_it_is_cancelled_and_the_letter_that_says_so_is_posted(town: Town, client_id: UUID) -> None:
    one, coach = make(town, client_id), town.visit("coach")
    path = f"/clients/{client_id}/appointments/{one}"
    assert send(coach, f"{path}/cancel", path, by="client").status_code == 303
    assert of(town, client_id)[0].state == "cancelled"
    letter = coach.get(f"{path}/letter")
    assert "gaat niet door" in letter and "maandag 23 november 2026 om 10:00 uur" in letter
    version = str(of(town, client_id)[0].version)
    assert send(coach, f"{path}/posted", f"{path}/letter", shown="1").status_code == 409, "another letter than this"
    assert send(coach, f"{path}/posted", f"{path}/letter", shown=version).status_code == 303
    assert of(town, client_id)[0].told == "told"
    assert send(coach, f"{path}/cancel", path, by="client").status_code == 409


def test_a_letter_names_no_purpose(town: Town, client_id: UUID) -> None:
    one = make(town, client_id, purpose="her debts", channel=Channel.HOME_VISIT, place="her home")
    letter = town.visit("coach").get(f"/clients/{client_id}/appointments/{one}/letter")
    assert "her home" in letter and "debts" not in letter and "Anna de Vries" in letter


# the calendar


def test_a_calendar_shows_a_week_and_a_day_and_goes_on(town: Town, client_id: UUID) -> None:
    make(town, client_id)
    coach = town.visit("coach")
    assert "Anna de Vries" not in coach.get("/calendar")
    assert "week=2026-W48" in coach.get("/calendar")
    for address in ("/calendar?week=2026-W48", "/calendar?day=2026-11-23"):
        page = coach.get(address)
        assert "Anna de Vries" in page and "10:00–10:30" in page and "Move or cancel" in page
    assert "closed" in coach.get("/calendar?day=2026-11-21")
    for odd in ("day=x", "week=2026-W99", "day=0001-01-01", "week=2199-W52", "together=2", "coach=x"):
        assert "is left out" in coach.get(f"/calendar?{odd}")


def test_who_stands_in_sees_who_is_expected_and_changes_nothing(town: Town, client_id: UUID) -> None:
    away(town, town.services.today)
    make(town, client_id, FRIDAY)
    stand_in, coach_id = town.visit("colleague"), town.accounts["coach"].account_id
    assert "Anna de Vries" not in stand_in.get("/calendar")
    for address in (f"/calendar?coach={coach_id}", "/calendar?together=1"):
        page = stand_in.get(address)
        assert "Anna de Vries" in page and "Move or cancel" not in page
    assert "is on leave" in stand_in.get("/calendar?together=1")
    stranger = town.visit("stranger").client
    assert stranger.get(f"/calendar?coach={coach_id}").status_code == 403


def test_a_look_at_a_calendar_is_in_the_read_log(town: Town, client_id: UUID) -> None:
    make(town, client_id)
    town.visit("coach").get("/calendar?week=2026-W48")
    assert "Calendar and appointments" in town.visit("privacy").get("/privacy")


def test_the_caseload_filters_by_appointment(town: Town, client_id: UUID) -> None:
    town.new_client("coach", "Bert Bos")
    make(town, client_id, MONDAY, time(16))
    coach = town.visit("coach")
    for show, anna in (("appointment_today", True), ("appointment_this_week", True), ("no_appointment", False)):
        page = coach.get(f"/caseload?show={show}")
        assert (("Anna de Vries" in page), ("Bert Bos" in page)) == (anna, not anna)
