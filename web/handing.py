"""What forms about signals say: which signal, and to whom one is given."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from domain.refusal import Refused
from records import people
from web.context import as_uuid


def signal_at(address: str | None) -> UUID | None:
    """The signal that stands at the end of an address, or is named by its id; None where there is neither."""
    return as_uuid((address or "").strip().rstrip("/").rpartition("/")[2])


def team_or_city(connection: Connection, text: str) -> UUID | None:
    """The team that a form names, None for the city. Raises Refused for what is neither."""
    if text == "city":
        return None
    team_id = as_uuid(text)
    if team_id not in {team.team_id for team in people.all_teams(connection)}:
        raise Refused("Choose a team, or the city.", field="team")
    return team_id


def one_who_triages(connection: Connection, text: str | None) -> UUID | None:
    """The colleague that a form names, None where it names nobody. Raises Refused for one who doesn't triage."""
    person = as_uuid(text)
    if person is None:
        return None
    account = people.account(connection, person)
    if account is None or not account.active or not account.viewer.triages_signals:
        raise Refused("Choose one who triages signals.", field="person")
    return person
