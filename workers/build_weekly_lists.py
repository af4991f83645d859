"""Build the weekly missing-data lists, Mondays at 06:00; a week given by hand is built the same way."""

from __future__ import annotations

from collections.abc import Callable

from domain.calendar import Week, local_day
from records import notices, outbox, people, weekly_lists
from werkpad.wiring import Services

NAME = "build_weekly_lists"


def _announce(services: Services, week: Week) -> None:
    """A mail to each coach who has an address: how long the list is, and where it stands."""
    with services.database.write() as connection:
        for coach in people.coaches(connection):
            found = weekly_lists.of_coach(connection, coach.account_id, week)
            if coach.email and found is not None:
                outbox.put(
                    connection, found["list_id"], notices.WEEKLY_LIST, coach.account_id, services.clock(),
                    language=coach.language or "nl",
                )  # fmt: skip


def bind(services: Callable[[], Services]) -> Callable[..., int]:
    def build_weekly_lists(week: str | None = None) -> int:
        """Build the lists of a week (this one by default); how many were built now."""
        now = services().clock()
        wanted = Week.parse(week) if week else Week.of(local_day(now))
        if week is None and wanted.starts_at > now:
            return 0  # Monday before six: not yet
        built = weekly_lists.build(services().engine, wanted, now).built
        if built and services().settings.smtp_url and wanted == Week.of(local_day(now)):
            _announce(services(), wanted)
        return built

    return build_weekly_lists
