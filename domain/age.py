"""How old somebody is, from a birth date that may be known to the month or the year only."""

from __future__ import annotations

from datetime import date


def age_on(born: str, day: date) -> tuple[int, int]:
    """The age in whole years on a day, at least and at most: the same where the whole date is known."""
    year, *rest = (int(part) for part in born.split("-"))
    today = [day.month, day.day][: len(rest)]
    if len(rest) == 2:
        years = day.year - year - (today < rest)
        return years, years
    if rest and today != rest:
        years = day.year - year - (today < rest)
        return years, years
    return day.year - year - 1, day.year - year
