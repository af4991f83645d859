"""The table of own notes and marks, one row for each coach and client, and what the own caseload is filtered by."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ColumnElement, Date, Index, Integer, String, Table, Uuid, exists, select

from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

own_notes = Table(
    "own_notes",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    # whose they are: nobody else sees them here
    Column("coach_id", Uuid, primary_key=True),
    # the version of the event that has the note: it stays sealed in the log
    Column("words", Integer),
    Column("look_on", Date),
    Column("mark", String(10)),
    # what becomes of them when somebody else gets the client
    Column("handling", String(10)),
    Index("ix_own_notes_coach", "coach_id"),
    sqlite_with_rowid=False,
)


def has_mark(mark: str) -> ColumnElement[bool]:
    """That the coach of a client of the caseload marked them so."""
    return _own(own_notes.c.mark == mark)


def note_is_due(as_of: date) -> ColumnElement[bool]:
    """That the day has come for which the coach of a client of the caseload noted something."""
    return _own(own_notes.c.look_on <= as_of)


def _own(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    o, c = own_notes.c, caseload.c
    one = select(o.client_id).where(o.client_id == c.client_id, o.coach_id == c.coach_id, condition)
    return exists(one.correlate(caseload))
