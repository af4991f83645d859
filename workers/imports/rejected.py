"""The file of rejected rows: to be corrected and imported again as it is."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from workers.imports.rows import ADDED, CsvFile, Row


def write_rejected(file: CsvFile, rejected: Sequence[tuple[Row, str]]) -> Path:
    """Write rejected rows as they stood in the file, with line and reason in front; the path of the result.

    A file of that name with another content may be under correction: it is left alone, the next number used.
    """
    between = file.delimiter
    lines = [between.join([*ADDED, file.header_text])]
    for row, reason in rejected:
        said = reason.replace('"', "'")
        lines.append(f'{row.line}{between}"{said}"{between}{row.text}')
    content = ("\r\n".join(lines) + "\r\n").encode()
    number = 1
    while True:
        path = file.path.with_name(f"{file.path.stem}.rejected{f'-{number}' if number > 1 else ''}.csv")
        try:
            # Only its owner reads it: it holds what the rows say of people.
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                out.write(content)
            return path
        except FileExistsError:
            if path.read_bytes() == content:
                return path
            number += 1
