"""One-time links to questionnaires, with the answers so far."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "questionnaire_links",
        sa.Column("questionnaire_id", sa.Uuid, primary_key=True),
        sa.Column("client_id", sa.Uuid, nullable=False),
        sa.Column("link_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("code_mark", sa.String(64), nullable=False, unique=True),
        sa.Column("until", moment, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("opened_at", moment),
        sa.Column("ended_at", moment),
        sa.Column("sealed", sa.Text),
    )
    op.create_index("ix_questionnaire_links_client_id", "questionnaire_links", ["client_id"])
    op.create_table(
        "questionnaire_sessions",
        sa.Column("token_hash", sa.String(64), primary_key=True),
        sa.Column("questionnaire_id", sa.Uuid, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
    )
    op.create_index("ix_questionnaire_sessions_questionnaire_id", "questionnaire_sessions", ["questionnaire_id"])
