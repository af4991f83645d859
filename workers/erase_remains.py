"""Finish erasures that a crash interrupted, in the log and in all that has to follow from them."""

from __future__ import annotations

from collections.abc import Callable

from application import leftovers
from application.services import Services

NAME = "erase_remains"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def erase_remains() -> int:
        """How many erasures were finished in the log."""
        return leftovers.finish_erasures(services())

    return erase_remains
