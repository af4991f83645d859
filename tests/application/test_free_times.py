"""Which times a coach can offer: on days when the city is open and the coach is there, where nothing is agreed yet."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import pytest

from application import closing_days, invitations, leave
from application.services import Services
from domain.calendar import AMSTERDAM
from tests.web.conftest import Town, build_town

DAY = date(2026, 3, 3)


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, 3, hour, minute, tzinfo=AMSTERDAM)


NIGHT = at(0)


def free(minutes: int, *taken: tuple[datetime, datetime], now: datetime = NIGHT) -> list[str]:
    slots = invitations._free_slots(DAY, minutes, taken, now)
    return [f"{slot.astimezone(AMSTERDAM):%H:%M}" for slot in slots]


ALL_DAY = [f"{hour:02}:{minute}" for hour in range(9, 17) for minute in ("00", "30")]


@pytest.mark.parametrize(("minutes", "last"), [(30, "16:30"), (31, "16:00"), (60, "16:00"), (480, "09:00")], ids=str)
def test_a_time_is_free_where_it_ends_before_the_day_does(minutes: int, last: str) -> None:
    assert free(minutes) == ALL_DAY[: ALL_DAY.index(last) + 1]


def test_what_takes_too_long_for_a_day_is_never_free() -> None:
    assert free(481) == []


@pytest.mark.parametrize(
    ("taken", "gone"),
    [
        ((at(10), at(10, 30)), ["09:30", "10:00"]),
        ((at(10), at(11)), ["09:30", "10:00", "10:30"]),
        ((at(9, 59), at(10, 1)), ["09:00", "09:30", "10:00"]),
        ((at(8), at(9)), []),
        ((at(17), at(18)), []),
    ],
    ids=["half an hour", "an hour", "two minutes", "before", "after"],
)
def test_what_is_agreed_takes_the_times_that_meet_it(taken: tuple[datetime, datetime], gone: list[str]) -> None:
    assert [slot for slot in free(60) if slot not in free(60, taken)] == gone


def test_a_time_that_has_come_is_not_offered() -> None:
    assert free(60, now=at(9, 29))[0] == "09:30"
    assert free(60, now=at(9, 30))[0] == "10:00"


def test_days_off_are_passed_over_until_there_are_five(sqlite_services: Services) -> None:
    town: Town = build_town(sqlite_services)
    coach, colleague = (town.accounts[name].account_id for name in ("coach", "colleague"))
    first = date(2026, 11, 18)  # a Wednesday
    leave.arrange_leave(
        sqlite_services, town.accounts["manager"].viewer, coach, colleague, (date(2026, 11, 19), date(2026, 11, 20))
    )
    closing_days.set_closing_days(
        sqlite_services, town.accounts["process"].viewer, "Repairs", date(2026, 11, 23), None, UUID(int=5)
    )

    def days(of: UUID) -> list[int]:
        return [each.day.day for each in invitations._free_days(sqlite_services, of, first, 30)]

    assert days(coach) == [18, 24, 25, 26, 27]
    assert days(colleague) == [18, 19, 20, 24, 25]
