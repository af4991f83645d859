"""What is built each Monday at six: the weekly missing-data lists that are handed out, and the week's figures."""

from __future__ import annotations

from application import owed_mail
from application.services import Services
from domain.calendar import Week, local_day
from projections import weekly_figures
from records import weekly_lists
from records.weekly_lists import Built

# Weeks that nobody was here to build are made up, as things stood then; not those of long ago.
MADE_UP = 8


def build_due_lists(services: Services) -> int:
    """Build this week's lists, once its Monday is six hours old, and before them those of Mondays that went by without;
    how many were built now."""
    last = Week.latest(services.clock())
    with services.database.read() as connection:
        built = weekly_lists.last_built(connection)
    due = [last]
    while built is not None and due[0].previous > built and len(due) <= MADE_UP:
        due.insert(0, due[0].previous)
    return sum(build_weekly_lists(services, week).built for week in due)


def build_weekly_lists(services: Services, week: Week | None = None) -> Built:
    """Build the lists of a week, by default of this one; those that are there stay as they are.

    Raises what `weekly_lists.build` raises: Refused for a week that has not begun.
    """
    now = services.clock()
    built = weekly_lists.build(services.engine, week or Week.of(local_day(now)), now)
    # The announcements follow from the lists, whoever built them; this is merely soon.
    owed_mail.put_owed_mail(services)
    return built


def build_weekly_figures(services: Services, *, anew: bool = False) -> int:
    """Add the figures of the weeks up to this one that are missing, or make all of them `anew`; how many were
    written."""
    return weekly_figures.build(services.engine, Week.latest(services.clock()), whole=anew)
