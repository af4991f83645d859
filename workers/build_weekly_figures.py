"""Add the week's figures, Mondays at 06:00; weeks that were missed are made up for."""

from __future__ import annotations

from collections.abc import Callable

from application import weekly_building
from application.services import Services

NAME = "build_weekly_figures"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def build_weekly_figures() -> int:
        """How many figures were written."""
        return weekly_building.build_weekly_figures(services())

    return build_weekly_figures
