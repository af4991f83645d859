"""CSV as it is written, and its cells as they come back: every cell in quotes, none that becomes a formula.

A spreadsheet may split a file at another delimiter than it was written with, so a formula is looked for wherever a
cell could begin then. An apostrophe before it makes it text; reading takes that one apostrophe away again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from database import private

# Below this cell stands what is to be known about the table, which is no part of it.
ABOUT = "# Werkpad"
_BEGINS = r'(^|[;,\t|\r\n])([\s"]*)'
_FORMULA = re.compile(_BEGINS + r"('*[=+\-@])")
_TAMED = re.compile(_BEGINS + r"'('*[=+\-@])")


def as_csv(rows: Iterable[Sequence[object]], delimiter: str) -> bytes:
    """Rows in UTF-8 with the mark by which spreadsheets know it, every cell in quotes."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula, however it splits the line."""
    if isinstance(cell, str):
        return _FORMULA.sub(r"\1\2'\3", cell)
    return cell.isoformat() if isinstance(cell, date) else cell


def as_meant(cell: str) -> str:
    """A cell as it was before it was made safe."""
    return _TAMED.sub(r"\1\2\3", cell) if "'" in cell else cell


def keep_new(path: Path, content: bytes) -> None:
    """Keep what was written in a new file that its owner alone may read. Raises FileExistsError where there is one."""
    private.write_new(path, content)
