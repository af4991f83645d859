"""What registering costs, as the server measures it: sums by week, team, form and field, and nothing of any person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Connection, Date, Integer, String, Table, Uuid, func, select
from sqlalchemy.dialects import postgresql, sqlite

from records.schema import metadata

# What is kept of a form as a whole stands under no field.
WHOLE = ""
# Looking through a caseload by a field is no registering, and tells what a field is used for.
FILTERED = "filter"

registration_costs = Table(
    "registration_costs",
    metadata,
    Column("monday", Date, primary_key=True),
    Column("team_id", Uuid, primary_key=True),
    Column("form", String(40), primary_key=True),
    Column("field", String(40), primary_key=True),
    # how often it was saved, requests to and from the server, and seconds between a form and what was sent of it
    Column("saves", Integer, nullable=False),
    Column("requests", Integer, nullable=False),
    Column("seconds", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a form, or of one of its fields."""

    saves: int = 0
    requests: int = 0
    seconds: int = 0

    def __add__(self, other: Counted) -> Counted:
        return Counted(self.saves + other.saves, self.requests + other.requests, self.seconds + other.seconds)


# By Monday of the week, team, form and field.
Key = tuple[date, UUID, str, str]


def add(connection: Connection, counted: Mapping[Key, Counted]) -> None:
    """Add to what was counted before."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    c = registration_costs.c
    statement = insert(registration_costs)
    more = {name: c[name] + statement.excluded[name] for name in ("saves", "requests", "seconds")}
    statement = statement.on_conflict_do_update(index_elements=["monday", "team_id", "form", "field"], set_=more)
    # In one order, so that two at once don't wait for each other.
    rows = [
        {
            "monday": monday,
            "team_id": team_id,
            "form": form,
            "field": field,
            "saves": each.saves,
            "requests": each.requests,
            "seconds": each.seconds,
        }
        for (monday, team_id, form, field), each in sorted(counted.items())
    ]
    connection.execute(statement, rows)


def since(connection: Connection, monday: date, teams: Sequence[UUID]) -> dict[tuple[str, str], Counted]:
    """What was counted of some teams from a week on, by form and field."""
    c = registration_costs.c
    sums = (func.sum(c.saves), func.sum(c.requests), func.sum(c.seconds))
    statement = select(c.form, c.field, *sums).where(c.monday >= monday, c.team_id.in_(teams)).group_by(c.form, c.field)
    return {(row[0], row[1]): Counted(*map(int, row[2:])) for row in connection.execute(statement)}
