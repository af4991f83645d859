"""Read models kept up: brought up to the log, and folded anew where their rules changed or somebody asked for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from threading import Event

from application.services import Services
from eventlog.recording import BUCKETS as BUCKETS
from projections.engine.filling import Progress, no_progress
from projections.engine.rebuild import RebuildRunningError as RebuildRunningError
from projections.engine.rebuild import begin, discard_leftovers, rebuild, take_part
from projections.engine.rebuilds import DONE, GIVEN_UP, Changes, current, found
from projections.engine.verify import Difference, verify

# Parts of a rebuild, that as many workers can fill at once.
SHARDS = 4


class RebuildGivenUpError(Exception):
    """A rebuild that several take part in was given up; says why."""


def project(services: Services) -> int:
    """Bring the read models up to the log, but for those that somebody else is at; how many events were folded."""
    return services.engine.catch_up()


def bring_up_to_date(services: Services, progress: Progress = no_progress) -> None:
    """Bring all read models up to the log. `progress` is told how many events are folded, of how many."""
    services.engine.catch_up(wait=True, progress=progress)


def rebuild_due(services: Services) -> list[str]:
    """The read models of which the code has another version, or whose log was exchanged."""
    return [name for name, fresh in services.engine.freshness().items() if fresh.rebuild_due]


def rebuild_read_models(
    services: Services, names: Sequence[str], progress: Progress = no_progress, *, shards: int = 1
) -> Changes:
    """Fold the log into fresh tables and switch to them; for each read model, the figures that changed.

    Raises:
        RebuildRunningError: another process is rebuilding.
        PoisonError: an event can't be used; nothing has changed.
    """
    return rebuild(services.engine, names, progress, shards=shards)


def rebuild_together(
    services: Services, names: Sequence[str], call: Callable[[int], object], progress: Progress, *, shards: int
) -> Changes:
    """The same with others, whom `call` asks to take part in so many shards.

    Raises:
        RebuildGivenUpError: an event can't be used, or an erasure or another rebuild came between.
        and as `rebuild_read_models`.
    """
    rebuild_id = begin(services.engine, names, shards=shards)
    call(shards - 1)
    pause = Event()
    while True:
        take_part(services.engine, progress)
        running = found(services.database, rebuild_id)
        progress(running.events, running.total)
        if running.state == DONE:
            return running.changes
        if running.state == GIVEN_UP:
            raise RebuildGivenUpError(
                running.given_up_because or "An erasure or another rebuild came between; start it again."
            )
        # The last shards are being filled by others; should one of them die, its shard is ours to claim.
        pause.wait(0.2)


def differences(
    services: Services, names: Sequence[str] = (), progress: Progress = no_progress, *, buckets: Sequence[int]
) -> Iterator[Difference]:
    """Every difference between read models (all, by default) and a fold of the log, for the clients in some of its
    `BUCKETS` buckets."""
    return verify(services.engine, names, progress, buckets=len(buckets))


def follow_definitions(services: Services) -> int:
    """Begin to fold read models anew whose rows depend on definitions or closing days that came into force; how many.

    `take_part_in_rebuild` does it.
    """
    engine = services.engine
    engine.catch_up(engine.rulebook.read_models, wait=True)
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
