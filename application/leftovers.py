"""What nobody comes back for: forms and questionnaires left half-written, old what-ifs, erasures interrupted."""

from __future__ import annotations

from application.services import Services
from projections import what_if
from records import drafts, invitations, questionnaires


def throw_away_drafts(services: Services) -> int:
    """Throw away forms and questionnaires that were left for two weeks, and what-ifs of two months ago; how many."""
    with services.database.write() as connection:
        now = services.clock()
        left = drafts.forget_old(connection, now) + questionnaires.forget_old(connection, now)
        left += invitations.LINKS.forget_old(connection, now)
        return left + what_if.forget_old(connection, now)


def finish_erasures(services: Services) -> int:
    """Finish erasures that a crash interrupted, in the log and in all that has to follow; how many in the log.

    What has to follow from redactions is finished, too.
    """
    finished = services.log.finish_erasures()
    services.forget_erased()
    services.forget_redacted()
    return finished
