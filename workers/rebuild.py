"""Take part in a rebuild that was begun: fill shards as long as there are any, and finish it when they are full."""

from __future__ import annotations

from collections.abc import Callable

from application import read_models
from application.services import Services

NAME = "rebuild"


def bind(services: Callable[[], Services]) -> Callable[[], bool]:
    def rebuild() -> bool:
        """Whether there was one. Started by a nudge for each shard, and by the clock for what was lost on the way."""
        return read_models.take_part_in_rebuild(services())

    return rebuild
