"""The table of agreed steps, one row each, and what is asked of it by several: where a client stands as of a day."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Column, ColumnElement, Date, Index, Integer, String, Table, Uuid, and_, case, func, select

from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

# Over are those of which nobody said what became of them before the file was closed.
STANDING, OVER = "standing", "over"
# A step that begins within so many days begins soon.
SOON = timedelta(days=28)

steps = Table(
    "steps",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("step_id", Uuid, primary_key=True),
    # the version of the event that last changed it
    Column("version", Integer, nullable=False),
    Column("whose", String(12), nullable=False),
    Column("starts_on", Date, nullable=False),
    # none where nobody knows
    Column("ends_on", Date),
    # standing, over, or what became of it
    Column("state", String(12), nullable=False),
    Column("ended_on", Date),
    Column("agreed_on", Date, nullable=False),
    # the versions of the events that have the words: they stay sealed in the log
    Column("words", Integer, nullable=False),
    Column("reason", Integer),
    Index("ix_steps_ends", "state", "ends_on"),
    sqlite_with_rowid=False,
)


# Where a client stands, what asks most first.
STANDINGS = ("step_unanswered", "in_step", "step_end_unknown", "step_starts_soon", "no_step")


def standing_of_steps(as_of: date) -> dict[str, ColumnElement[bool]]:
    """Where clients of the caseload stand with their steps as of a day: each client meets exactly one of these."""
    return {name: place_of_standing(as_of) == place for place, name in enumerate(STANDINGS)}


def place_of_standing(as_of: date) -> ColumnElement[int]:
    """The place among `STANDINGS` of where a client of the caseload stands as of a day: one look at their steps.

    Of several steps the one that asks most counts: one that ended and was not answered before one that runs, one that
    runs until a day before one of which nobody knows the end, and that before one that begins soon.
    """
    s = steps.c
    begun = s.starts_on <= as_of
    # An end that nobody knows never counts as passed.
    of_one = case(
        (s.ends_on < as_of, 0),
        (and_(begun, s.ends_on >= as_of), 1),
        (and_(begun, s.ends_on.is_(None)), 2),
        (and_(s.starts_on > as_of, s.starts_on <= as_of + SOON), 3),
    )
    theirs = select(func.min(of_one)).where(s.client_id == caseload.c.client_id, s.state == STANDING)
    return func.coalesce(theirs.correlate(caseload).scalar_subquery(), len(STANDINGS) - 1)
