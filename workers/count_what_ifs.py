"""Count what figures would become under a definition that somebody thinks of revising."""

from __future__ import annotations

from collections.abc import Callable

from application import what_ifs
from application.services import Services

NAME = "count_what_ifs"


def bind(services: Callable[[], Services]) -> Callable[[], bool]:
    def count_what_ifs() -> bool:
        """Whether there was one to count."""
        return what_ifs.count_next_what_if(services())

    return count_what_ifs
