"""Backup and restore of SQLite's two files, by its own backup API, while others go on writing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from database.private import make_folder, private_file
from eventlog.backup.check import StoredRow
from eventlog.backup.copies import Backup, BackupError
from eventlog.keyring import WrappedKey
from eventlog.sqlite import SQLiteRecorder, datastore

PATIENCE = 30.0  # seconds to wait for those who write
AT_ONCE = 10_000  # pages
PAIRING = "backup_pairing"


def dump(log: Path, vault: Path, backup: Backup, leave_out: Iterable[str]) -> int:
    """Copy both files as they were at one moment; the position that the log had then.

    Tables to leave out are dropped from the copy, and what they held is not in it. What that moment found half done
    (an erasure or a redaction takes a commit in each file) is finished in the copies.
    """
    for path in (log, vault):
        if not path.exists():
            raise BackupError(f"There is no database at {path}.")
    try:
        with _one_moment(log, vault) as (log_then, vault_then):
            _copy(vault_then, backup.vault)
            _copy(log_then, backup.log)
        return _finish(backup, leave_out)
    except sqlite3.Error as error:
        raise BackupError(f"The database can't be copied: {error}.") from None


@contextmanager
def _one_moment(log: Path, vault: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """A connection to each file, both looking at the same moment: nobody could write to either while they began."""
    with ExitStack() as stack:
        held, log_then, vault_then = (stack.enter_context(closing(_connected(path))) for path in (log, log, vault))
        held.execute("ATTACH DATABASE ? AS vault", (str(vault),))
        held.execute("BEGIN IMMEDIATE")
        for reader in (log_then, vault_then):
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        held.execute("ROLLBACK")
        yield log_then, vault_then


def _finish(backup: Backup, leave_out: Iterable[str]) -> int:
    store = datastore(backup.log, backup.vault)
    try:
        recorder = SQLiteRecorder(store)
        recorder.create_table()
        recorder.finish_erasures()
        with store.transaction(commit=True) as c:
            # Of an intake whose first event was still to come; whoever it is may be erased before a restore.
            c.execute(
                "DELETE FROM vault.keys WHERE NOT EXISTS"
                " (SELECT 1 FROM main.events WHERE originator_id = vault.keys.stream_id)"
            )
    finally:
        store.close()
    for path in (backup.log, backup.vault):
        with closing(_connected(path)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")
            copy.execute("PRAGMA secure_delete=ON")
            if path == backup.log:
                for table in leave_out:
                    copy.execute(f'DROP TABLE IF EXISTS "{table}"')
            else:
                # Keys that waited for an event which never came: they seal nothing.
                copy.execute("DELETE FROM next_keys")
            copy.execute(f"DROP TABLE IF EXISTS {PAIRING}")
            copy.execute(f"CREATE TABLE {PAIRING} (pairing_id TEXT NOT NULL)")
            copy.execute(f"INSERT INTO {PAIRING} VALUES (?)", (backup.pairing_id,))  # noqa: S608 - the name is ours
            copy.execute("VACUUM")
    with closing(_connected(backup.log)) as copy:
        (position,) = copy.execute("SELECT coalesce(max(rowid), 0) FROM events").fetchone()
    return int(position)


class SQLiteContents:
    """What is in the two files of a backup; they are read and never changed."""

    def __init__(self, log: Path, vault: Path) -> None:
        self._log, self._vault = log, vault

    def pairings(self) -> tuple[str, str]:
        log, vault = (self._pairing(path) for path in (self._log, self._vault))
        return log, vault

    def _pairing(self, path: Path) -> str:
        try:
            return next((str(row[0]) for row in self._rows(path, f"SELECT pairing_id FROM {PAIRING}")), "")  # noqa: S608 - the names are ours
        except BackupError:
            return ""  # no such table, or no database at all

    def events(self) -> Iterator[StoredRow]:
        rows = self._rows(
            self._log, "SELECT originator_id, originator_version, topic, state FROM events ORDER BY rowid"
        )
        return ((UUID(stream), version, topic, state) for stream, version, topic, state in rows)

    def keys(self) -> list[WrappedKey]:
        rows = self._rows(self._vault, "SELECT stream_id, key_id, wrapped, kek_id FROM keys")
        return [WrappedKey(UUID(stream), UUID(key), wrapped, kek) for stream, key, wrapped, kek in rows]

    def tombstones(self) -> set[UUID]:
        return {UUID(stream) for (stream,) in self._rows(self._vault, "SELECT stream_id FROM tombstones")}

    def _rows(self, path: Path, statement: str) -> Iterator[Any]:
        try:
            address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
            with closing(sqlite3.connect(address, uri=True)) as opened:
                yield from opened.execute(statement)
        except sqlite3.Error as error:
            raise BackupError(f"{path} can't be read ({error}). Take another backup.") from None


def beside(path: Path) -> Path:
    """Where a file is put together that is to take the place of this one."""
    return path.with_name(f"{path.name}.restoring")


def load(backup: Backup, log: Path, vault: Path) -> None:
    """Put copies beside the two files; nothing of theirs is changed."""
    for copy, target in ((backup.vault, vault), (backup.log, log)):
        make_folder(target.parent)
        sweep(target)
        private_file(beside(target))
        with closing(_connected(copy, readonly=True)) as source:
            if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupError(f"{copy} is damaged. Take another backup.")
            _copy(source, beside(target))


def put_in_place(target: Path) -> None:
    """Let a file hold what was put together beside it: in one transaction, so that whoever has it open goes on."""
    if not target.exists():
        private_file(target)
    with closing(_connected(beside(target))) as source, closing(_connected(target)) as live:
        live.execute("PRAGMA journal_mode=WAL")
        live.execute("PRAGMA synchronous=FULL")
        source.backup(live)
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def sweep(target: Path) -> None:
    """Remove what was put together beside a file."""
    for end in ("", "-wal", "-shm", "-journal"):
        path = beside(target)
        path.with_name(path.name + end).unlink(missing_ok=True)
    for path in target.parent.glob(f"{beside(target).name}.*"):
        path.unlink(missing_ok=True)


def _connected(path: Path, *, readonly: bool = False) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode={'ro&immutable=1' if readonly else 'rw'}"
    return sqlite3.connect(address, uri=True, isolation_level=None, timeout=PATIENCE)


def _copy(source: sqlite3.Connection, target: Path) -> None:
    with closing(_connected(target)) as written:
        source.backup(written, pages=AT_ONCE)
        written.execute("PRAGMA journal_mode=DELETE")
