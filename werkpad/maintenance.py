"""Maintenance: nothing is written until it ends, and everybody is told so."""

from __future__ import annotations

import msgspec

from application.services import Services
from database.door import MAINTENANCE, OPEN, Door
from records import migrations


def begin(services: Services) -> list[str]:
    """Shut the door to writing, and wait for those who write; who has not ended after a minute.

    Raises:
        ClosedError: a restore is going on, or was interrupted.
        NotSetUpError, NewerDatabaseError: there is nothing that this code can work with.
    """
    door = _door_of(services)
    state = door.look()
    if state.kind == OPEN:
        door.change(msgspec.structs.replace(state, kind=MAINTENANCE, since=services.clock()))
    return door.drain()


def end(services: Services) -> None:
    """Open the door again. Raises what `begin` raises."""
    door = _door_of(services)
    state = door.look()
    if state.kind == MAINTENANCE:
        door.change(msgspec.structs.replace(state, kind=OPEN, since=None))


def _door_of(services: Services) -> Door:
    # The database is not set up here: that would wait for whoever writes.
    services.door.judge_start()
    migrations.require(services.database)
    services.door.create()
    return services.door
