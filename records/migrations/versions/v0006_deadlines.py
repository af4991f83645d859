"""How soon signals are triaged and answered, by kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "signal_deadlines",
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("triage", sa.Integer, nullable=False),
        sa.Column("answer", sa.Integer, nullable=False),
    )
