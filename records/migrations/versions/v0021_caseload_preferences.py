"""How somebody likes the caseload: how close its rows stand, which columns it has, and the order of saved filters."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("preferences", sa.Column("density", sa.String(12)))
    op.add_column("preferences", sa.Column("columns", sa.Text))
    op.add_column("preferences", sa.Column("view_order", sa.Text))
