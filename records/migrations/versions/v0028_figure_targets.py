"""Targets of any figure, of the city or a team, each with its reason; what was said earlier stays."""

from __future__ import annotations

from datetime import UTC, datetime, time
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from database.rows import UtcDateTime

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    made = op.create_table(
        "figure_targets",
        sa.Column("target_id", sa.Uuid, primary_key=True),
        sa.Column("figure", sa.String(20), nullable=False),
        sa.Column("team_id", sa.Uuid),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=False),
        sa.Column("set_at", UtcDateTime, nullable=False),
    )
    columns = (sa.column("from_on", sa.Date), sa.column("clients", sa.Integer), sa.column("set_by", sa.Uuid))
    earlier = op.get_bind().execute(sa.select(*columns).select_from(sa.table("targets"))).all()
    rows = [
        {
            "target_id": uuid4(),
            "figure": "open",
            "team_id": None,
            "from_on": from_on,
            "number": clients,
            "reason": "",
            "set_by": set_by,
            # nobody kept when it was said
            "set_at": datetime.combine(from_on, time(), UTC),
        }
        for from_on, clients, set_by in earlier
    ]
    if rows:
        op.bulk_insert(made, rows)
    op.drop_table("targets")
