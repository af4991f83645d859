"""What registering costs, by week, team, form and field."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "registration_costs",
        sa.Column("monday", sa.Date, primary_key=True),
        sa.Column("team_id", sa.Uuid, primary_key=True),
        sa.Column("form", sa.String(40), primary_key=True),
        sa.Column("field", sa.String(40), primary_key=True),
        sa.Column("saves", sa.Integer, nullable=False),
        sa.Column("requests", sa.Integer, nullable=False),
        sa.Column("seconds", sa.BigInteger, nullable=False),
    )
