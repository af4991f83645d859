"""The table of agreed steps, one row each, and what is asked of it by several: where a client stands as of a day."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Column, ColumnElement, Date, Index, Integer, String, Table, Uuid, and_, exists, not_, select

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


def standing_of_steps(as_of: date) -> dict[str, ColumnElement[bool]]:
    """Where clients of the caseload stand with their steps as of a day: each client meets exactly one of these.

    Of several steps the one that asks most counts: one that ended and was not answered before one that runs, one that
    runs until a day before one of which nobody knows the end, and that before one that begins soon.
    """
    s = steps.c
    begun = s.starts_on <= as_of
    # An end that nobody knows never counts as passed.
    in_order = {
        "step_unanswered": _has_one(s.ends_on < as_of),
        "in_step": _has_one(begun, s.ends_on >= as_of),
        "step_end_unknown": _has_one(begun, s.ends_on.is_(None)),
        "step_starts_soon": _has_one(s.starts_on > as_of, s.starts_on <= as_of + SOON),
    }
    found: dict[str, ColumnElement[bool]] = {}
    none_before: list[ColumnElement[bool]] = []
    for name, holds in in_order.items():
        found[name] = and_(holds, *none_before)
        none_before.append(not_(holds))
    return found | {"no_step": and_(*none_before)}


def _has_one(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    s = steps.c
    one = select(s.step_id).where(s.client_id == caseload.c.client_id, s.state == STANDING, *conditions)
    return exists(one.correlate(caseload))
