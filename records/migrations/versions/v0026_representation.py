"""Reports on representation: what was told of groups, what the next is compared with, and who chose the groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "representation_reports",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("scope", sa.String(36), primary_key=True),
        sa.Column("characteristics", sa.Text, nullable=False),
        sa.Column("told", sa.Text, nullable=False),
    )
    op.create_table(
        "representation_kept",
        sa.Column("client_id", sa.Uuid, primary_key=True),
        sa.Column("kept", sa.Text, nullable=False),
    )
    op.create_table(
        "representation_choices",
        sa.Column("choice_id", sa.Uuid, primary_key=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.Uuid, nullable=False),
        sa.Column("characteristics", sa.Text, nullable=False),
        sa.Column("why", sa.String(500), nullable=False),
    )
