"""Rebuilds and their shards, and which event a read model stands at or stopped at."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("projection_positions", sa.Column("folded", sa.String(60)))
    op.add_column("projection_positions", sa.Column("stopped_at", sa.BigInteger))
    op.add_column("projection_positions", sa.Column("stopped_because", sa.Text))
    op.create_table(
        "rebuilds",
        sa.Column("rebuild_id", sa.Uuid, primary_key=True),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("events", sa.BigInteger, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("started_at", moment, nullable=False),
        sa.Column("finished_at", moment),
        sa.Column("changes", sa.Text),
        sa.Column("given_up_because", sa.Text),
    )
    op.create_table(
        "rebuild_shards",
        sa.Column("rebuild_id", sa.Uuid, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True),
        sa.Column("done", sa.Boolean, nullable=False),
    )
    op.create_table(
        "rebuild_progress",
        sa.Column("rebuild_id", sa.Uuid, primary_key=True),
        sa.Column("shard", sa.Integer, primary_key=True),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("updated_at", moment, nullable=False),
    )
    # What the caseload kept of contacts is found in the log since; nobody would erase in this table any more.
    op.execute("DROP TABLE IF EXISTS caseload_contacts")
