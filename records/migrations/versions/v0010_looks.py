"""Which page view a look was part of, and how the client was seen."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("read_log", sa.Column("look_id", sa.Uuid))
    op.add_column("read_log", sa.Column("seen", sa.String(10), nullable=False, server_default="opened"))
