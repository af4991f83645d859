"""Connections to the log's two SQLite files: writers take turns, readers wait for nobody."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import (
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
    SQLiteTransaction,
)

from database.turns import TurnTimeoutError, turns_of
from eventlog.vault_on_sqlite import missing

# Connections of which the pool keeps only some: a reader who waited could wait for the one who waits for it.
READERS_AT_ONCE = 1_000


class VaultedPool(SQLiteConnectionPool):
    """Connections with the vault attached; deleted content is overwritten in both files."""

    vault_path: str

    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        if not Path(self.vault_path).exists() and _has_a_vault(cursor):
            # To attach it would make it anew, empty.
            connection.close()
            raise missing(self.vault_path)
        cursor.execute("ATTACH DATABASE ? AS vault", (self.vault_path,))
        if not self.is_sqlite_memory_mode:
            cursor.execute("PRAGMA vault.journal_mode=WAL")
        for schema in ("main", "vault"):
            cursor.execute(f"PRAGMA {schema}.secure_delete=ON")
        cursor.execute("PRAGMA main.synchronous=NORMAL")
        # A key that was lost with the power would take its client's data along.
        cursor.execute("PRAGMA vault.synchronous=FULL")
        return connection


def _has_a_vault(cursor: SQLiteCursor) -> bool:
    """Whether the log was bound to a vault and has had events since."""
    cursor.execute("SELECT count(*) FROM sqlite_master WHERE name IN ('vault_binding', 'events')")
    if cursor.fetchone()[0] < 2:
        return False
    cursor.execute("SELECT EXISTS (SELECT 1 FROM vault_binding) AND EXISTS (SELECT 1 FROM events)")
    return bool(cursor.fetchone()[0])


class _WriteTransaction(SQLiteTransaction):
    """Takes the write locks of both files at its start: one that read first could not write any more once outrun."""

    def __enter__(self) -> SQLiteCursor:
        cursor = self.connection.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise OperationalError(error) from error
        return cursor


class VaultedDatastore(SQLiteDatastore):
    """The library's datastore, whose writers wait for their turn before they take a connection, and readers never wait.

    The library's own pool lets readers queue behind writers: one who reads the log in a transaction of the read
    models then waits for those who wait for that transaction.
    """

    def __init__(self, path: Path, vault_path: Path, *, pool_size: int = 5, lock_timeout: int = 5) -> None:
        super().__init__(str(path), lock_timeout=lock_timeout, pool_size=pool_size)
        self.pool.close()
        self.pool = VaultedPool(
            db_name=str(path), lock_timeout=lock_timeout, pool_size=pool_size, max_overflow=READERS_AT_ONCE
        )
        self.pool.vault_path = str(vault_path)
        self._turns = turns_of(path)
        self.lock_timeout = lock_timeout

    @contextmanager
    def get_connection(self, *, commit: bool) -> Iterator[SQLiteConnection]:
        with ExitStack() as stack:
            if commit:
                try:
                    stack.enter_context(self._turns.turn(self.lock_timeout))
                except TurnTimeoutError as error:
                    raise OperationalError(error) from error
            connection = self.pool.get_connection()
            try:
                yield connection
            finally:
                self.pool.put_connection(connection)

    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        if not commit:
            with super().transaction(commit=False) as cursor:
                yield cursor
            return
        with (
            self.get_connection(commit=True) as connection,
            _WriteTransaction(connection, commit=True) as cursor,
            cursor,
        ):
            yield cursor
