"""Throw away what was begun in a form and left for two weeks, and what-ifs of two months ago."""

from __future__ import annotations

from collections.abc import Callable

from application import leftovers
from application.services import Services

NAME = "throw_away_drafts"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def throw_away_drafts() -> int:
        """How many were thrown away."""
        return leftovers.throw_away_drafts(services())

    return throw_away_drafts
