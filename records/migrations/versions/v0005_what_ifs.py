"""What figures would become, before a definition is revised."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "what_ifs",
        sa.Column("what_if_id", sa.Uuid, primary_key=True),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid, nullable=False),
        sa.Column("as_of", sa.Date, nullable=False),
        sa.Column("now", sa.Text, nullable=False),
        sa.Column("proposed", sa.Text, nullable=False),
        sa.Column("form", sa.Text, nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True)),
        sa.Column("position", sa.BigInteger),
        sa.Column("figures", sa.Text),
    )
    op.create_index("ix_what_ifs_subject", "what_ifs", ["subject", "asked_at"])
