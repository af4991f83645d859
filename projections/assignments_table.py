"""The table of assignments: since when each client is with the coach they are with, and who is new to a coach."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Date, Table, Uuid, exists, or_, select

from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

assignments = Table(
    "assignments",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("coach_id", Uuid, nullable=False),
    Column("since", Date, nullable=False),
    sqlite_with_rowid=False,
)


def nobody_works_with(working: Collection[UUID]) -> ColumnElement[bool]:
    """That a client of the caseload has no coach, or none of those who work."""
    c = caseload.c
    return c.coach_id.is_(None) | c.coach_id.not_in(sorted(working))


def is_new() -> ColumnElement[bool]:
    """That a client of the caseload was not spoken with since they are with this coach; a conversation of the very day
    counts, whoever had it."""
    a, c = assignments.c, caseload.c
    spoken = select(a.client_id).where(a.client_id == c.client_id, a.since > c.last_seen_on)
    return c.coach_id.is_not(None) & or_(c.last_seen_on.is_(None), exists(spoken.correlate(caseload)))
