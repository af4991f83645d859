"""What forms about signals say: which signal, and to whom one is given."""

from __future__ import annotations

from uuid import UUID

from domain.refusal import Refused
from web.context import as_uuid


def signal_at(address: str | None) -> UUID | None:
    """The signal that stands at the end of an address, or is named by its id; None where there is neither."""
    return as_uuid((address or "").strip().rstrip("/").rpartition("/")[2])


def named_team(text: str) -> UUID | None:
    """The team that a form names, None for the city. Raises Refused for what is neither."""
    if text == "city":
        return None
    team_id = as_uuid(text)
    if team_id is None:
        raise Refused("Choose a team, or the city.", field="team")
    return team_id
