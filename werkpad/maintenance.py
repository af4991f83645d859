"""Maintenance: nothing is written until it ends, and everybody is told so."""

from __future__ import annotations

from datetime import datetime

import msgspec

from database.door import MAINTENANCE, OPEN, Door


def begin(door: Door, at: datetime) -> list[str]:
    """Shut the door to writing, and wait for those who write; who has not ended after a minute.

    Raises:
        ClosedError: a restore is going on, or was interrupted.
    """
    door.judge_start()
    state = door.look()
    if state.kind == OPEN:
        door.change(msgspec.structs.replace(state, kind=MAINTENANCE, since=at))
    return door.drain()


def end(door: Door) -> None:
    """Open the door again. Raises ClosedError within a restore."""
    door.judge_start()
    state = door.look()
    if state.kind == MAINTENANCE:
        door.change(msgspec.structs.replace(state, kind=OPEN, since=None))
