"""The clocks of a signal: until when it is to be triaged and answered, in working days of the Netherlands."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from sqlalchemy import Connection

from feedback.signal import Kind, SignalState, Within
from records import deadlines

# From so many working days before the end on, the board says that it comes near.
NEAR = 2

NOT_TRIAGED = frozenset({SignalState.LOGGED, SignalState.REOPENED})
# Answered is what was decided on; the clock waits while the reporter is asked.
NOT_ANSWERED = NOT_TRIAGED | {SignalState.TRIAGED, SignalState.IN_DISCUSSION}

_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[date]:
    # Takes a fifth of a second to import, which every command would pay.
    import holidays

    return frozenset(holidays.country_holidays("NL", years=year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for public holidays."""
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def after(day: date, working_days: int) -> date:
    """The day so many working days later; the day itself does not count."""
    while working_days > 0:
        day += _ONE_DAY
        working_days -= is_working_day(day)
    return day


def between(first: date, last: date) -> int:
    """How many working days lie after one day, up to and with another."""
    return sum(is_working_day(first + n * _ONE_DAY) for n in range(1, (last - first).days + 1))


def within(connection: Connection) -> dict[Kind, Within]:
    """How soon signals of each kind are triaged and answered, from now on."""
    own = deadlines.by_kind(connection)
    return {kind: Within(*own[kind]) if kind in own else Within() for kind in Kind}


def due(state: SignalState, triage: date, answer: date) -> date | None:
    """The day that runs in this state: of triage first, then of the answer; None where none runs."""
    if state in NOT_TRIAGED:
        return min(triage, answer)
    return answer if state in NOT_ANSWERED else None


def standing(day_due: date | None, today: date) -> str | None:
    """Whether a clock has "passed" or comes "near"; None while there is time, or none runs."""
    if day_due is None:
        return None
    if day_due < today:
        return "passed"
    return "near" if between(today, day_due) <= NEAR else None
