"""What each coach calls the marks; a name is the coach's own, and shown to nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Column, Connection, String, Table, Uuid, delete, select

from domain.client.own_notes import LONGEST_MARK_NAME, OwnMark
from domain.text import not_longer
from records.schema import metadata

mark_names = Table(
    "mark_names",
    metadata,
    Column("account_id", Uuid, primary_key=True),
    Column("mark", String(10), primary_key=True),
    Column("name", String(LONGEST_MARK_NAME), nullable=False),
)


def of(connection: Connection, account_id: UUID) -> dict[str, str]:
    """What an account calls the marks, but for those that it gave no name."""
    m = mark_names.c
    rows = connection.execute(select(m.mark, m.name).where(m.account_id == account_id))
    return {row.mark: row.name for row in rows}


def save(connection: Connection, account_id: UUID, names: Mapping[OwnMark, str]) -> None:
    """Call the marks so; one without a text has no name any more. Raises Refused for a name that is too long."""
    given = {mark: " ".join(name.split()) for mark, name in names.items()}
    for mark, name in given.items():
        not_longer(name, field=mark.value, longest=LONGEST_MARK_NAME)
    connection.execute(delete(mark_names).where(mark_names.c.account_id == account_id))
    for mark, name in given.items():
        if name:
            connection.execute(mark_names.insert().values(account_id=account_id, mark=mark.value, name=name))
