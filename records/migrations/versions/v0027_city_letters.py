"""The monthly letter about the dashboard."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "city_letters",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("nl", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("written_by", sa.Uuid, nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid),
        sa.Column("sent_at", sa.DateTime(timezone=True)),
    )
