"""Backup and restore of SQLite's two files, by its own backup API, while others go on writing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from eventlog import private
from eventlog.backup.copies import Backup, BackupError


def dump(log: Path, vault: Path, backup: Backup, leave_out: Iterable[str]) -> None:
    """Copy both files; tables to leave out are dropped from the copy, and what they held is not in it."""
    # The vault first: a key without events harms nobody, events without their key would be lost.
    _copy(vault, backup.vault)
    _copy(log, backup.log)
    with closing(sqlite3.connect(backup.log, isolation_level=None)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        for table in leave_out:
            copy.execute(f'DROP TABLE IF EXISTS "{table}"')
        copy.execute("VACUUM")


def load(backup: Backup, log: Path, vault: Path) -> None:
    """Put the copies in place of the two files. Nobody may have them open."""
    for copy in (backup.log, backup.vault):
        with closing(sqlite3.connect(copy)) as opened:
            if opened.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise BackupError(f"{copy} is damaged. Take another backup.")
    for copy, target in ((backup.vault, vault), (backup.log, log)):
        private.make_folder(target.parent)
        beside = target.with_name(f"{target.name}.restoring")
        _copy(copy, beside)
        for leftover in ("-wal", "-shm"):
            target.with_name(target.name + leftover).unlink(missing_ok=True)
        os.replace(beside, target)  # noqa: PTH105 - one step, on the same disk


def _copy(source: Path, target: Path) -> None:
    if not source.exists():
        raise BackupError(f"There is no database at {source}.")
    target.unlink(missing_ok=True)
    private.keep_private(target)
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written, pages=10_000)
        written.execute("PRAGMA journal_mode=DELETE")
