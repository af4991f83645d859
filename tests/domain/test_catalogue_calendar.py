"""Days, months and weeks in Amsterdam, as the rules of the catalogue count them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import AMSTERDAM, Week, add_months, local_day
from domain.refusal import Refused


def test_a_late_evening_in_utc_is_the_next_day_in_amsterdam():
    assert local_day(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)) == date(2026, 2, 1)
    assert local_day(datetime(2026, 7, 31, 21, 59, tzinfo=UTC)) == date(2026, 7, 31)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-11-30", 3, "2027-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-05-17", 0, "2026-05-17"),
        ("2026-12-15", 1, "2027-01-15"),
    ],
)
def test_months_are_calendar_months_and_stop_at_the_end_of_one(day, months, then):
    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(then)


def test_a_week_starts_on_monday_at_six_in_winter_and_in_summer():
    winter, summer = Week.parse("2026-W47"), Week.parse("2026-W27")
    assert winter.monday == date(2026, 11, 16)
    assert winter.starts_at.astimezone(UTC).hour == 5
    assert summer.starts_at.astimezone(UTC).hour == 4
    assert winter.starts_at.tzinfo is AMSTERDAM


def test_the_weeks_around_new_year_belong_to_the_year_of_their_thursday():
    week = Week.of(date(2027, 1, 1))
    assert str(week) == "2026-W53"
    assert (str(week.previous), str(week.next)) == ("2026-W52", "2027-W01")


@pytest.mark.parametrize("text", ["", "2026", "2026-47", "2026-W7", "26-W47", "W47-2026", "0001-W01", "9999-W52"])
def test_what_is_no_week_is_refused_with_an_example(text):
    with pytest.raises(Refused, match="like 2026-W47"):
        Week.parse(text)


@pytest.mark.parametrize("text", ["2026-W54", "2025-W53", "2026-W00"])
def test_a_week_that_the_year_does_not_have_is_refused(text):
    with pytest.raises(Refused, match=f"{text[:4]} has no week {text[-2:]}"):
        Week.parse(text)


@given(st.dates(date(2000, 1, 3), date(2199, 12, 1)))
def test_a_week_is_read_as_it_is_written_and_lies_between_its_neighbours(day):
    week = Week.of(day)
    assert Week.parse(str(week)) == week == week.next.previous
    assert week.previous < week < week.next
    assert week.monday <= day < week.next.monday
    assert week.next.monday - week.monday == timedelta(weeks=1)
