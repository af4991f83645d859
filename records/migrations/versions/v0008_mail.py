"""How long a mail has been tried, whether what came of it was recorded, and since when the mail server is away."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("tried_since", sa.DateTime(timezone=True)))
    op.add_column("outbox", sa.Column("recorded_at", sa.DateTime(timezone=True)))
    # What came of mail so far was recorded when it left.
    op.execute("UPDATE outbox SET recorded_at = put_at WHERE state <> 'waiting'")
    op.create_table(
        "mail_server",
        sa.Column("one", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("away_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
    )
    op.create_table(
        "follow_ups",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("done", sa.BigInteger, nullable=False),
    )
