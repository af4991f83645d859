"""Fold read models anew when definitions that their rows depend on come into force: on the first day of a revision."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from application.services import Services
from projections.engine.rebuild import RebuildRunningError, begin
from projections.engine.rebuilds import current

NAME = "follow_definitions"
SHARDS = 4


def bind(services: Callable[[], Services]) -> Callable[[], int]:
    def follow_definitions() -> int:
        """How many read models are being folded anew; the task `rebuild` does it."""
        engine = services().engine
        engine.catch_up(["definitions"], wait=True)
        names = engine.under_other_rules()
        if not names or current(engine.database) is not None:
            return 0
        with suppress(RebuildRunningError):
            begin(engine, names, shards=1 if engine.database.is_sqlite else SHARDS)
        return len(names)

    return follow_definitions
