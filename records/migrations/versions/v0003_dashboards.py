"""What the dashboards keep: saved filters, drafts, leave, targets, the outbox, and the figures of each week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "saved_views",
        sa.Column("view_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("team_id", sa.Uuid),
        sa.Column("page", sa.String(40), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("saved_at", moment, nullable=False),
    )
    op.create_index("ix_saved_views_account", "saved_views", ["account_id"])
    op.create_index("ix_saved_views_team", "saved_views", ["team_id"])
    op.create_table(
        "preferences",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("folded", sa.String(200), nullable=False),
    )
    op.create_table(
        "drafts",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Uuid, primary_key=True),
        sa.Column("form", sa.String(40), primary_key=True),
        sa.Column("sealed", sa.Text, nullable=False),
        sa.Column("saved_at", moment, nullable=False),
    )
    op.create_table(
        "leaves",
        sa.Column("leave_id", sa.Uuid, primary_key=True),
        sa.Column("coach_id", sa.Uuid, nullable=False),
        sa.Column("stand_in_id", sa.Uuid, nullable=False),
        sa.Column("team_id", sa.Uuid, nullable=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("until_on", sa.Date, nullable=False),
    )
    op.create_index("ix_leaves_stand_in", "leaves", ["stand_in_id"])
    op.create_index("ix_leaves_team", "leaves", ["team_id"])
    op.create_table(
        "targets",
        sa.Column("from_on", sa.Date, primary_key=True),
        sa.Column("clients", sa.Integer, nullable=False),
        sa.Column("set_by", sa.Uuid, nullable=False),
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("client_id", sa.Uuid),
        sa.Column("subject_id", sa.Uuid, nullable=False),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("actor", sa.Uuid),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("try_at", moment, nullable=False),
        sa.Column("put_at", moment, nullable=False),
        sa.Column("error", sa.String(80)),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["state", "try_at"])
    op.create_table(
        "weekly_figures",
        sa.Column("monday", sa.Date, primary_key=True),
        sa.Column("team_id", sa.Uuid, primary_key=True),
        sa.Column("measure", sa.String(16), primary_key=True),
        sa.Column("detail", sa.String(40), primary_key=True),
        sa.Column("number", sa.Integer, nullable=False),
    )
    op.create_index("ix_weekly_figures_team", "weekly_figures", ["team_id", "measure", "monday"])
    op.create_table(
        "weekly_figures_built",
        sa.Column("one", sa.Integer, primary_key=True),
        sa.Column("monday", sa.Date, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("erased", sa.Integer, nullable=False),
        sa.Column("built_at", moment, nullable=False),
    )
