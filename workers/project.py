"""Bring the read models up to the log; started by a nudge after each command, and by the clock."""

from __future__ import annotations

from collections.abc import Callable

from application import read_models
from application.services import Services

NAME = "project"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def project() -> int:
        """A nudge carries nothing: the positions say what is to be done."""
        return read_models.project(services())

    return project
