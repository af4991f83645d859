"""Throw away what was begun in a form and left for two weeks, and what-ifs of two months ago."""

from __future__ import annotations

from collections.abc import Callable

from application.services import Services
from projections import what_if
from records import drafts

NAME = "throw_away_drafts"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def throw_away_drafts() -> int:
        """How many were thrown away."""
        with services().database.write() as connection:
            now = services().clock()
            return drafts.forget_old(connection, now) + what_if.forget_old(connection, now)

    return throw_away_drafts
