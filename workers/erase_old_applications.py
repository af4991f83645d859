"""Erase those who applied and became no client, when their time is over."""

from __future__ import annotations

from collections.abc import Callable

from application import applications
from application.services import Services

NAME = "erase_old_applications"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def erase_old_applications() -> int:
        """How many were erased."""
        return applications.erase_old_applications(services())

    return erase_old_applications
