"""Finish erasures that a crash interrupted, and bring the read models up to them."""

from __future__ import annotations

from collections.abc import Callable

from werkpad.wiring import Services

NAME = "erase_remains"


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def erase_remains() -> int:
        """How many erasures were finished."""
        finished = services().log.finish_erasures()
        if finished:
            services().engine.catch_up(wait=True)
        return finished

    return erase_remains
