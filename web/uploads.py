"""CSV files that people send: read line by line, refused as a whole where they can't be read."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from flask import request

from domain.refusal import Refused
from web.forms import sentence

MOST_ROWS = 2_000


def sent_file() -> bytes:
    """The file that a form sent, nothing where it sent none."""
    return request.files["file"].read() if "file" in request.files else b""


def rows_of(
    content: bytes, columns: tuple[str, ...], needed: set[str], mistakes: list[tuple[int, str]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row with its line: the named columns without blanks around, "" for one that is not there.

    A row with more cells than the first line names is told among the `mistakes`, by its line.

    Raises:
        Refused: it is no UTF-8 text, lacks a column, is too long, or has no rows at all.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("The file is not UTF-8 text. Save it as CSV UTF-8.") from None
    if "\0" in text:
        raise Refused("The file is not UTF-8 text. Save it as CSV UTF-8.")
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
        if missing := needed - set(reader.fieldnames):
            raise Refused("The first line has no column %(columns)s.", columns=", ".join(sorted(missing)))
        found = False
        for nth, row in enumerate(reader):
            if nth >= MOST_ROWS:
                raise Refused("The file has more than %(most)d lines.", most=MOST_ROWS)
            found = True
            if None in row:
                too_many = Refused(
                    "There are more cells than the first line names. Put a text with a comma or semicolon in quotes."
                )
                mistakes.append((reader.line_num, sentence(too_many)))
                continue
            yield reader.line_num, {name: (row.get(name) or "").strip() for name in columns}
    except csv.Error:
        raise Refused("The file can't be read as CSV from line %(line)d on.", line=reader.line_num) from None
    if not found:
        raise Refused("The file has no lines below the first.")
