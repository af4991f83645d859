"""Which files of a team were drawn for a week, to be looked at together."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "drawn_files",
        sa.Column("team_id", sa.Uuid, primary_key=True),
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("nth", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.Uuid, nullable=False),
    )
