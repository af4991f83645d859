"""Who tried to log in without success, and the log of accounts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "log_in_tries",
        sa.Column("mark", sa.String(64), primary_key=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("last_at", moment, nullable=False),
        sa.Column("held_until", moment, nullable=False),
        sa.Column("told", sa.Boolean, nullable=False),
    )
    op.create_index("ix_log_in_tries_last_at", "log_in_tries", ["last_at"])
    op.create_table(
        "account_log",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("entry", sa.String(30), nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("actor", sa.Uuid),
        sa.Column("address", sa.String(45)),
    )
    op.create_index("ix_account_log_at", "account_log", ["at"])
