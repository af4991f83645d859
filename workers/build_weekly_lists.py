"""Build the weekly missing-data lists, Mondays at 06:00; a week given by hand is built the same way."""

from __future__ import annotations

from collections.abc import Callable

from application import weekly_building
from application.services import Services
from domain.calendar import Week

NAME = "build_weekly_lists"


def bind(services: Callable[[], Services]) -> Callable[..., int]:
    def build_weekly_lists(week: str | None = None) -> int:
        """Build the lists of a week (this one by default); how many were built now."""
        if week is None:
            return weekly_building.build_due_lists(services())
        return weekly_building.build_weekly_lists(services(), Week.parse(week)).built

    return build_weekly_lists
