"""The table of appointments, one row each, and what is asked of it by several: who has one when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ColumnElement, Date, Index, Integer, String, Table, Uuid, select

from database.rows import UtcDateTime
from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

# Over are those of which nobody said what became of them before the file was closed.
STANDING, CANCELLED, CONCLUDED, OVER = "standing", "cancelled", "concluded", "over"
# Whether the client knows of the latest change: a mail that is on its way, a letter to be posted, nobody to tell.
WAITING, TO_POST, TOLD, NOT_TOLD, NOBODY = "waiting", "to_post", "told", "not_told", "nobody"

appointments = Table(
    "appointments",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("appointment_id", Uuid, primary_key=True),
    # the version of the event that last changed it
    Column("version", Integer, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    # the calendar day in Amsterdam
    Column("starts_on", Date, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("state", String(10), nullable=False),
    Column("cancelled_by", String(10)),
    Column("contact_id", Uuid),
    # the version of the event that has place and purpose: they stay sealed in the log
    Column("words", Integer, nullable=False),
    # how often it was moved or cancelled, by whom last, and on which day
    Column("changes", Integer, nullable=False),
    Column("changed_by", Uuid),
    Column("changed_on", Date, nullable=False),
    Column("delivery", String(10)),
    Column("told", String(10), nullable=False),
    # codes: why the notice, and why the reminder, did not reach the client
    Column("told_why", String(80)),
    Column("remind_at", UtcDateTime),
    Column("reminder", String(10), nullable=False),
    Column("reminder_why", String(80)),
    Index("ix_appointments_starts", "starts_at"),
    Index("ix_appointments_told", "told", "state"),
    sqlite_with_rowid=False,
)


def has_one(first: date, last: date | None = None) -> ColumnElement[bool]:
    """That a client of the caseload has an appointment from a day on, up to another."""
    a = appointments.c
    found = select(a.client_id).where(a.state == STANDING, a.starts_on >= first)
    if last is not None:
        found = found.where(a.starts_on <= last)
    return caseload.c.client_id.in_(found)
