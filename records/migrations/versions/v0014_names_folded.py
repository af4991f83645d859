"""How names of accounts are compared."""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("accounts", sa.Column("folded", sa.String(250), nullable=False, server_default=""))
    connection = op.get_bind()
    accounts = sa.table(
        "accounts", sa.column("account_id", sa.Uuid), sa.column("username"), sa.column("folded"), sa.column("active")
    )
    taken: set[str] = set()
    for row in connection.execute(sa.select(accounts).order_by(accounts.c.active.desc(), accounts.c.username)).all():
        folded = _folded(row.username)
        if folded in taken:
            # Two that differ in their case alone: the second one goes on by its exact name. No name has a blank.
            folded = f"{folded} {row.account_id.hex}"
        taken.add(folded)
        connection.execute(sa.update(accounts).where(accounts.c.account_id == row.account_id).values(folded=folded))
    op.create_index("ix_accounts_folded", "accounts", ["folded"], unique=True)


def _folded(username: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username.strip()).casefold())
