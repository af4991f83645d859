"""Who has heard how much of which signal: up to which of its events somebody has seen it, under keyed marks.

The reporter of a signal that was logged without a name is the one most likely to look at it. So a row names neither
account nor signal: its mark follows from both by a key that is in no database (`WERKPAD_SECRET_KEY`), for signals with
a name and without one alike. Under another key, all news of the last months are unheard again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import Column, Connection, Integer, Table, Uuid, select

from database.rows import upsert_rows
from records.schema import metadata

AT_ONCE = 500

signals_heard = Table(
    "signals_heard",
    metadata,
    Column("mark", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    # In the order of the marks, not in that in which people looked.
    sqlite_with_rowid=False,
)


class ReadReceipts:
    """What was heard by whom; only the holder of the key finds it again."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"read receipts\0" + secret.encode()).digest()

    def note(self, connection: Connection, account_id: UUID, versions: Mapping[UUID, int]) -> None:
        """Somebody has seen these signals up to these events."""
        rows = [{"mark": self._mark(account_id, signal_id), "version": v} for signal_id, v in versions.items()]
        upsert_rows(connection, signals_heard, rows)

    def heard(self, connection: Connection, account_id: UUID, signal_ids: Collection[UUID]) -> dict[UUID, int]:
        """Up to which event somebody has seen each of these signals; those never seen are left out."""
        by_mark = {self._mark(account_id, signal_id): signal_id for signal_id in signal_ids}
        marks, columns = list(by_mark), signals_heard.c
        found: dict[UUID, int] = {}
        for at in range(0, len(marks), AT_ONCE):
            statement = select(columns.mark, columns.version).where(columns.mark.in_(marks[at : at + AT_ONCE]))
            found |= {by_mark[mark]: version for mark, version in connection.execute(statement).tuples()}
        return found

    def _mark(self, account_id: UUID, signal_id: UUID) -> UUID:
        both = account_id.bytes + signal_id.bytes
        return UUID(bytes=hashlib.blake2b(both, key=self._key, digest_size=16).digest())
