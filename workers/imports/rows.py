"""The file of an import: its columns and rows, or every reason why it has none."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from application.tables.table import Reading, Row, Table
from domain.refusal import Refused
from workers.imports import ImportMistake


class RowRefused(Exception):  # noqa: N818 - said of the row, not of the program
    """A row can't be taken; the sentence says why, without what the row says."""


class ImportFile:
    """A file, read as a whole: one that is broken in the middle is refused before anything is imported.

    Raises ImportMistake when it can't be read or its header is not sound.
    """

    def __init__(self, path: Path, expected: Collection[str], reading: Reading | None = None) -> None:
        self.path = path
        try:
            self._table = Table(path.read_bytes(), expected, reading)
        except OSError as error:
            raise ImportMistake(f"{path.name} can't be read", [f"{error.strerror or error}."]) from None
        except Refused as refused:
            raise ImportMistake(f"{path.name} can't be imported", [str(refused)]) from None
        self.columns = self._table.columns
        self.delimiter = self._table.delimiter
        self.notes = [str(note) for note in self._table.notes]

    def __iter__(self) -> Iterator[Row]:
        """The records below the header, without blank ones."""
        return iter(self._table)
