"""The table of exemptions: the draft that waits or was returned, and until when a client is exempt."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Boolean, Column, ColumnElement, Date, Index, Integer, Table, Uuid, and_, exists, or_, select

from domain.client.exemptions import COMES_UP_WEEKS
from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

exemptions = Table(
    "client_exemptions",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    # the draft, where there is one: the versions of the event that last changed it, of the one that says what it is
    # based on and of its return; the words stay sealed in the log
    Column("exemption_id", Uuid),
    Column("version", Integer),
    Column("basis", Integer),
    Column("returned", Integer),
    Column("returned_on", Date),
    Column("drafted_by", Uuid),
    Column("drafted_on", Date),
    Column("draft_until", Date),
    # whether the track is exempt, and its last day, None where none is on record
    Column("exempt", Boolean, nullable=False),
    Column("exempt_until", Date),
    # when a draft was approved, as long as what it brought holds
    Column("approved_on", Date),
    Index("ix_client_exemptions_until", "exempt", "exempt_until"),
    sqlite_with_rowid=False,
)


def ends_by(day: date) -> ColumnElement[bool]:
    """Exemptions that end by a day or have ended, and those without a last day on record."""
    e = exemptions.c
    return and_(e.exempt, or_(e.exempt_until.is_(None), e.exempt_until <= day))


def exemption_ends(as_of: date) -> ColumnElement[bool]:
    """Clients of the caseload whose exemption ends within a few weeks, has ended, or has no last day on record."""
    e = exemptions.c
    one = select(e.client_id).where(
        e.client_id == caseload.c.client_id, ends_by(as_of + timedelta(weeks=COMES_UP_WEEKS))
    )
    return exists(one.correlate(caseload))
