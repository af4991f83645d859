"""What the feedback workflow keeps, and under which definitions read models were folded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("email", sa.String(200)))
    op.add_column("accounts", sa.Column("news", sa.String(10), nullable=False, server_default="digest"))
    op.add_column("projection_positions", sa.Column("parameters", sa.Text, nullable=False, server_default="{}"))
    op.add_column("rebuilds", sa.Column("parameters", sa.Text, nullable=False, server_default="{}"))
    op.create_table(
        "signals_heard",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("signal_id", sa.Uuid, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
    )
    op.create_index("ix_signals_heard_signal", "signals_heard", ["signal_id"])
    op.create_table(
        "routing_rules",
        sa.Column("rule_id", sa.Uuid, primary_key=True),
        sa.Column("nth", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(20)),
        sa.Column("page", sa.String(80)),
        sa.Column("field", sa.String(40)),
        sa.Column("team_id", sa.Uuid),
        sa.Column("person", sa.Uuid),
    )
    op.create_table(
        "standard_replies",
        sa.Column("reply_id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(20)),
        sa.Column("step", sa.String(20)),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("en", sa.Text, nullable=False),
        sa.Column("nl", sa.Text, nullable=False),
    )
