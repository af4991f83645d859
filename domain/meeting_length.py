"""How long people may meet, and how long it may take to say where: of appointments, invitations and workshops."""

from __future__ import annotations

from domain.refusal import Refused

LONGEST_PLACE = 200
MIN_MINUTES, MAX_MINUTES = 5, 480  # a phone call, and a working day


def bounded_minutes(minutes: int) -> int:
    """Raises Refused for too short or too long."""
    if not MIN_MINUTES <= minutes <= MAX_MINUTES:
        raise Refused(
            "An appointment takes %(shortest)d to %(longest)d minutes.",
            field="minutes",
            shortest=MIN_MINUTES,
            longest=MAX_MINUTES,
        )
    return minutes
