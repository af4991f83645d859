"""What each account has seen of the help."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.create_table(
        "seen_in_help",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("what", sa.String(60), primary_key=True),
    )
