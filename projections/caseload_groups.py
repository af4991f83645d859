"""Clients as representation counts them: open files and those closed since a day, with some fields as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from domain.catalogue import Field
from domain.matching import Fact
from projections.caseload_states import joined, letters
from projections.caseload_table import ERASED, caseload, is_open
from projections.matches import fact

_PLAIN = (
    "client_id",
    "team_id",
    "closed_on",
    "exit_reason",
    "intake_on",
    "assigned_on",
    "plan_on",
    "last_seen_on",
    "not_seen_on",
)


class Counted(Struct, frozen=True):
    """A client, with how the fields asked for stand; `states` has a letter for each of all fields that are asked."""

    client_id: UUID
    team_id: UUID
    closed_on: date | None
    exit_reason: str | None
    intake_on: date
    assigned_on: date | None
    plan_on: date | None
    last_seen_on: date | None
    not_seen_on: date | None
    states: str
    facts: Mapping[str, Fact]


_IN_ROW = len(Counted.__struct_fields__) - 1


def counted(
    connection: Connection, asked: Sequence[Field], fields: Sequence[Field], since: date, as_of: date
) -> Iterator[Counted]:
    """Clients of teams whose files are open, or were closed since a day with what became of them, without those who
    were erased. `asked` are all fields, `fields` those of which the value is wanted, none of them sensitive."""
    c = caseload.c
    of_fields: list[Any] = [c[f"{part}_{field.key}"] for field in fields for part in "suv"]
    closed = (c.closed_on >= since) & c.exit_reason.is_not(None) & (c.closing_reason != ERASED)
    statement = select(*(c[name] for name in _PLAIN), joined(letters(asked, as_of)), *of_fields)
    statement = statement.where(or_(is_open(), closed), c.team_id.is_not(None))
    for row in connection.execute(statement).yield_per(5_000):
        recorded = row[_IN_ROW:]
        facts = {f.key: fact(f, recorded[3 * nth : 3 * nth + 3], as_of) for nth, f in enumerate(fields)}
        yield Counted(*(*row[:_IN_ROW], facts))
