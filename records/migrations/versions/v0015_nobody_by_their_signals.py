"""What was read and mailed of signals no longer names who reported one without a name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    # The key that the marks are made with is in no database, so what was read is unread once more.
    op.drop_table("signals_heard")
    op.create_table(
        "signals_heard",
        sa.Column("mark", sa.Uuid(), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute("DELETE FROM outbox WHERE kind IN ('news', 'digest')")
    op.execute("UPDATE accounts SET news = 'digest' WHERE news = 'at_once'")
