"""Which passwords serve once: to log in and choose one's own. Those of before go on as they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("one_time_password", sa.Boolean, nullable=False, server_default=sa.false()))
