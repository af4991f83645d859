"""The log on SQLite: positions that survive a dump and restore, WAL, and the vault in a file of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, IntegrityError, StoredEvent
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor

from database.door import Door
from eventlog.keyring import KeyGoneError, WrappedKey
from eventlog.reading_on_sqlite import SQLiteReading
from eventlog.recording import Append, Erasure, StreamErasedError, bucket_of
from eventlog.sqlite_connections import VaultedDatastore
from eventlog.vault_on_sqlite import SCHEMA, VAULT

SCRUB_PATIENCE = 500  # milliseconds


def datastore(path: Path, vault_path: Path, *, pool_size: int = 5, lock_timeout: int = 5) -> VaultedDatastore:
    """Connections to a database file and its vault file."""
    return VaultedDatastore(path, vault_path, pool_size=pool_size, lock_timeout=lock_timeout)


def _hex(stream_id: UUID | str) -> str:
    return stream_id.hex if isinstance(stream_id, UUID) else stream_id


class SQLiteRecorder(SQLiteReading, SQLiteApplicationRecorder):
    """The library's recorder with AUTOINCREMENT positions, stored buckets, command ids and the vault."""

    datastore: VaultedDatastore

    def __init__(self, datastore: VaultedDatastore, events_table_name: str = "events", *, door: Door | None = None):
        super().__init__(datastore, events_table_name)
        self.door = door or Door()
        self._insert_statement = (
            f"INSERT INTO {events_table_name}"  # noqa: S608 - the name is ours
            " (originator_id, originator_version, topic, state, bucket, command_id, command_ordinal)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)"
        )

    def construct_create_table_statements(self) -> list[str]:
        # An explicit rowid column keeps its numbers through VACUUM and dump; the library reads it by this name.
        return [
            f"""CREATE TABLE IF NOT EXISTS {self.events_table_name} (
                rowid INTEGER PRIMARY KEY AUTOINCREMENT,
                originator_id TEXT NOT NULL, originator_version INTEGER NOT NULL,
                topic TEXT NOT NULL, state BLOB NOT NULL,
                bucket INTEGER NOT NULL, command_id TEXT, command_ordinal INTEGER,
                UNIQUE (originator_id, originator_version))""",
            f"""CREATE UNIQUE INDEX IF NOT EXISTS {self.events_table_name}_command_idx
                ON {self.events_table_name} (command_id, command_ordinal) WHERE command_id IS NOT NULL""",
            *filter(None, map(str.strip, SCHEMA.split(";"))),
            *VAULT,
        ]

    def as_library(self) -> ApplicationRecorder:
        return self

    def close(self) -> None:
        self.datastore.close()

    # writing

    def append(self, stored_events: Sequence[StoredEvent], append: Append) -> Sequence[int]:
        """Store the events in order; their positions.

        A new key is stored before its first event, in a transaction of its own: WAL gives no atomicity across
        files, and a key without events harms nobody, while events without their key would be lost.

        Raises:
            eventsourcing.persistence.IntegrityError: a stream has moved on, or the command was stored before.
            StreamErasedError: a stream was erased.
            KeyRotatedError: another key-encryption key wraps than the one that new keys came wrapped by.
        """
        with self.door.held(append.seen):
            if append.new_keys:
                with self.datastore.transaction(commit=True) as c:
                    c.executemany(
                        "INSERT INTO vault.keys (stream_id, key_id, wrapped, kek_id) VALUES (?, ?, ?, ?)",
                        [(_hex(k.stream_id), k.key_id.hex, k.wrapped, k.kek_id) for k in append.new_keys],
                    )
                    self._refuse_other_keks(c, append.new_keys)
            return self.insert_events(stored_events, commands=append.commands) or []

    def _insert_events(
        self,
        c: SQLiteCursor,
        stored_events: Sequence[StoredEvent],
        commands: Sequence[tuple[UUID, int] | None] = (),
        waiting: WrappedKey | None = None,
        **_: Any,
    ) -> Sequence[int]:
        if waiting:
            c.execute("SELECT 1 FROM vault.next_keys WHERE key_id = ?", (waiting.key_id.hex,))
            if c.fetchone() is None:
                raise IntegrityError("The same command came a second time, and its key waits now.")
        self._refuse_erased(c, {_hex(s.originator_id) for s in stored_events})
        commands = commands or [None] * len(stored_events)
        positions = []
        for s, command in zip(stored_events, commands, strict=True):
            c.execute(
                self._insert_statement,
                (
                    _hex(s.originator_id),
                    s.originator_version,
                    s.topic,
                    s.state,
                    bucket_of(s.originator_id),
                    command and command[0].hex,
                    command and command[1],
                ),
            )
            positions.append(int(c.lastrowid))
        return positions

    def _refuse_erased(self, c: SQLiteCursor, stream_ids: set[str]) -> None:
        marks = ",".join("?" * len(stream_ids))
        c.execute(f"SELECT 1 FROM vault.tombstones WHERE stream_id IN ({marks}) LIMIT 1", tuple(stream_ids))  # noqa: S608 - the names are ours
        if c.fetchone():
            raise StreamErasedError("Nothing can be recorded for one who was erased.")

    def erase(self, stored_event: StoredEvent, command_id: UUID, erasure: Erasure, seen: str | None = None) -> int:
        """Destroy the key and leave a tombstone, then append the erasing event; the event's position.

        Two files can't share a commit, so the tombstone carries the event until it stands in the log:
        a crash before the first commit leaves nothing done, one after it is finished by the next start.

        Raises:
            eventsourcing.persistence.IntegrityError: another command was faster.
        """
        with self.door.held(seen):
            self._bury(stored_event, command_id, erasure)
            self.finish_erasures()
            if not (written := self.select_command(command_id)):
                raise IntegrityError("Another command has erased this stream.")
            return written[0].position

    def _bury(self, stored_event: StoredEvent, command_id: UUID, erasure: Erasure) -> None:
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "INSERT OR IGNORE INTO vault.tombstones"
                " (stream_id, erased_at, reason, actor, command_id, topic, state) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    _hex(erasure.stream_id),
                    erasure.erased_at.isoformat(),
                    erasure.reason,
                    erasure.actor and erasure.actor.hex,
                    command_id.hex,
                    stored_event.topic,
                    stored_event.state,
                ),
            )
            c.execute("DELETE FROM vault.keys WHERE stream_id = ?", (_hex(erasure.stream_id),))

    def reseal(self, stored_event: StoredEvent, command_id: UUID, key: WrappedKey, seen: str | None = None) -> int:
        """Append an event that was sealed under a new key, and put that key in the place of the one before.

        Two files can't share a commit, so the new key waits beside the old one until its event stands in the log; from
        then on it is the stream's key, in its place or not.
        """
        with self.door.held(seen):
            with self.datastore.transaction(commit=True) as c:
                self._let_wait(c, command_id, key)
            (position,) = self.insert_events([stored_event], commands=[(command_id, 0)], waiting=key) or [0]
            self._finish_resealing()
            return position

    def _let_wait(self, c: SQLiteCursor, command_id: UUID, key: WrappedKey) -> None:
        c.execute("SELECT 1 FROM vault.keys WHERE stream_id = ?", (_hex(key.stream_id),))
        if c.fetchone() is None:
            raise KeyGoneError(key.stream_id)
        c.execute(f"SELECT 1 FROM {self.events_table_name} WHERE command_id = ?", (command_id.hex,))  # noqa: S608 - the names are ours
        if c.fetchone():
            raise IntegrityError("The command was stored before.")
        # In the place of one that an attempt before left: that was outrun, or its process died.
        c.execute(
            "INSERT OR REPLACE INTO vault.next_keys (command_id, stream_id, key_id, wrapped, kek_id)"
            " VALUES (?, ?, ?, ?, ?)",
            (command_id.hex, _hex(key.stream_id), key.key_id.hex, key.wrapped, key.kek_id),
        )
        self._refuse_other_keks(c, [key])

    def _finish_resealing(self) -> int:
        """Put each waiting key in place whose event stands in the log; how many. One without an event seals nothing."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "SELECT n.command_id, n.stream_id, n.key_id, n.wrapped, n.kek_id FROM vault.next_keys n"  # noqa: S608 - the names are ours
                f" CROSS JOIN {self.events_table_name} e ON e.command_id = n.command_id ORDER BY e.rowid"
            )
            waiting = c.fetchall()
            for command_id, stream_id, key_id, wrapped, kek_id in waiting:
                c.execute(
                    "UPDATE vault.keys SET key_id = ?, wrapped = ?, kek_id = ? WHERE stream_id = ?",
                    (key_id, wrapped, kek_id, stream_id),
                )
                c.execute("DELETE FROM vault.next_keys WHERE command_id = ?", (command_id,))
        return len(waiting)

    def finish_erasures(self) -> int:
        """Finish what a crash interrupted: append the events of tombstones without one; how many there were."""
        with self.door.held():
            if self._finish_resealing():
                self.scrub()
            with self.datastore.transaction(commit=True) as c:
                c.execute("SELECT stream_id, command_id, topic, state FROM vault.tombstones WHERE finished = 0")
                unfinished = c.fetchall()
            for row in unfinished:
                self._finish_erasure(row)
            if unfinished:
                self.scrub()
            return len(unfinished)

    def _finish_erasure(self, row: sqlite3.Row) -> None:
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                f"INSERT OR IGNORE INTO {self.events_table_name}"  # noqa: S608 - the name is ours
                " (originator_id, originator_version, topic, state, bucket, command_id, command_ordinal)"
                f" SELECT ?, MAX(originator_version) + 1, ?, ?, ?, ?, 0 FROM {self.events_table_name}"
                " WHERE originator_id = ?"
                f" AND NOT EXISTS (SELECT 1 FROM {self.events_table_name} WHERE command_id = ?)"
                " HAVING COUNT(*) > 0",
                (
                    row["stream_id"],
                    row["topic"],
                    row["state"],
                    bucket_of(UUID(row["stream_id"])),
                    row["command_id"],
                    row["stream_id"],
                    row["command_id"],
                ),
            )
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "UPDATE vault.tombstones SET finished = 1, state = x'' WHERE stream_id = ?",
                (row["stream_id"],),
            )

    def scrub(self) -> bool:
        """Empty the write-ahead logs, which still hold pages from before a deletion; whether that was done.

        It waits for those who read from before, and all writers wait for it; so it doesn't wait for long.
        """
        busy = 0
        with self.datastore.get_connection(commit=True) as conn:
            cursor = conn.cursor()
            cursor.execute(f"PRAGMA busy_timeout = {SCRUB_PATIENCE}")
            try:
                for schema in ("vault", "main"):
                    cursor.execute(f"PRAGMA {schema}.wal_checkpoint(TRUNCATE)")
                    busy += cursor.fetchone()[0]
            finally:
                cursor.execute(f"PRAGMA busy_timeout = {self.datastore.lock_timeout * 1000}")
        return not busy

    def head(self) -> int:
        """The position of the last event, 0 for an empty log."""
        return self.max_notification_id() or 0
