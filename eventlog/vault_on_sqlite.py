"""The vault's file on SQLite as a whole: which key-encryption key wraps it, whether it is the log's, its rotation."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

from eventsourcing.persistence import OperationalError
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore

from database.door import Door
from eventlog.keyring import VaultError, WrappedKey, Wrapping
from eventlog.recording import Batch, Evidence, Halves, KeyRotatedError, Rewrap

LOOKED_AT = 50
SAMPLE = 10

SCHEMA = """
CREATE TABLE IF NOT EXISTS vault.keys (
    stream_id TEXT PRIMARY KEY, key_id TEXT NOT NULL UNIQUE, wrapped BLOB NOT NULL, kek_id TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vault.tombstones (
    stream_id TEXT PRIMARY KEY, erased_at TEXT NOT NULL, reason TEXT NOT NULL, actor TEXT,
    command_id TEXT NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL, finished INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS vault.next_keys (
    command_id TEXT PRIMARY KEY, stream_id TEXT NOT NULL, key_id TEXT NOT NULL, wrapped BLOB NOT NULL,
    kek_id TEXT NOT NULL
) WITHOUT ROWID;
"""
VAULT = (
    """CREATE TABLE IF NOT EXISTS vault.wrapping (
        one INTEGER PRIMARY KEY CHECK (one = 1), vault_id TEXT NOT NULL, kek_id TEXT NOT NULL, proof BLOB NOT NULL,
        previous_kek_id TEXT)""",
    "CREATE TABLE IF NOT EXISTS vault_binding (one INTEGER PRIMARY KEY CHECK (one = 1), vault_id TEXT NOT NULL)",
)
_WRAPPING = "SELECT vault_id, kek_id, proof, previous_kek_id FROM vault.wrapping"
# The streams whose first event made a key; one that was erased has a tombstone.
_KEYED = " e.originator_version = 1 AND e.topic IN (SELECT value FROM json_each(?))"
_NOT_ERASED = " AND NOT EXISTS (SELECT 1 FROM vault.tombstones t WHERE t.stream_id = e.originator_id)"


def missing(place: str) -> VaultError:
    """The vault is gone, and with it everybody's keys."""
    return VaultError(
        f"The vault is missing: the log has personal values, and their keys are not in {place}. Put the vault back"
        " where it was (with SQLite WERKPAD_VAULT_PATH says where it is looked for), or restore a backup. Nothing was"
        " changed."
    )


class SQLiteVault:
    """What the recorder on SQLite knows of its vault."""

    datastore: SQLiteDatastore
    events_table_name: str
    door: Door

    def _rows(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        raise NotImplementedError

    @property
    def _paths(self) -> tuple[Path, Path]:
        pool: Any = self.datastore.pool
        return Path(pool.db_name), Path(pool.vault_path)

    def vault_place(self) -> str:
        """Where the vault is looked for."""
        return str(self._paths[1])

    # do log and vault belong together

    def halves(self) -> Halves:
        """What there is, without making any of it."""
        with self._as_found() as (connection, tables):

            def first(table: str, statement: str) -> Any:
                return connection.execute(statement).fetchone() if table in tables else None

            bound_to = first("main.vault_binding", "SELECT vault_id FROM main.vault_binding")
            wrapping = first("vault.wrapping", _WRAPPING)
            events = first(f"main.{self.events_table_name}", f"SELECT 1 FROM main.{self.events_table_name} LIMIT 1")  # noqa: S608 - the names are ours
            keys = first("vault.keys", "SELECT 1 FROM vault.keys LIMIT 1")
        return Halves(
            UUID(bound_to[0]) if bound_to else None, bool(events), _wrapping(wrapping) if wrapping else None, bool(keys)
        )

    def wrapping(self) -> Wrapping | None:
        """Which key-encryption key wraps the vault."""
        rows = self._rows(_WRAPPING)
        return _wrapping(rows[0]) if rows else None

    def evidence(self, topics: Sequence[str]) -> Evidence:
        """Whether the log's first streams have their keys in the vault, and samples of what is in it."""
        with self._as_found() as (connection, tables):
            keyed = _KEYED + _NOT_ERASED if "vault.tombstones" in tables else _KEYED
            streams = []
            if f"main.{self.events_table_name}" in tables:
                statement = (
                    f"SELECT e.originator_id FROM {self.events_table_name} e WHERE{keyed} ORDER BY e.rowid LIMIT ?"  # noqa: S608 - the names are ours
                )
                streams = [row[0] for row in connection.execute(statement, [_json(topics), LOOKED_AT])]
            if "vault.keys" not in tables:
                return Evidence(len(streams), 0, [])
            (with_key,) = connection.execute(
                "SELECT count(*) FROM vault.keys WHERE stream_id IN (SELECT value FROM json_each(?))", [_json(streams)]
            ).fetchone()
            samples: dict[str, tuple[int, list[WrappedKey]]] = {}
            for *key, counted in connection.execute(
                "SELECT stream_id, key_id, wrapped, kek_id, counted FROM (SELECT *,"
                " row_number() OVER (PARTITION BY kek_id) AS nth, count(*) OVER (PARTITION BY kek_id) AS counted"
                " FROM vault.keys) WHERE nth <= ?",
                [SAMPLE],
            ):
                samples.setdefault(key[3], (counted, []))[1].append(_key(key))
            return Evidence(len(streams), with_key, list(samples.values()))

    @contextmanager
    def _as_found(self) -> Iterator[tuple[sqlite3.Connection, set[str]]]:
        """A connection of its own that makes no file, and the tables that there are, of `main` and `vault`."""
        log, vault = self._paths
        try:
            with closing(sqlite3.connect(_if_there(log), uri=True, timeout=self._patience)) as connection:
                connection.execute("ATTACH DATABASE ? AS vault", (_if_there(vault),))
                tables = {
                    f"{schema}.{name}"
                    for schema in ("main", "vault")
                    for (name,) in connection.execute(f"SELECT name FROM {schema}.sqlite_master WHERE type = 'table'")  # noqa: S608 - the names are ours
                }
                yield connection, tables
        except sqlite3.Error as error:
            raise OperationalError(str(error)) from error

    @property
    def _patience(self) -> float:
        pool: Any = self.datastore.pool
        return float(pool.lock_timeout or 5)

    def bind(self, wrapping: Wrapping) -> None:
        """Write into log and vault that they belong together, and which key-encryption key wraps; once.

        The log first: one that is bound to a vault which doesn't say so yet is bound again by the next start.
        """
        with self.datastore.transaction(commit=True) as c:
            c.execute("INSERT OR IGNORE INTO main.vault_binding VALUES (1, ?)", (wrapping.vault_id.hex,))
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "INSERT OR IGNORE INTO vault.wrapping VALUES (1, ?, ?, ?, ?)",
                (wrapping.vault_id.hex, wrapping.kek_id, wrapping.proof, wrapping.previous_kek_id),
            )

    def keep_key(self, key: WrappedKey) -> None:
        """Keep a key that comes with no event. Raises KeyRotatedError where another key-encryption key wraps."""
        with self.datastore.transaction(commit=True) as c:
            c.execute(
                "INSERT INTO vault.keys (stream_id, key_id, wrapped, kek_id) VALUES (?, ?, ?, ?)",
                (key.stream_id.hex, key.key_id.hex, key.wrapped, key.kek_id),
            )
            self._refuse_other_keks(c, [key])

    def _refuse_other_keks(self, c: SQLiteCursor, keys: Iterable[WrappedKey]) -> None:
        # After the insert: the transaction has the vault's write lock, so no rotation comes between.
        c.execute("SELECT kek_id FROM vault.wrapping")
        row = c.fetchone()
        if row is None or {key.kek_id for key in keys} != {row[0]}:
            raise KeyRotatedError

    # missing keys

    def erased(self, stream_ids: Iterable[UUID]) -> set[UUID]:
        """Those of these streams that were erased."""
        statement = "SELECT stream_id FROM vault.tombstones WHERE stream_id IN (SELECT value FROM json_each(?))"
        return {UUID(row[0]) for row in self._rows(statement, [_json([s.hex for s in stream_ids])])}

    def without_key(self, topics: Sequence[str]) -> list[UUID]:
        """The streams that must have a key, since their first event has one of these topics, and have none."""
        statement = (
            f"SELECT e.originator_id FROM {self.events_table_name} e WHERE{_KEYED}{_NOT_ERASED}"  # noqa: S608 - the names are ours
            " AND NOT EXISTS (SELECT 1 FROM vault.keys k WHERE k.stream_id = e.originator_id) ORDER BY 1"
        )
        return [UUID(row[0]) for row in self._rows(statement, [_json(topics)])]

    def keys_after(self, after: UUID | None, limit: int) -> list[WrappedKey]:
        """The next keys of the vault after that of a stream."""
        statement = f"{self._keys_in_force('k.stream_id > ?')} ORDER BY k.stream_id LIMIT ?"
        return [_key(row) for row in self._rows(statement, [after.hex if after else "", limit])]

    def _keys_in_force(self, where: str = "TRUE") -> str:
        """The keys of streams `k`, each the one that its last events were sealed under: where such an event stands in
        the log already, the one that waits to take its place."""
        # CROSS JOIN begins with those that wait, mostly none: https://sqlite.org/optoverview.html#manctrl
        # With max() the other columns come from the same row: https://sqlite.org/lang_select.html#bareagg
        waiting = (
            "SELECT n.stream_id, n.key_id, n.wrapped, n.kek_id, max(e.rowid) FROM vault.next_keys n"  # noqa: S608 - the names are ours
            f" CROSS JOIN {self.events_table_name} e ON e.command_id = n.command_id GROUP BY n.stream_id"
        )
        return (
            "SELECT k.stream_id, coalesce(w.key_id, k.key_id), coalesce(w.wrapped, k.wrapped),"  # noqa: S608 - the names are ours
            f" coalesce(w.kek_id, k.kek_id) FROM vault.keys k LEFT JOIN ({waiting}) w ON w.stream_id = k.stream_id"
            f" WHERE {where}"
        )

    # rotation

    def hand_over(self, old_kek_id: str, wrapping: Wrapping) -> None:
        """Let another key-encryption key wrap from now on, if it is still the old one that does."""
        with self.door.held(), self.datastore.transaction(commit=True) as c:
            c.execute(
                "UPDATE vault.wrapping SET kek_id = ?, proof = ?, previous_kek_id = ?"
                " WHERE kek_id = ? AND vault_id = ?",
                (wrapping.kek_id, wrapping.proof, old_kek_id, old_kek_id, wrapping.vault_id.hex),
            )

    def rewrap(self, kek_id: str, after: UUID | None, limit: int, anew: Rewrap) -> Batch | None:
        """Wrap the next keys after a stream by the key-encryption key that wraps now; None when there are none.

        Keys are changed where they are, and never added: one that was erased meanwhile stays so.
        """
        with self.door.held(), self.datastore.transaction(commit=True) as c:
            # Writing first takes the vault's lock, so that what is read after it is what will be changed.
            c.execute("UPDATE vault.wrapping SET kek_id = kek_id")
            c.execute("SELECT 1 FROM vault.wrapping WHERE kek_id = ?", (kek_id,))
            if c.fetchone() is None:
                return None
            moved = shut = 0
            if after is None:
                # Those that wait for their event come first: they may be put in place of others meanwhile.
                c.execute("SELECT stream_id, key_id, wrapped, kek_id FROM vault.next_keys")
                moved, shut = _change(c, "next_keys", [row for row in c.fetchall() if row[3] != kek_id], anew)
            c.execute(
                "SELECT stream_id, key_id, wrapped, kek_id FROM vault.keys"
                " WHERE kek_id <> ? AND stream_id > ? ORDER BY stream_id LIMIT ?",
                (kek_id, after.hex if after else "", limit),
            )
            rows = c.fetchall()
            found = _change(c, "keys", rows, anew)
        if not rows and not moved:
            return None
        upto = UUID(rows[-1][0]) if rows else UUID(int=0)
        return Batch(upto, moved + found[0], shut + found[1])

    def end_rotation(self, kek_id: str) -> None:
        """No key hangs on the previous key-encryption key any more."""
        with self.door.held(), self.datastore.transaction(commit=True) as c:
            c.execute("UPDATE vault.wrapping SET previous_kek_id = NULL WHERE kek_id = ?", (kek_id,))

    def keys_by_kek(self) -> Mapping[str, int]:
        """How many keys each key-encryption key wraps."""
        statement = (
            "SELECT kek_id, count(*) FROM (SELECT kek_id FROM vault.keys UNION ALL SELECT kek_id FROM vault.next_keys)"
            " GROUP BY kek_id"
        )
        return dict(self._rows(statement))


def _change(c: SQLiteCursor, table: str, rows: Sequence[Any], anew: Rewrap) -> tuple[int, int]:
    """How many were wrapped anew, and how many couldn't be opened."""
    moved = 0
    for row in rows:
        old = _key(tuple(row))
        if new := anew(old):
            c.execute(
                f"UPDATE vault.{table} SET wrapped = ?, kek_id = ? WHERE stream_id = ? AND key_id = ? AND kek_id = ?",  # noqa: S608 - the names are ours
                (new.wrapped, new.kek_id, old.stream_id.hex, old.key_id.hex, old.kek_id),
            )
            moved += 1
    return moved, len(rows) - moved


def _if_there(path: Path) -> str:
    """A database's address that makes no file: where there is none, an empty one in memory."""
    return f"{path.absolute().as_uri()}?mode=rw" if path.exists() else "file::memory:?mode=memory"


def _json(values: Iterable[Any]) -> str:
    return json.dumps(list(values))


def _key(row: Sequence[Any]) -> WrappedKey:
    stream_id, key_id, wrapped, kek_id = row
    return WrappedKey(UUID(stream_id), UUID(key_id), wrapped, kek_id)


def _wrapping(row: Sequence[Any]) -> Wrapping:
    vault_id, kek_id, proof, previous_kek_id = row
    return Wrapping(UUID(vault_id), kek_id, proof, previous_kek_id)
