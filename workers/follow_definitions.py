"""Fold read models anew when definitions that their rows depend on come into force: on the first day of a revision."""

from __future__ import annotations

from collections.abc import Callable

from application import read_models
from application.services import Services

NAME = "follow_definitions"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def follow_definitions() -> int:
        """How many read models are being folded anew; the task `rebuild` does it."""
        return read_models.follow_definitions(services())

    return follow_definitions
