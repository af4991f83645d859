"""The tables of what is missing: one row a client and field, and what the rules read of a client beside the fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import Boolean, Column, ColumnElement, Date, Index, Integer, String, Table, Text, Uuid, text

from database.rows import Row, UtcDateTime
from domain.calendar import local_day
from domain.catalogue import Catalogue, Track
from domain.gaps import Entry, Facts, Gap
from projections.caseload_table import STATES
from projections.engine.readmodel import metadata

CONTRADICTORY = text("contradictions IS NOT NULL")

data_gaps = Table(
    "data_gaps",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("field", String(40), primary_key=True),
    # the gap
    Column("state", String(16), nullable=False),
    Column("due_on", Date),
    Column("stale_on", Date),
    Column("review_on", Date),
    Column("contradictions", Text),
    Column("since", Date),
    # what was recorded: known, not_relevant, declined, or null once it was withdrawn or never asked
    Column("recorded", String(16)),
    Column("value", Text),
    Column("sealed", Text),
    Column("source", String(20)),
    Column("known_on", Date),
    Column("version", Integer, nullable=False),
    Column("actor", Uuid),
    # on whose behalf, where somebody stood in
    Column("recorded_for", Uuid),
    Column("recorded_at", UtcDateTime),
    # Of a city's million rows those on a list are a sixth, and contradictions a few thousand: what is counted of them
    # stands here, and no row is read for it.
    Index("ix_data_gaps_since", "since", "field", "client_id"),
    Index(
        "ix_data_gaps_contradictory", "client_id", "field", postgresql_where=CONTRADICTORY, sqlite_where=CONTRADICTORY
    ),
    sqlite_with_rowid=False,
)


def is_contradictory() -> ColumnElement[bool]:
    """Whether a field contradicts another, as the index of those that do has it."""
    return data_gaps.c.contradictions.is_not(None)


# What the rules read of a client beside the fields.
data_gaps_clients = Table(
    "data_gaps_clients",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("team_id", Uuid),
    Column("coach_id", Uuid),
    Column("specialised", Boolean, nullable=False),
    Column("assigned_on", Date),
    Column("track", String(20)),
    Column("track_on", Date),
    Column("plan_on", Date),
    Column("closed", Boolean, nullable=False),
    Index("ix_data_gaps_clients_coach", "coach_id"),
    Index("ix_data_gaps_clients_team", "team_id"),
    sqlite_with_rowid=False,
)


# Of which contradictions somebody said that both facts hold, and until when; whether they are the facts of then, the
# version says.
data_gaps_accepted = Table(
    "data_gaps_accepted",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("rule", String(40), primary_key=True),
    Column("review_on", Date, nullable=False),
    Column("version", Integer, nullable=False),
    sqlite_with_rowid=False,
)


class RecordedField(Struct, frozen=True):
    """A field of a client: the gap, and what was recorded; `sealed` is the value of a sensitive field, or the reason
    why there is none."""

    field: str
    state: str
    due_on: date | None
    stale_on: date | None
    review_on: date | None
    contradictions: list[str]
    since: date | None
    recorded: str | None
    value: Any
    sealed: str | None
    source: str | None
    known_on: date | None
    version: int
    actor: UUID | None
    recorded_for: UUID | None
    recorded_at: datetime | None


class ListedGap(Struct, frozen=True):
    """A gap that is on a list, once the client has a coach; `contradictions` are JSON."""

    coach_id: UUID | None
    client_id: UUID
    field: str
    state: str
    since: date | None
    contradictions: str | None


class DueField(Struct, frozen=True):
    """A field that is unknown yet, with its last day and the client's sealed name."""

    client_id: UUID
    field: str
    due_on: date
    name: str | None


def facts_of(client: Row, recorded: Mapping[Any, Row], accepted: Iterable[Row], catalogue: Catalogue) -> Facts:
    """What the rules read: a client, what is recorded of each field, and of what both hold, out of their rows."""
    track = client["track"]
    return Facts(
        assigned_on=client["assigned_on"],
        track=Track(track) if track else None,
        track_since=client["track_on"],
        plan_since=client["plan_on"],
        specialised=client["specialised"],
        entries={
            row["field"]: Entry(
                STATES[row["recorded"]],
                msgspec.json.decode(row["value"]) if row["value"] and row["field"] in catalogue.rule_fields else None,
                row["known_on"] or local_day(row["recorded_at"]),
                row["review_on"],
            )
            for row in recorded.values()
            if row["recorded"]
        },
        accepted={row["rule"]: row["review_on"] for row in accepted if _holds_still(row, recorded, catalogue)},
    )


def _holds_still(accepted: Row, recorded: Mapping[Any, Row], catalogue: Catalogue) -> bool:
    """Whether none of the facts was recorded anew since it was said that they hold."""
    rule = next((rule for rule in catalogue.contradictions if rule.key == accepted["rule"]), None)
    about = [recorded[field] for field in rule.fields if field in recorded] if rule else []
    return all(row["version"] < accepted["version"] for row in about)


def gap_of(row: Row) -> Gap:
    """The gap that a row keeps, without the names of its contradictions."""
    return Gap(row["field"], STATES[row["state"]], row["due_on"], row["stale_on"], row["review_on"], (), row["since"])


def on_list(as_of: date) -> ColumnElement[bool]:
    """Whether a gap is on the list on that day: `domain.gaps.on_list`, in SQL."""
    return data_gaps.c.since <= as_of
