"""Appointments as they stand: in whose calendar, whether the client knows, what is asked of them, and who has none."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.client import (
    AssignClient,
    CancelAppointment,
    CancelledBy,
    Channel,
    CloseClient,
    ClosingReason,
    Delivery,
    ErasureReason,
    MakeAppointment,
    MoveAppointment,
    Notice,
    RecordAppointmentNotice,
    RecordContactOfAppointments,
    StrikeContact,
)
from eventlog.commands import CommandContext
from projections import appointments, caseload
from projections.appointments import Appointment
from projections.caseload import Scope
from projections.engine.verify import verify
from projections.filters import quick
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, TEAM, begin, contact, do

OTHER, COLLEAGUE = UUID(int=46), UUID(int=9)
MONDAY, FRIDAY = date(2026, 11, 16), date(2026, 11, 20)


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    begin(services)
    return services


def make(services: Services, day: date = FRIDAY, at: time = time(10), client_id: UUID = CLIENT, **more: Any) -> UUID:
    facts = {"minutes": 30, "channel": Channel.PHONE, "appointment_id": uuid4()} | more
    do(services, MakeAppointment(client_id=client_id, day=day, at=at, **facts))
    return facts["appointment_id"]  # type: ignore[return-value]  # it is one


def move(services: Services, appointment_id: UUID, day: date, at: time = time(10), **more: Any) -> None:
    facts = {"minutes": 30, "channel": Channel.PHONE} | more
    do(services, MoveAppointment(client_id=CLIENT, appointment_id=appointment_id, day=day, at=at, **facts))


def cancel(services: Services, appointment_id: UUID) -> None:
    do(services, CancelAppointment(client_id=CLIENT, appointment_id=appointment_id, by=CancelledBy.CLIENT))


def row(services: Services, appointment_id: UUID) -> Appointment:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = appointments.one(connection, CLIENT, appointment_id)
    assert found is not None
    return found


def calendar(services: Services, coach: UUID = COACH, first: date = MONDAY, last: date = FRIDAY) -> list[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return [a.appointment_id for a in appointments.between(connection, Scope(coach_id=coach), first, last)]


def asked(services: Services, coach: UUID = COACH) -> list[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        now = services.clock()
        return [a.appointment_id for a in appointments.unanswered(connection, Scope(coach_id=coach), now)]


def test_a_calendar_has_what_stands_the_earliest_first_and_goes_along_with_the_client(services: Services) -> None:
    late, early = make(services, at=time(15)), make(services, at=time(9))
    gone = make(services, at=time(12))
    cancel(services, gone)
    assert calendar(services) == [early, late]
    assert calendar(services, last=FRIDAY - timedelta(days=1)) == calendar(services, first=date(2026, 11, 21)) == []
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COLLEAGUE, assigned_on=services.today))
    assert calendar(services) == [] and calendar(services, COLLEAGUE) == [early, late]


def test_the_day_of_an_appointment_is_a_day_in_amsterdam(services: Services) -> None:
    at_night = make(services, FRIDAY, time(0, 30))
    found = row(services, at_night)
    assert (found.starts_on, found.starts_at) == (FRIDAY, datetime(2026, 11, 19, 23, 30, tzinfo=UTC))
    assert calendar(services, first=FRIDAY) == [at_night]


def test_what_the_client_knows_follows_the_latest_change(services: Services) -> None:
    one = make(services)

    def tell(changes: int, notice: Notice = Notice.CHANGE, **more: Any) -> None:
        given = {"delivery": Delivery.EMAIL} | more
        do(
            services,
            RecordAppointmentNotice(client_id=CLIENT, appointment_id=one, notice=notice, changes=changes, **given),
        )

    assert (row(services, one).told, row(services, one).reminder) == ("waiting", "waiting")
    tell(0, delivered=False, reason="mail_refused")
    assert (row(services, one).told, row(services, one).told_why) == ("not_told", "mail_refused")
    tell(0)
    assert (row(services, one).told, row(services, one).told_why) == ("told", None)
    move(services, one, FRIDAY, time(11), delivery=Delivery.LETTER)
    assert (row(services, one).told, row(services, one).changes) == ("to_post", 1)
    assert (row(services, one).remind_at, row(services, one).reminder) == (None, "nobody"), "no letter comes in time"
    tell(1, delivery=Delivery.LETTER)
    assert row(services, one).told == "told"
    cancel(services, one)
    assert (row(services, one).state, row(services, one).changes, row(services, one).told) == (
        "cancelled",
        2,
        "to_post",
    )


def test_who_hears_of_it_within_two_days_is_not_reminded_of_it(services: Services) -> None:
    soon, later = make(services, date(2026, 11, 18)), make(services, date(2026, 11, 19))
    assert row(services, soon).remind_at is None
    assert row(services, later).remind_at == datetime(2026, 11, 17, 7, tzinfo=UTC)
    move(services, later, date(2026, 11, 17))
    assert row(services, later).remind_at is None


def test_one_that_has_passed_asks_what_became_of_it_until_a_contact_says_so(services: Services, clock: Clock) -> None:
    one = make(services)
    assert asked(services) == []
    clock.now = datetime(2026, 11, 20, 9, 29, tzinfo=UTC)
    assert asked(services) == [], "it is not over"
    clock.now += timedelta(minutes=1)
    assert asked(services) == [one]
    held = contact(FRIDAY)
    do(services, RecordContactOfAppointments(client_id=CLIENT, contact=held, appointments=[one]))
    assert asked(services) == [] and calendar(services) == [one]
    do(services, StrikeContact(client_id=CLIENT, contact_id=held.contact_id, reason="wrong client"))
    assert asked(services) == [one]
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    assert asked(services) == [] and row(services, one).state == "over"


def test_closing_a_file_cancels_what_lies_ahead(services: Services) -> None:
    one = make(services)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    found = row(services, one)
    assert (found.state, found.cancelled_by, found.told) == ("cancelled", "closing", "waiting")


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("appointment_today", {0: True, 1: False, 6: False, 7: False}),
        ("appointment_this_week", {0: True, 1: True, 6: True, 7: False}),
        ("no_appointment", {0: False, 1: False, 6: False, 7: False}),
    ],
    ids=["today", "this week", "none ahead"],
)
def test_the_caseload_finds_who_has_one_and_who_has_none(services: Services, name: str, days: dict[int, bool]) -> None:
    begin(services, OTHER)
    for day, is_found in days.items():
        one = make(services, MONDAY + timedelta(days=day), time(16))
        services.engine.catch_up()
        with services.database.read() as connection:
            rows = caseload.clients(connection, Scope(team_id=TEAM), [quick(name, services.today)])
        others = {OTHER} if name == "no_appointment" else set()
        assert {r.client_id for r in rows} == ({CLIENT} if is_found else set()) | others
        cancel(services, one)


def test_of_one_who_was_erased_no_appointment_is_left(services: Services) -> None:
    one = make(services, purpose="her debts", place="at her home")
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    with services.database.read() as connection:
        assert appointments.one(connection, CLIENT, one) is None


def test_a_rebuild_gives_the_same_rows(services: Services) -> None:
    one, two = make(services), make(services, at=time(12))
    move(services, one, FRIDAY, time(9))
    cancel(services, two)
    services.engine.catch_up()
    assert list(verify(services.engine, ["appointments"])) == []
