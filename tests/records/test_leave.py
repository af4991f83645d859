"""Leave: from its first day to its last somebody stands in, and nobody is away twice at once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from application.services import Services
from domain.refusal import Refused
from records import leave
from tests.stories import COACH, TEAM

STAND_IN, OTHER, OTHER_TEAM = UUID(int=44), UUID(int=45), UUID(int=46)
FIRST, LAST = date(2026, 7, 6), date(2026, 7, 24)
DAY = timedelta(days=1)
TODAY = date(2026, 6, 1)


@pytest.fixture
def away(sqlite_services: Services) -> Services:
    arrange(sqlite_services, FIRST, LAST)
    return sqlite_services


def arrange(
    services: Services, from_on: date, until_on: date, *, coach: UUID = COACH, stand_in: UUID = STAND_IN
) -> UUID:
    with services.database.write() as connection:
        return leave.arrange(connection, coach, stand_in, TEAM, from_on, until_on, TODAY)


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [
        (FIRST - 5 * DAY, FIRST),
        (LAST, LAST + 5 * DAY),
        (FIRST + DAY, LAST - DAY),
        (FIRST - DAY, LAST + DAY),
        (FIRST, LAST),
    ],
    ids=["its last day is the first", "its first day is the last", "within", "around", "the same"],
)
def test_a_second_leave_on_some_of_the_same_days_is_refused(away: Services, from_on: date, until_on: date) -> None:
    with pytest.raises(Refused, match="away on some of these days") as refused:
        arrange(away, from_on, until_on, stand_in=OTHER)
    assert refused.value.field == "from_on"
    assert len(of_team(away, FIRST)) == 1


def test_the_days_before_and_after_and_those_of_others_are_free(away: Services) -> None:
    arrange(away, FIRST - 5 * DAY, FIRST - DAY)
    arrange(away, LAST + DAY, LAST + 5 * DAY)
    arrange(away, FIRST, LAST, coach=OTHER)
    assert len(of_team(away, date.min)) == 4


def test_somebody_stands_in_from_the_first_day_to_the_last(away: Services) -> None:
    days = (FIRST - DAY, FIRST, LAST, LAST + DAY)
    assert [stood_in_for(away, day) for day in days] == [set(), {COACH}, {COACH}, set()]
    assert stood_in_for(away, FIRST, OTHER) == set()


def test_one_day_is_a_leave_and_less_than_that_is_none(sqlite_services: Services) -> None:
    arrange(sqlite_services, FIRST, FIRST)
    assert stood_in_for(sqlite_services, FIRST) == {COACH}
    with pytest.raises(Refused, match="before the first") as refused:
        arrange(sqlite_services, LAST, LAST - DAY)
    assert refused.value.field == "until_on"


def test_nobody_stands_in_for_themselves(sqlite_services: Services) -> None:
    with pytest.raises(Refused, match="themselves") as refused:
        arrange(sqlite_services, FIRST, LAST, stand_in=COACH)
    assert refused.value.field == "stand_in"


def test_the_team_sees_leave_until_its_last_day_has_passed_the_earliest_first(away: Services) -> None:
    arrange(away, FIRST - 9 * DAY, FIRST - DAY)
    assert [row.from_on for row in of_team(away, FIRST - DAY)] == [FIRST - 9 * DAY, FIRST]
    assert [row.from_on for row in of_team(away, LAST)] == [FIRST]
    assert of_team(away, LAST + DAY) == of_team(away, FIRST, OTHER_TEAM) == []


def test_only_the_team_takes_it_back(away: Services) -> None:
    (row,) = of_team(away, FIRST)
    for team, left in ((OTHER_TEAM, 1), (TEAM, 0)):
        with away.database.write() as connection:
            leave.end(connection, row.leave_id, team)
        assert len(of_team(away, FIRST)) == left


def of_team(services: Services, day: date, team: UUID = TEAM) -> list[dict[str, object]]:
    with services.database.read() as connection:
        return leave.of_team(connection, team, day)


def stood_in_for(services: Services, day: date, account_id: UUID = STAND_IN) -> set[UUID]:
    with services.database.read() as connection:
        return set(leave.stood_in_for(connection, account_id, day))


@pytest.mark.parametrize(
    ("from_on", "until_on", "field", "says"),
    [
        (date.min, date.max, "until_on", "a year at most"),
        (date.min, TODAY, "until_on", "a year at most"),
        (TODAY, date.max, "until_on", "a year at most"),
        (TODAY, date(2027, 6, 2), "until_on", "a year at most"),
        (date(2025, 5, 31), TODAY, "until_on", "a year at most"),
        (date.max, date.max, "from_on", "a year from today"),
        (date(2027, 6, 2), date(2027, 6, 3), "from_on", "a year from today"),
        (TODAY - 5 * DAY, TODAY - DAY, "until_on", "already over"),
    ],
)
def test_leave_is_bounded(sqlite_services: Services, from_on: date, until_on: date, field: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        arrange(sqlite_services, from_on, until_on)
    assert refused.value.field == field
    assert of_team(sqlite_services, date.min) == []


@pytest.mark.parametrize(
    ("from_on", "until_on"),
    [(TODAY, date(2027, 6, 1)), (date(2027, 6, 1), date(2028, 6, 1)), (date(2025, 6, 1), TODAY)],
)
def test_a_year_of_leave_is_leave(sqlite_services: Services, from_on: date, until_on: date) -> None:
    arrange(sqlite_services, from_on, until_on)
    assert len(of_team(sqlite_services, TODAY)) == 1
