"""Build the weekly missing-data lists, Mondays at 06:00; a week given by hand is built the same way."""

from __future__ import annotations

from collections.abc import Callable

from application.services import Services
from domain.calendar import Week, local_day
from records import weekly_lists
from workers import follow_ups

NAME = "build_weekly_lists"


def bind(services: Callable[[], Services]) -> Callable[..., int]:
    def build_weekly_lists(week: str | None = None) -> int:
        """Build the lists of a week (this one by default); how many were built now."""
        now = services().clock()
        wanted = Week.of(local_day(now)) if week is None else Week.parse(week)
        if week is None and wanted.starts_at > now:
            return 0  # Monday before six: not yet
        built = weekly_lists.build(services().engine, wanted, now).built
        # The announcements follow from the lists, whoever built them; this is merely soon.
        follow_ups.put_owed_mail(services())
        return built

    return build_weekly_lists
