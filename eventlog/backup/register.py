"""The erasure register: who was erased, kept outside the database and outside its backups, and replayed after a
restore. It holds random ids, days and codes, and nothing of a person."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from database.private import keep_private, make_folder, open_private
from eventlog.backup.copies import BackupError
from eventlog.recording import Erasure


class Register:
    """A file with a line for each erasure."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, erasure: Erasure) -> None:
        """Write an erasure down, before it is carried out: one that is forgotten would be undone by a restore.

        Raises:
            BackupError: the file can't be written.
        """
        try:
            make_folder(self.path.parent)
            keep_private(self.path)
            with open_private(self.path) as file:
                file.write(line_of(erasure) + "\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise BackupError(f"The erasure register {self.path} can't be written: {error.strerror}.") from None

    def erasures(self) -> list[Erasure]:
        """All of them, in the order in which they were asked for. Raises BackupError for a line that is damaged."""
        if not self.path.exists():
            return []
        found = []
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError as error:
            raise BackupError(f"The erasure register {self.path} can't be read: {error.strerror}.") from None
        for number, line in enumerate(lines, start=1):
            try:
                found.append(erasure_of(line))
            except (ValueError, TypeError, KeyError):
                raise BackupError(f"Line {number} of the erasure register {self.path} is damaged.") from None
        return found


def line_of(erasure: Erasure) -> str:
    return json.dumps(
        {
            "stream_id": str(erasure.stream_id),
            "erased_at": erasure.erased_at.isoformat(),
            "reason": erasure.reason,
            "actor": erasure.actor and str(erasure.actor),
        }
    )


def erasure_of(line: str) -> Erasure:
    """Raises ValueError, TypeError or KeyError for a line that is damaged."""
    kept = json.loads(line)
    actor = kept["actor"] and UUID(kept["actor"])
    return Erasure(UUID(kept["stream_id"]), datetime.fromisoformat(kept["erased_at"]), kept["reason"], actor)


def merged(*lists: Iterable[Erasure]) -> list[Erasure]:
    """Each stream's first erasure."""
    by_stream: dict[UUID, Erasure] = {}
    for erasure in (e for erasures in lists for e in erasures):
        by_stream.setdefault(erasure.stream_id, erasure)
    return list(by_stream.values())
