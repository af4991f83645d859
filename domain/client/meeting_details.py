"""Where a client and a coach meet, of an appointment and of the times that an invitation offers."""

from __future__ import annotations

from domain.client.contacts import Channel
from domain.meeting_length import LONGEST_PLACE
from domain.refusal import Refused
from domain.text import optional_text

LONGEST_PURPOSE = 500
# Where the two come together, the client has to know where.
MEETS_SOMEWHERE = frozenset({Channel.OFFICE, Channel.WALKING_ALONG})


def place_of(place: str | None, channel: Channel) -> str | None:
    """Raises Refused where the client would not know where to go."""
    given = optional_text(place, field="place", longest=LONGEST_PLACE)
    if given is None and channel in MEETS_SOMEWHERE:
        raise Refused("Enter where you meet: the client reads it in the letter.", field="place")
    return given
