"""How each account wants to hear of each kind of notice; who wanted no mails about signals still gets none."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.create_table(
        "notice_choices",
        sa.Column("account_id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("way", sa.String(10), nullable=False),
    )
    # The one choice of before was about both; news stood in Werkpad all the same.
    op.execute(
        "INSERT INTO notice_choices (account_id, kind, way) SELECT account_id, kinds.kind, 'app' FROM accounts"
        " CROSS JOIN (SELECT 'digest' AS kind UNION ALL SELECT 'clocks' AS kind) AS kinds WHERE news = 'off'"
    )
    op.drop_column("accounts", "news")
