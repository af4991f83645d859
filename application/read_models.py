"""Read models kept up: brought up to the log, and folded anew where their rules changed or somebody asked for it."""

from __future__ import annotations

from contextlib import suppress

from application.services import Services
from projections.engine.rebuild import RebuildRunningError, begin, discard_leftovers, take_part
from projections.engine.rebuilds import current

# Parts of a rebuild, that as many workers can fill at once.
SHARDS = 4


def project(services: Services) -> int:
    """Bring the read models up to the log, but for those that somebody else is at; how many events were folded."""
    return services.engine.catch_up()


def follow_definitions(services: Services) -> int:
    """Begin to fold read models anew whose rows depend on definitions that came into force; how many.

    `take_part_in_rebuild` does it.
    """
    engine = services.engine
    engine.catch_up(["definitions"], wait=True)
    names = engine.under_other_rules()
    if not names or current(engine.database) is not None:
        return 0
    with suppress(RebuildRunningError):
        begin(engine, names, shards=1 if engine.database.is_sqlite else SHARDS)
    return len(names)


def take_part_in_rebuild(services: Services) -> bool:
    """Fill shards of the rebuild that was begun, and finish it when they are full; whether there was one."""
    taken = take_part(services.engine)
    discard_leftovers(services.engine)
    return taken
