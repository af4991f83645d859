"""How long a client and a coach meet, and where: of an appointment, and of the times that an invitation offers."""

from __future__ import annotations

from domain.client.contacts import Channel
from domain.refusal import Refused
from domain.text import optional_text

LONGEST_PLACE, LONGEST_PURPOSE = 200, 500
MIN_MINUTES, MAX_MINUTES = 5, 480  # minutes: a phone call, and a working day
# Where the two come together, the client has to know where.
MEETS_SOMEWHERE = frozenset({Channel.OFFICE, Channel.WALKING_ALONG})


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


def place_of(place: str | None, channel: Channel) -> str | None:
    """Raises Refused where the client would not know where to go."""
    given = optional_text(place, field="place", longest=LONGEST_PLACE)
    if given is None and channel in MEETS_SOMEWHERE:
        raise Refused("Say where you meet: the client reads it in the letter.", field="place")
    return given
