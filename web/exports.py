"""Files to take along, CSV and XLSX: what is shown, and behind it what it is, of when, and by which definitions."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import xlsxwriter
from flask import Response, abort

from application.tables import written
from domain.catalogue import Field, State, as_cell
from web.language import language
from web.words import word


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
    """The table with its heads on the first line, so that it can be imported; what is about it stands below."""
    about = [[sheet.title], *sheet.about]
    return written.as_csv([sheet.heads, *sheet.rows, [], [written.ABOUT], *about], delimiter)


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


def track(code: str | None) -> str | None:
    return word("track", code) if code else None


def cell(field: Field, state: State, value: Any) -> Any:
    """A field's value in a table, a whole date and a number as such; or else its state."""
    if state in (State.KNOWN, State.STALE, State.CONTRADICTORY) and value is not None:
        if field.kind.several and isinstance(value, str):
            value = msgspec.json.decode(value)
        return as_cell(field.kind, value, language())
    return word("state", state)
