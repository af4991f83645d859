"""The table of invitations, one row each, and what filters ask of it: whose was not answered, or is over."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ColumnElement, Date, Index, Integer, String, Table, Text, Uuid, select

from domain.client.invitations import NO_ANSWER_AFTER
from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

OPEN, ANSWERED, OVER = "open", "answered", "over"

invitations = Table(
    "invitations",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("invitation_id", Uuid, primary_key=True),
    Column("invited_by", Uuid),
    Column("invited_on", Date, nullable=False),
    # the moments that are offered, in UTC
    Column("slots", Text, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("delivery", String(10), nullable=False),
    # the last day on which one can be chosen
    Column("until", Date, nullable=False),
    Column("state", String(10), nullable=False),
    # a code: why it is over
    Column("over_why", String(20)),
    Column("state_on", Date, nullable=False),
    Column("appointment_id", Uuid),
    # the version of the event that has place and purpose: they stay sealed in the log
    Column("words", Integer, nullable=False),
    Index("ix_invitations_id", "invitation_id"),
    Index("ix_invitations_state", "state", "invited_on"),
    sqlite_with_rowid=False,
)


def no_answer(as_of: date) -> ColumnElement[bool]:
    """That a client of the caseload was invited some days ago, can still choose, and has not."""
    i = invitations.c
    return _clients(i.invited_on <= as_of - NO_ANSWER_AFTER, i.until >= as_of)


def expired(as_of: date) -> ColumnElement[bool]:
    """That a client of the caseload was invited and did not choose in time."""
    return _clients(invitations.c.until < as_of)


def _clients(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    i = invitations.c
    return caseload.c.client_id.in_(select(i.client_id).where(i.state == OPEN, *conditions))
