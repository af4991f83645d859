"""How long closed files are kept: archived after a year, and past their term after the years that the city set."""

from __future__ import annotations

from datetime import date

from domain.calendar import add_months

# What is usual where the city set nothing: the selection list of Dutch municipalities keeps files of benefits and of
# help towards work for ten years after they ended.
USUAL_YEARS = 10
LEAST_YEARS, MOST_YEARS = 1, 50
# Who comes back soon is found among the clients of the year; after that nobody works with the file any more.
ARCHIVED_AFTER = 12  # months


def archived_on(closed_on: date) -> date:
    """The day from which a file that was closed on a day is archived."""
    return add_months(closed_on, ARCHIVED_AFTER)


def archived_by(today: date) -> date:
    """Files that were closed by this day are archived."""
    return add_months(today, -ARCHIVED_AFTER)


def past_term_by(today: date, years: int) -> date:
    """Files that were closed by this day have been kept for so many years."""
    return add_months(today, -12 * years)
