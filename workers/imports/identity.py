"""Command ids of rows: the same row always gets the same, and without the key nobody can tell whose."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

import msgspec

from application.tables.table import Row, plain
from workers.imports.mapping import ImportMapping
from workers.imports.rows import RowRefused


class Identity:
    """Gives rows their command ids.

    A row is known by its key columns; without those by all that it says, and by how many like it came before.
    """

    def __init__(self, key_encryption_key: bytes, plan: ImportMapping, columns: Sequence[str]) -> None:
        self._key = hmac.digest(key_encryption_key, b"werkpad import: command ids of rows, 1", "sha256")
        self._source = plan.source
        names = plan.key or sorted(columns)
        self._named = [(name, columns.index(name)) for name in names]
        self._keyed = bool(plan.key)
        self._missing = plan.missing
        self._seen: Counter[bytes] = Counter()
        self._rows: dict[bytes, tuple[int, bytes]] = {}

    def of(self, row: Row) -> UUID | None:
        """The row's command id, None when the same row stands in this file before. Raises RowRefused."""
        # One letter has one form, and blanks don't make another person.
        cells = [plain(row.cells[place]) for _, place in self._named]
        content = hashlib.sha256(msgspec.json.encode([*self._named_cells(cells)])).digest()
        if not self._keyed:
            self._seen[content] += 1
            return self._id([self._source, "row", content.hex(), self._seen[content]])
        for (name, _), cell in zip(self._named, cells, strict=True):
            if cell in self._missing:
                raise RowRefused(f"{name}: this identifies the row and can't be missing.")
        whole = hashlib.sha256(msgspec.json.encode([plain(cell) for cell in row.cells])).digest()
        line, before = self._rows.setdefault(content, (row.line, whole))
        if line == row.line:
            return self._id([self._source, "key", content.hex()])
        if before == whole:
            return None
        raise RowRefused(f"This row is identified by the same {self._names()} as the one on line {line}.")

    def part(self, command_id: UUID, name: str) -> UUID:
        """The id of a further command for the same row."""
        return self._id([command_id, name])

    def _named_cells(self, cells: Sequence[str]) -> Iterable[tuple[str, str]]:
        return zip((name for name, _ in self._named), cells, strict=True)

    def _names(self) -> str:
        return " and ".join(name for name, _ in self._named)

    def _id(self, what: object) -> UUID:
        return UUID(bytes=hmac.digest(self._key, msgspec.json.encode(what), "sha256")[:16])
