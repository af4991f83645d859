"""Which lines of a weekly list clients took along who were handed over, closed or erased, and where they came over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("weekly_lists", sa.Column("handed_over", sa.Integer, nullable=False, server_default="0"))
    op.add_column("weekly_list_lines", sa.Column("came_over", sa.Boolean, nullable=False, server_default=sa.false()))
