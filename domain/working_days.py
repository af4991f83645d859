"""Working days: Monday to Friday, but for Dutch public holidays and the days on which the city is closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    # Takes a fifth of a second to import, which every command would pay.
    import holidays

    return frozenset(holidays.country_holidays("NL", years=year))


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The days on which clocks run; `closed` are those on which the city is closed beside weekends and holidays."""

    closed: frozenset[date] = frozenset()

    def includes(self, day: date) -> bool:
        """Whether this is a working day."""
        return day.weekday() < 5 and day not in self.closed and day not in _public_holidays(day.year)

    def after(self, day: date, working_days: int) -> date:
        """The day so many working days later; the day itself does not count."""
        while working_days > 0:
            day += _ONE_DAY
            working_days -= self.includes(day)
        return day

    def between(self, first: date, last: date) -> int:
        """How many working days lie after one day, up to and with another."""
        return sum(self.includes(first + n * _ONE_DAY) for n in range(1, (last - first).days + 1))


# Where no city set closing days.
USUAL = WorkingDays()
