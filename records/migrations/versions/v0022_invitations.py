"""One-time links to invitations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "invitation_links",
        sa.Column("invitation_id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("link_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("code_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("until", moment, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("opened_at", moment),
        sa.Column("ended_at", moment),
    )
    op.create_index("ix_invitation_links_client_id", "invitation_links", ["client_id"])
    op.create_table(
        "invitation_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
    )
    op.create_index("ix_invitation_sessions_invitation_id", "invitation_sessions", ["invitation_id"])
