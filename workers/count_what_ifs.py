"""Count what figures would become under a definition that somebody thinks of revising."""

from __future__ import annotations

from collections.abc import Callable

from application.services import Services
from projections import what_if

NAME = "count_what_ifs"


def bind(services: Callable[[], Services]) -> Callable[[], bool]:
    def count_what_ifs() -> bool:
        """Whether there was one to count."""
        return what_if.count_next(services().engine)

    return count_what_ifs
