"""Build the weekly missing-data lists, Mondays at 06:00; a week given by hand is built the same way."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid5

from domain.calendar import Week, local_day
from records import leave, notices, outbox, people, weekly_lists
from werkpad.wiring import Services

NAME = "build_weekly_lists"


def _announce(services: Services, week: Week) -> None:
    """A mail to each coach who has an address, and to who stands in: how long a list is, and where it stands."""
    with services.database.write() as connection:
        for coach in people.coaches(connection):
            if not coach.email:
                continue
            found = weekly_lists.of_coach(connection, coach.account_id, week)
            told = [(notices.WEEKLY_LIST, found["list_id"])] if found is not None else []
            if leave.stood_in_for(connection, coach.account_id, services.today):
                told.append((notices.STAND_IN, uuid5(coach.account_id, f"{notices.STAND_IN} {week}")))
            for kind, message_id in told:
                outbox.put(
                    connection, message_id, kind, coach.account_id, services.clock(), language=coach.language or "nl"
                )


def bind(services: Callable[[], Services]) -> Callable[..., int]:
    def build_weekly_lists(week: str | None = None) -> int:
        """Build the lists of a week (this one by default); how many were built now."""
        now = services().clock()
        wanted = Week.of(local_day(now)) if week is None else Week.parse(week)
        if week is None and wanted.starts_at > now:
            return 0  # Monday before six: not yet
        built = weekly_lists.build(services().engine, wanted, now).built
        if built and services().settings.smtp_url and wanted == Week.of(local_day(now)):
            _announce(services(), wanted)
        return built

    return build_weekly_lists
