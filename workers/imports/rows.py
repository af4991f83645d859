"""A CSV file as rows: UTF-8 with or without BOM, `;` or `,`, any line end, line breaks inside quotes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workers.imports import ImportMistake

# The columns that stand before those of the original in a file of rejected rows.
ADDED = ("line", "reason")
# A record that runs on for longer has a quote that was never closed.
LONGEST_RECORD = 200
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its first line in the file, its text as it stands there, and its cells.

    `wrong` says why there are no cells to be had, None for a sound record.
    """

    line: int
    text: str
    cells: Sequence[str]
    wrong: str | None = None


class RowRefused(Exception):  # noqa: N818 - said of the row, not of the program
    """A row can't be taken; the sentence says why, without what the row says."""


class CsvFile:
    """A file, read as a whole: one that is broken in the middle is refused before anything is imported.

    Raises ImportMistake when it can't be read or its header is not sound.
    """

    def __init__(self, path: Path, expected: Collection[str]) -> None:
        self.path = path
        self._lines = list(io.StringIO(_read(path), newline=""))
        header = next((at for at, line in enumerate(self._lines) if line.strip()), None)
        if header is None:
            raise ImportMistake(f"{path.name} can't be imported", ["The file is empty."])
        self.delimiter, names, self._start = self._header(header, expected)
        # Rejected rows come back with line and reason in front, unless these are the file's own columns.
        own = set(ADDED) <= set(expected) and len(set(names)) == len(names)
        self._added = len(ADDED) if tuple(names[: len(ADDED)]) == ADDED and not own else 0
        self.header_text = _without_end("".join(self._lines[header : self._start]))
        self.columns = names[self._added :]
        if mistakes := list(_header_mistakes(self.columns)):
            raise ImportMistake(f"The header of {path.name} can't be used", mistakes)

    def __iter__(self) -> Iterator[Row]:
        """The records below the header, without blank ones."""
        at = self._start
        while at < len(self._lines):
            row, at = self._record(at)
            if row is not None:
                yield row

    def _header(self, at: int, expected: Collection[str]) -> tuple[str, list[str], int]:
        """Delimiter, names and the line after the header; the delimiter finds more of the expected names."""
        candidates = []
        for delimiter in ";,":
            if (parsed := self._parse(at, delimiter)) is not None:
                cells, end = parsed
                names = [cell.strip() for cell in cells]
                candidates.append((len(set(names) & set(expected)), len(names), delimiter, names, end))
        # A record with loose quotes is one long name for the other delimiter: that is no header either.
        if len(candidates) < 2 and not any(found for found, *_ in candidates):
            raise ImportMistake(
                f"The header of {self.path.name} can't be used", [f"Line {at + 1}: the quotes don't match."]
            )
        _, width, delimiter, names, end = max(candidates, key=lambda c: c[:2])
        if width == 1 and "\t" in names[0]:
            raise ImportMistake(
                f"{self.path.name} can't be imported",
                ["The columns are separated by tabs. Save the file as CSV, with ; or , between the columns."],
            )
        return delimiter, names, end

    def _parse(self, at: int, delimiter: str) -> tuple[list[str], int] | None:
        """The cells of the record on a line, and the line after it; None when its quotes don't match."""
        lines = self._lines[at : at + LONGEST_RECORD] if '"' in self._lines[at] else self._lines[at : at + 1]
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            return next(reader), at + reader.line_num
        except (csv.Error, StopIteration):
            return None

    def _record(self, at: int) -> tuple[Row | None, int]:
        parsed = self._parse(at, self.delimiter)
        cells, end = parsed if parsed else ([], at + 1)
        wrong = None if parsed else "The quotes don't match."
        wanted = len(self.columns) + self._added
        if parsed and not any(cell.strip() for cell in cells):
            return None, end
        if parsed and len(cells) != wanted and end > at + 1:
            # A quote that was never closed swallowed the lines below: those are looked at by themselves.
            wrong, end = "The quotes don't match.", at + 1
        text = _without_end("".join(self._lines[at:end]))
        if self._added:
            text = _after(text, self._added, self.delimiter)
        if wrong is None and len(cells) != wanted:
            wrong = f"The row has {len(cells) - self._added} cells, the header has {len(self.columns)}."
        if wrong is None and _UNREADABLE.search(text):
            wrong = "The row holds characters that can't be shown."
        return Row(at + 1, text, () if wrong else [c.strip() for c in cells[self._added :]], wrong), end


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ImportMistake(f"{path.name} can't be read", [f"{error.strerror or error}."]) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ImportMistake(
            f"{path.name} can't be imported",
            [
                f"Line {line}: the file is not in UTF-8. Save it as UTF-8 (in Excel: Save as, CSV UTF-8; in"
                " LibreOffice: Save as, Text CSV, character set Unicode (UTF-8))."
            ],
        ) from None


def _header_mistakes(names: Sequence[str]) -> Iterator[str]:
    empty = [str(nth) for nth, name in enumerate(names, 1) if not name]
    if empty:
        yield f"Columns without a name: number {', '.join(empty)}. Give each a name, or delete the column."
    for name in sorted({name for name in names if name and names.count(name) > 1}):
        yield f"Two columns are called {name}. Give each its own name."


def _without_end(text: str) -> str:
    return text.rstrip("\r\n")


def _after(text: str, cells: int, delimiter: str) -> str:
    """What stands in a record after its first cells, exactly as it was written."""
    cell = rf'(?:"(?:[^"]|"")*"|[^"{delimiter}]*)'
    match = re.match(rf"(?:{cell}{delimiter}){{{cells}}}", text)
    return text[match.end() :] if match else text
