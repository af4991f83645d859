"""A table out of a file: its columns and its rows, or the sentence that says why there are none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from application.tables.source import DELIMITERS, Source, source_of
from application.tables.written import ABOUT, as_meant
from domain.refusal import Refused

# The columns that stand before those of the original in a file of rejected rows.
ADDED = ("line", "reason")
# Among so many lines the header is looked for, where titles stand above it.
TITLES = 20
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read, as far as it is said: its character set, what stands between its cells, and how many
    lines stand above its header."""

    encoding: str | None = None
    delimiter: str | None = None
    skip: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line it begins on, and its cells without blanks around.

    `wrong` says why there are no cells to be had, None for a sound record; `stood` is what stands there even so.
    """

    line: int
    cells: Sequence[str]
    wrong: Refused | None
    stood: Sequence[str]


class Table:
    """A file's table, read as a whole: one without a sound header is refused before anything is taken from it.

    `expected` are the columns that its reader knows, by which header and delimiter are found. `notes` say what was
    found that its sender may not know. `fold`: capitals make no difference in the header.

    Raises Refused when it can't be read, or its header is not sound.
    """

    def __init__(
        self, content: bytes, expected: Collection[str], reading: Reading | None = None, *, fold: bool = False
    ) -> None:
        reading = reading or Reading()
        self._fold = fold
        self._source: Source = source_of(content, reading.encoding, reading.delimiter)
        self.notes = self._source.notes
        expected = {self._name(name) for name in expected}
        header, self.delimiter, names, self._start = self._header(expected, reading.skip)
        # A program that puts every cell in quotes forgets none.
        self._all_quoted = self._source.text(header, self._start).count('"') >= 2 * len(names)
        # Trailing delimiters make columns that have no name, and mean none.
        while names and not names[-1]:
            names.pop()
        own = set(ADDED) <= expected and len(set(names)) == len(names)
        self._added = len(ADDED) if tuple(names[: len(ADDED)]) == ADDED and not own else 0
        self.columns = names[self._added :]
        if any(self._cells(at) for at in range(header)):
            self.notes.append(
                Refused("Line %(line)d was read as the header; the lines above it were passed over.", line=header + 1)
            )
        _require_names(self.columns)

    def __iter__(self) -> Iterator[Row]:
        """The records below the header, without blank ones."""
        at = self._start
        while at < len(self._source):
            row, at = self._record(at)
            if row is not None and row.stood and row.stood[0] == ABOUT:
                return
            if row is not None:
                yield row

    def _name(self, cell: str) -> str:
        return plain(cell).lower() if self._fold else plain(cell)

    def _cells(self, at: int) -> bool:
        return bool(self._source.text(at, at + 1).strip(" \t\r\n" + "".join(DELIMITERS)))

    def _header(self, expected: Collection[str], skip: int | None) -> tuple[int, str, list[str], int]:
        """Line, delimiter, names and the line after the header: the one that finds most of the expected names."""
        filled = [at for at in range(skip or 0, min(len(self._source), (skip or 0) + 10 * TITLES)) if self._cells(at)]
        if not filled:
            raise Refused("The file is empty.")
        found: list[tuple[tuple[int, int, int], int, str, list[str], int]] = []
        unmatched = False
        for at in filled[: 1 if skip is not None else TITLES]:
            for delimiter in self._source.delimiters:
                parsed = self._source.parse(at, delimiter)
                if parsed is None:
                    unmatched = unmatched or at == filled[0]
                    continue
                names = [self._name(as_meant(cell)) for cell in parsed[0]]
                found.append(((len(set(names) & set(expected)), -at, len(names)), at, delimiter, names, parsed[1]))
        (hits, _, width), at, delimiter, names, end = max(found, key=lambda each: each[0]) if found else _NONE
        # A record with loose quotes is one long name for the other delimiters: that is no header either.
        if not found or (unmatched and not hits and width == 1):
            raise Refused("Line %(line)d: the quotes don't match.", line=filled[0] + 1)
        return at, delimiter, names, end

    def _record(self, at: int) -> tuple[Row | None, int]:
        parsed = self._source.parse(at, self.delimiter)
        wanted = len(self.columns) + self._added
        if (
            parsed is not None
            and not self._all_quoted
            and _swallowed(parsed[1] - at, self._source.text(at, parsed[1]), wanted, self.delimiter)
        ):
            # A quote that was never closed swallowed the lines below: those are looked at by themselves.
            parsed = None
        if parsed is None:
            stood = [self._source.text(at, at + 1)]
            quotes = Refused("The quotes don't match, or a text with a line break looks like several rows.")
            return Row(at + 1, (), quotes, stood), at + 1
        cells, end = [as_meant(cell).strip() for cell in parsed[0]], parsed[1]
        while len(cells) > wanted and not cells[-1]:
            cells.pop()
        if not any(cells):
            return None, end
        if len(cells) != wanted and end > at + 1:
            quotes = Refused("The quotes don't match, or a text with a line break looks like several rows.")
            return Row(at + 1, (), quotes, [self._source.text(at, at + 1)]), at + 1
        return self._row(at + 1, cells, wanted), end

    def _row(self, line: int, cells: list[str], wanted: int) -> Row:
        stood = cells[self._added :]
        wrong = None
        if len(cells) != wanted:
            wrong = Refused(
                "The row has %(found)d cells, the header %(wanted)d. Put a text with a comma or semicolon in quotes.",
                found=len(stood),
                wanted=len(self.columns),
            )
        elif any(_UNREADABLE.search(cell) for cell in cells):
            wrong = Refused("The row holds characters that can't be shown.")
        return Row(line, () if wrong else stood, wrong, stood)


_NONE: tuple[tuple[int, int, int], int, str, list[str], int] = ((0, 0, 0), 0, "", [], 0)


def plain(name: str) -> str:
    """A name of a column as it is compared: one form of each letter, one blank between words, none around."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def _swallowed(lines: int, text: str, wanted: int, delimiter: str) -> bool:
    """Whether what was read as one record is several: its first line and one below it are whole rows by themselves,
    but for one quote each."""
    if lines == 1 or wanted == 1:
        return False
    first, *others = text.splitlines()
    return _width(first, delimiter) == wanted and any(_width(line, delimiter) == wanted for line in others)


def _width(line: str, delimiter: str) -> int:
    """How many cells a line has when a quote without its fellow is a letter like others."""
    cell = rf'(?:"(?:[^"]|"")*"(?={re.escape(delimiter)}|$)|[^{re.escape(delimiter)}]*)'
    count, at = 1, 0
    while (match := re.compile(cell).match(line, at)) and match.end() < len(line):
        count, at = count + 1, match.end() + 1
    return count


def _require_names(names: Sequence[str]) -> None:
    """Raises Refused where a column has no name, or the name of another."""
    if empty := [str(nth) for nth, name in enumerate(names, 1) if not name]:
        raise Refused(
            "Columns without a name: number %(numbers)s. Give each a name, or delete the column.",
            numbers=", ".join(empty),
        )
    if doubled := sorted({name for name in names if names.count(name) > 1}):
        raise Refused("Two columns are called %(name)s. Give each its own name.", name=", ".join(doubled))
