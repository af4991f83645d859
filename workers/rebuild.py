"""Rebuild read models from the log."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from projections.rebuild import rebuild as rebuild_read_models
from werkpad.wiring import Services

NAME = "rebuild"


def bind(services: Callable[[], Services]) -> Callable[..., dict[str, Any]]:
    def rebuild(names: list[str] | None = None) -> dict[str, Any]:
        """The figures that changed, by read model."""
        return rebuild_read_models(services().engine, names or ())

    return rebuild
