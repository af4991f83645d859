"""What a rebuild changed: the figures of a read model before and after."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, inspect

from projections.engine.readmodel import Projection


def changes_of(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, list[int | None]]:
    """Those figures that are others after, each with what it was and what it is."""
    return {key: [before.get(key), value] for key, value in after.items() if before.get(key) != value}


def figures_now(connection: Connection, projection: Projection, at: datetime) -> Mapping[str, int]:
    """The figures of a read model as it is served; none where its tables are of an earlier version."""
    # A table of an earlier version may lack columns that today's figures read.
    inspector = inspect(connection)
    for table in projection.tables:
        if not inspector.has_table(table.name):
            return {}
        if {c.name for c in table.columns} - {c["name"] for c in inspector.get_columns(table.name)}:
            return {}
    return projection.figures(connection, at)
