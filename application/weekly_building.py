"""What is built each Monday at six: the weekly missing-data lists that are handed out, and the week's figures."""

from __future__ import annotations

from application import owed_mail
from application.services import Services
from domain.calendar import Week, local_day
from projections import weekly_figures
from records import weekly_lists


def build_weekly_lists(services: Services, week: Week | None = None) -> int:
    """Build the lists of a week (this one by default, once its Monday is six hours old); how many were built now.

    Raises what `weekly_lists.build` raises: Refused for a week that has not begun.
    """
    now = services.clock()
    wanted = week or Week.of(local_day(now))
    if week is None and wanted.starts_at > now:
        return 0
    built = weekly_lists.build(services.engine, wanted, now).built
    # The announcements follow from the lists, whoever built them; this is merely soon.
    owed_mail.put_owed_mail(services)
    return built


def build_weekly_figures(services: Services) -> int:
    """Add the figures of the weeks up to this one that are missing; how many were written."""
    return weekly_figures.build(services.engine, Week.latest(services.clock()))
