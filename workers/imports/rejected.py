"""The file of rejected rows: to be corrected and imported again as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from application.tables.table import ADDED, Row
from application.tables.written import as_csv, keep_new
from workers.imports.rows import ImportFile


def write_rejected(file: ImportFile, rejected: Sequence[tuple[Row, str]]) -> Path:
    """Write rejected rows as they stood in the file, with line and reason in front; the path of the result.

    A file of that name with another content may be under correction: it is left alone, the next number used.
    """
    rows: list[Sequence[object]] = [[row.line, reason, *row.stood] for row, reason in rejected]
    content = as_csv([[*ADDED, *file.columns], *rows], file.delimiter)
    number = 1
    while True:
        path = file.path.with_name(f"{file.path.stem}.rejected{f'-{number}' if number > 1 else ''}.csv")
        try:
            # Only its owner reads it: it holds what the rows say of people.
            keep_new(path, content)
            return path
        except FileExistsError:
            if path.read_bytes() == content:
                return path
            number += 1
