"""What nobody comes back for: forms left half-written and old what-ifs thrown away, interrupted erasures finished."""

from __future__ import annotations

from application.services import Services
from projections import what_if
from records import drafts


def throw_away_drafts(services: Services) -> int:
    """Throw away what was begun in a form and left for two weeks, and what-ifs of two months ago; how many."""
    with services.database.write() as connection:
        now = services.clock()
        return drafts.forget_old(connection, now) + what_if.forget_old(connection, now)


def finish_erasures(services: Services) -> int:
    """Finish erasures that a crash interrupted, in the log and in all that has to follow; how many in the log.

    What has to follow from redactions is finished, too.
    """
    finished = services.log.finish_erasures()
    services.forget_erased()
    services.forget_redacted()
    return finished
