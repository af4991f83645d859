"""How often each task ran, and what came of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "task_runs",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("outcome", sa.String(10), primary_key=True),
        sa.Column("runs", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
    )
