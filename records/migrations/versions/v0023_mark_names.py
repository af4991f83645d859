"""What each coach calls the marks on clients."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "mark_names",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("mark", sa.String(10), primary_key=True),
        sa.Column("name", sa.String(30), nullable=False),
    )
