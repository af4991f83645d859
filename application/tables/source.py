"""What a file holds before anybody knows its columns: lines of text in some character set, or rows of a workbook."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

import python_calamine

from domain.refusal import Refused

# A record that runs on for longer has a quote that was never closed.
LONGEST_RECORD = 200
# What a workbook may hold unpacked: beyond any list of clients, and within what a machine carries.
MOST_BYTES = 300_000_000
NAMES = {"cp1252": "Windows-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16"}
DELIMITERS = (";", ",", "\t", "|")


class Source(Protocol):
    """Records by the line on which they begin, split by one of the delimiters that are possible."""

    delimiters: Sequence[str]
    notes: list[Refused]

    def __len__(self) -> int: ...

    def parse(self, at: int, delimiter: str) -> tuple[list[str], int] | None:
        """The cells of the record on a line, and the line after it; None where its quotes don't match."""

    def text(self, at: int, end: int) -> str:
        """What stands on some lines, without the last line's end."""


def source_of(content: bytes, encoding: str | None = None, delimiter: str | None = None) -> Source:
    """What stands in a file: the rows of a workbook's first sheet, or else the lines of a text.

    Raises Refused where neither can be read.
    """
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return Workbook(content)
    notes: list[Refused] = []
    return Lines(decoded(content, encoding, notes), delimiter, notes)


class Lines:
    """The lines of a text. A first line such as `sep=;` names the delimiter, as spreadsheets have it."""

    def __init__(self, text: str, delimiter: str | None, notes: list[Refused]) -> None:
        self.notes = notes
        self._lines = list(io.StringIO(text, newline=""))
        self.delimiters: Sequence[str] = DELIMITERS
        first = self._lines[0].rstrip("\r\n") if self._lines else ""
        if len(first) == 5 and first.lower().startswith("sep="):
            self.delimiters = (first[4],)
            self._lines[0] = "\n"
        if delimiter is not None:
            self.delimiters = (delimiter,)

    def __len__(self) -> int:
        return len(self._lines)

    def parse(self, at: int, delimiter: str) -> tuple[list[str], int] | None:
        lines = self._lines[at : at + LONGEST_RECORD] if '"' in self._lines[at] else self._lines[at : at + 1]
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        try:
            return next(reader), at + reader.line_num
        except (csv.Error, StopIteration):
            return None

    def text(self, at: int, end: int) -> str:
        return "".join(self._lines[at:end]).rstrip("\r\n")


class Workbook:
    """The rows of the first sheet of a workbook that says something, each cell as a form would be given it."""

    delimiters: Sequence[str] = (";",)

    def __init__(self, content: bytes) -> None:
        self.notes: list[Refused] = []
        try:
            _require_size(content)
            book = python_calamine.load_workbook(io.BytesIO(content))
            names = [
                sheet.name for sheet in book.sheets_metadata if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            ]
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in names}
        except (python_calamine.CalamineError, zipfile.BadZipFile, OSError, ValueError):
            raise Refused(
                "The workbook can't be opened. Save it as CSV UTF-8, or as XLSX without a password."
            ) from None
        filled = [name for name, rows in sheets.items() if any(any(_plain(cell) for cell in row) for row in rows)]
        self._rows = [[_plain(cell) for cell in row] for row in sheets[filled[0]]] if filled else []
        if len(filled) > 1:
            self.notes.append(Refused("The workbook has several sheets; the first was read."))

    def __len__(self) -> int:
        return len(self._rows)

    def parse(self, at: int, delimiter: str) -> tuple[list[str], int]:
        return self._rows[at], at + 1

    def text(self, at: int, end: int) -> str:
        return "".join(cell for row in self._rows[at:end] for cell in row)


def decoded(content: bytes, encoding: str | None, notes: list[Refused]) -> str:
    """The text of a file: in the character set that is named, or in the one that its bytes fit; other than UTF-8 is
    told among the notes.

    Raises Refused where they don't fit.
    """
    found = encoding or _encoding(content)
    try:
        text = content.decode(found)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise Refused(
            "Line %(line)d can't be read as %(encoding)s text. Save the file as CSV UTF-8.", line=line, encoding=found
        ) from None
    if encoding is None and found != "utf-8-sig":
        notes.append(
            Refused(
                "The file is not UTF-8; it was read as %(encoding)s. Check letters such as é and ë.",
                encoding=NAMES[found],
            )
        )
    return text.removeprefix("\ufeff")


def is_encoding(name: str) -> bool:
    """Whether this names a character set."""
    try:
        return isinstance("".encode(name), bytes)
    except LookupError:
        return False


def _encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    # Text in Latin letters has nothing but zeros in every other byte of UTF-16.
    start = content[:1000]
    if len(start) > 3 and start.count(0) > len(start) // 3:
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _require_size(content: bytes) -> None:
    """Raises ValueError for what would fill the memory once it is unpacked."""
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise ValueError


def _plain(cell: object) -> str:
    """A typed cell as people write it: no time at midnight, no decimals on a whole number."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else f"{cell:%Y-%m-%d}"
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell).strip()
