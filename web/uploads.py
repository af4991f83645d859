"""Tables that people send: read row by row, refused as a whole where they can't be read."""

from __future__ import annotations

from collections.abc import Iterator

from flask import flash, request

from application.tables.table import Table
from domain.refusal import Refused
from web.forms import sentence

MOST_ROWS = 2_000


def sent_file() -> bytes:
    """The file that a form sent, nothing where it sent none."""
    return request.files["file"].read() if "file" in request.files else b""


def rows_of(
    content: bytes,
    columns: tuple[str, ...],
    needed: set[str],
    mistakes: list[tuple[int, str]],
    passed_over: tuple[str, ...] = (),
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line: the named columns without blanks around, "" for one that is not there.

    A row that can't be read is told among the `mistakes`, by its line. Columns that our own export has beside them are
    `passed_over`.

    Raises:
        Refused: it can't be read, lacks a column or has one that is not known, is too long, or has no rows at all.
    """
    table = Table(content, columns, fold=True)
    # What was found out of the file is told on the next page.
    for note in table.notes:
        flash(sentence(note))
    if missing := needed - set(table.columns):
        raise Refused("The first line has no column %(columns)s.", columns=", ".join(sorted(missing)))
    if unknown := [name for name in table.columns if name not in (*columns, *passed_over)]:
        raise Refused(
            "The column %(unknown)s is not known. Delete it, or rename it to one of: %(columns)s.",
            unknown=", ".join(unknown),
            columns=", ".join(columns),
        )
    found = False
    for nth, row in enumerate(table):
        if nth >= MOST_ROWS:
            raise Refused("The file has more than %(most)d lines.", most=MOST_ROWS)
        found = True
        if row.wrong is not None:
            mistakes.append((row.line, sentence(row.wrong)))
            continue
        yield (
            row.line,
            dict.fromkeys(columns, "")
            | {name: cell for name, cell in zip(table.columns, row.cells, strict=True) if name in columns},
        )
    if not found:
        raise Refused("The file has no lines below the first.")
