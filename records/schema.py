"""The tables of lasting facts share this metadata; `create` makes those that are missing."""

from __future__ import annotations

from sqlalchemy import MetaData

from projections.database import Database

metadata = MetaData()


def create(database: Database) -> None:
    """Make missing tables; safe to call at every start."""
    database.create(metadata)
