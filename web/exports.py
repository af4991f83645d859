"""Files to take along, CSV and XLSX: what is shown, and on top what it is, of when, and by which definitions."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import xlsxwriter
from flask import Response, abort

from domain.catalogue import Field, State
from web.language import language
from web.words import word

# A spreadsheet takes a cell that begins like this for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with its heads, and what is to be known about it."""

    title: str
    about: Sequence[tuple[str, Any]]
    heads: Sequence[str]
    rows: Sequence[Sequence[Any]]


def kind_of(text: str | None) -> str:
    """The kind of file that a form asks for, csv where it names none; an unknown one is answered with 400."""
    kind = text or "csv"
    return kind if kind in ("csv", "xlsx", "json") else abort(400)


def answer(sheet: Sheet, kind: str, name: str) -> Response:
    """The sheet as a download. `kind` is csv, xlsx, or json: a list of objects without what is about them."""
    if kind == "csv":
        body: bytes = as_csv(sheet, ";" if language() == "nl" else ",")
        mimetype = "text/csv; charset=utf-8"
    elif kind == "xlsx":
        body = as_xlsx(sheet)
        mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    else:
        body = msgspec.json.encode([dict(zip(sheet.heads, row, strict=True)) for row in sheet.rows])
        mimetype = "application/json"
    disposition = f'attachment; filename="{name}.{kind}"'
    return Response(body, mimetype=mimetype, headers={"Content-Disposition": disposition})


def as_csv(sheet: Sheet, delimiter: str = ",") -> bytes:
    """UTF-8 with a mark, so that spreadsheets read it; lines about the file stand on top."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([safe(sheet.title)])
    writer.writerows([safe(name), safe(_plain(value))] for name, value in sheet.about)
    writer.writerow([])
    writer.writerow([safe(head) for head in sheet.heads])
    writer.writerows([safe(_plain(value)) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook with the table, and a second sheet about it. Text is written as text, never as a formula."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    day, bold = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"bold": True})
    table = book.add_worksheet("".join(c for c in sheet.title if c not in "[]:*?/\\")[:31])
    for column, head in enumerate(sheet.heads):
        table.write_string(0, column, head, bold)
    for number, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row):
            _write(table, number, column, value, day)
    table.freeze_panes(1, 1)
    table.set_column(0, max(len(sheet.heads) - 1, 0), 20)
    about = book.add_worksheet("Werkpad")
    for number, (name, value) in enumerate([(sheet.title, None), *sheet.about]):
        about.write_string(number, 0, name, bold)
        _write(about, number, 1, value, day)
    about.set_column(0, 1, 40)
    book.close()
    return file.getvalue()


def _write(table: Any, row: int, column: int, value: Any, day: Any) -> None:
    if isinstance(value, date):
        table.write_datetime(row, column, value, day)
    elif isinstance(value, int) and not isinstance(value, bool):
        table.write_number(row, column, value)
    elif value is not None:
        table.write_string(row, column, str(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def safe(value: Any) -> Any:
    """Text that no spreadsheet takes for a formula: an apostrophe is put before what looks like one."""
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return value


def track(code: str | None) -> str | None:
    return word("track", code) if code else None


def cell(field: Field, state: State, value: Any) -> Any:
    """A field's value in a table, or else its state."""
    if state in (State.KNOWN, State.STALE, State.CONTRADICTORY) and value is not None:
        if field.kind.several and isinstance(value, str):
            value = msgspec.json.decode(value)
        return field.show(value, language())
    return word("state", state)
