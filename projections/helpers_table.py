"""The table of helpers around clients, and what several ask of it: whose consent is to be asked for again."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Column, ColumnElement, Date, Index, Integer, Table, Uuid, exists, select

from projections.caseload_table import caseload
from projections.engine.readmodel import metadata

helpers = Table(
    "client_helpers",
    metadata,
    Column("client_id", Uuid, primary_key=True),
    Column("helper_id", Uuid, primary_key=True),
    # the version of the event that last changed it, and of the one that says who it is: that stays sealed in the log
    Column("version", Integer, nullable=False),
    Column("words", Integer, nullable=False),
    Column("consent_on", Date, nullable=False),
    Column("asked_by", Uuid),
    Column("ask_again_on", Date, nullable=False),
    Index("ix_client_helpers_again", "ask_again_on"),
    sqlite_with_rowid=False,
)


def consent_is_due(as_of: date) -> ColumnElement[bool]:
    """Clients of the caseload of whom the consent for a helper is to be asked again by a day."""
    h = helpers.c
    one = select(h.helper_id).where(h.client_id == caseload.c.client_id, h.ask_again_on <= as_of)
    return exists(one.correlate(caseload))
