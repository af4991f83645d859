"""Days, months and ISO weeks in Amsterdam."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.refusal import Refused

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LISTS_AT = time(6, 0)
YEARS_AHEAD = 5

# The centuries in which a work list can lie: every week of them has a neighbour and a moment at which it starts.
_WEEK = re.compile(r"(2[01]\d{2})-W(\d{2})")


def local_day(moment: datetime) -> date:
    """The calendar day that it is in Amsterdam at an aware moment."""
    return moment.astimezone(AMSTERDAM).date()


def moment_at(day: date, at: time, *, field: str) -> datetime:
    """The moment, in UTC, at which the clock in Amsterdam shows this time.

    Raises:
        Refused: about the field. In spring the clock skips an hour; in autumn it shows one twice, and whoever reads
            "02:30" can't know which of the two is meant.
    """
    first, second = (datetime.combine(day, at, AMSTERDAM).replace(fold=fold) for fold in (0, 1))
    if first.astimezone(UTC).astimezone(AMSTERDAM).time() != at:
        raise Refused("The clock skips this time on that day. Choose another one.", field=field)
    if first.utcoffset() != second.utcoffset():
        raise Refused("The clock shows this time twice on that day. Choose another one.", field=field)
    return first.astimezone(UTC)


def within_reach(day: date, today: date, *, field: str) -> date:
    """A day ahead that somebody will live to see here.

    Raises:
        Refused: about the field, for one so far ahead that it is a slip of the pen, and would never come up.
    """
    if day > add_months(today, 12 * YEARS_AHEAD):
        raise Refused("This can't be more than %(years)d years ahead.", field=field, years=YEARS_AHEAD)
    return day


def add_months(day: date, months: int) -> date:
    """So many calendar months later (or earlier); the last day of the month where the day does not exist."""
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))


@dataclass(frozen=True, order=True, slots=True)
class Week:
    """An ISO week, by its Monday."""

    monday: date

    @staticmethod
    def of(day: date) -> Week:
        return Week(day - timedelta(days=day.weekday()))

    @staticmethod
    def parse(text: str) -> Week:
        """From "2026-W47". Raises Refused for anything else, and for a week that the year does not have."""
        match = _WEEK.fullmatch(text.strip())
        if match is None:
            raise Refused("Write a week like 2026-W47.", field="week")
        try:
            return Week(date.fromisocalendar(int(match[1]), int(match[2]), 1))
        except ValueError:
            raise Refused(
                "The year %(year)s has no week %(week)s.", field="week", year=match[1], week=match[2]
            ) from None

    @staticmethod
    def latest(now: datetime) -> Week:
        """The last week that has begun: on a Monday before six, the one before."""
        week = Week.of(local_day(now))
        return week if week.starts_at <= now else week.previous

    @property
    def starts_at(self) -> datetime:
        """Monday 06:00 in Amsterdam, when the lists are built."""
        return datetime.combine(self.monday, LISTS_AT, AMSTERDAM)

    @property
    def previous(self) -> Week:
        return Week(self.monday - timedelta(weeks=1))

    @property
    def next(self) -> Week:
        return Week(self.monday + timedelta(weeks=1))

    def __str__(self) -> str:
        year, week, _ = self.monday.isocalendar()
        return f"{year}-W{week:02}"
