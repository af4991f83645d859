"""The rows of a file that somebody sends: told by their lines, or the sentence that says why there are none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, get_flashed_messages

from domain.refusal import Refused
from web import uploads
from web.uploads import rows_of

COLUMNS, NEEDED = ("name", "day", "note"), {"name", "day"}


@pytest.fixture(autouse=True)
def asked(bare_app: Flask) -> Iterator[None]:
    with bare_app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def read(text: str, *passed_over: str) -> tuple[list[tuple[int, dict[str, str]]], list[tuple[int, str]]]:
    mistakes: list[tuple[int, str]] = []
    return list(rows_of(text.encode(), COLUMNS, NEEDED, mistakes, passed_over)), mistakes


def test_each_row_has_its_line_and_every_column() -> None:
    rows, mistakes = read("Day;NAME\n2026-01-02; Anna \n\n2026-01-03;Bram\n")
    assert rows == [
        (2, {"name": "Anna", "day": "2026-01-02", "note": ""}),
        (4, {"name": "Bram", "day": "2026-01-03", "note": ""}),
    ]
    assert mistakes == []
    assert get_flashed_messages() == []


def test_a_row_that_can_not_be_read_is_told_and_the_others_are_taken() -> None:
    rows, mistakes = read("name;day\nAnna\nBram;2026-01-03\n")
    assert [line for line, _ in rows] == [3]
    ((line, said),) = mistakes
    assert line == 2
    assert said.startswith("The row has 1 cells, the header 2.")


def test_columns_of_our_own_export_are_passed_over() -> None:
    rows, _ = read("name;day;team\nAnna;2026-01-02;north\n", "team")
    assert rows == [(2, {"name": "Anna", "day": "2026-01-02", "note": ""})]


def test_where_the_header_was_found_is_told() -> None:
    rows, _ = read("A title\nname;day\nAnna;2026-01-02\n")
    assert [line for line, _ in rows] == [3]
    (note,) = get_flashed_messages()
    assert note == "Line 2 was read as the header; the lines above it were passed over."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("note\nx\n", "The first line has no column day, name."),
        ("name;day;team\nAnna;x;north\n", "The column team is not known."),
        ("name;day;team\nAnna;x;north\n", "rename it to one of: name, day, note."),
        ("name;day\n", "The file has no lines below the first."),
        ("name;day;name\nAnna;x;y\n", "Two columns are called name."),
    ],
)
def test_a_file_that_says_nothing_is_refused(text: str, said: str) -> None:
    with pytest.raises(Refused) as refused:
        read(text)
    assert said in str(refused.value)


def test_a_file_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MOST_ROWS", 2)
    rows, _ = read("name;day\n" + "Anna;x\n" * 2)
    assert len(rows) == 2
    with pytest.raises(Refused, match="The file has more than 2 lines"):
        read("name;day\n" + "Anna;x\n" * 3)
