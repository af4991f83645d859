"""Throw away what was begun in a form and left for two weeks."""

from __future__ import annotations

from collections.abc import Callable

from records import drafts
from werkpad.wiring import Services

NAME = "throw_away_drafts"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def throw_away_drafts() -> int:
        """How many were thrown away."""
        with services().database.write() as connection:
            return drafts.forget_old(connection, services().clock())

    return throw_away_drafts
