"""Files as they come: every delimiter, line end and breakage that people's programs make."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from application.tables.table import Row
from workers.imports import ImportMistake
from workers.imports.rejected import write_rejected
from workers.imports.rows import ImportFile

EXPECTED = {"name", "school"}
QUOTES = "The quotes don't match, or a text with a line break looks like several rows."


def read(folder: Path, content: str | bytes, expected: set[str] = EXPECTED) -> ImportFile:
    path = folder / "people.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return ImportFile(path, expected)


def rows(folder: Path, content: str | bytes) -> list[Row]:
    return list(read(folder, content))


def mistakes(folder: Path, content: str | bytes) -> str:
    with pytest.raises(ImportMistake) as refused:
        read(folder, content)
    return str(refused.value)


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "BOM"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("between", [";", ","])
def test_delimiters_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path, between, end, mark):
    lines = [
        "name;school".replace(";", between),
        "Ann;P".replace(";", between),
        '"B;,b";"H"'.replace('";"', f'"{between}"'),
    ]
    file = read(tmp_path, mark + end.join(lines) + end)
    assert (file.delimiter, file.columns) == (between, ["name", "school"])
    assert [(row.line, row.cells) for row in file] == [(2, ["Ann", "P"]), (3, ["B;,b", "H"])]


def test_the_delimiter_is_the_one_that_finds_the_columns_not_the_more_frequent_one(tmp_path):
    file = read(tmp_path, 'name;"a,b,c,d";school\nAnn;1;P\n')
    assert (file.delimiter, file.columns) == (";", ["name", "a,b,c,d", "school"])
    file = read(tmp_path, "name;x,y,z;school\nAnn;1;P\n")
    assert (file.delimiter, file.columns) == (";", ["name", "x,y,z", "school"])


def test_quoted_line_breaks_belong_to_the_cell_and_lines_are_counted_as_in_an_editor(tmp_path):
    found = rows(tmp_path, 'name,school\n"Ann\nsecond","say ""P"""\n\nBob,H\n')
    assert [(row.line, row.cells) for row in found] == [(2, ["Ann\nsecond", 'say "P"']), (5, ["Bob", "H"])]


def test_a_header_may_have_quoted_line_breaks_and_blank_lines_before_it(tmp_path):
    file = read(tmp_path, '\n\n"name","school\n(highest)"\nAnn,P\n', {"name"})
    assert file.columns == ["name", "school (highest)"]
    assert [row.line for row in file] == [5]


def test_a_last_line_without_an_end_counts_and_lines_of_nothing_but_delimiters_do_not(tmp_path):
    assert [row.cells for row in rows(tmp_path, "name;school\n;\n;\nAnn;P")] == [["Ann", "P"]]


def test_a_quote_that_is_never_closed_costs_one_line_not_the_rest_of_the_file(tmp_path):
    found = rows(tmp_path, 'name;school\nAnn;P\n"Bob;P\nCy;H\nDi;"H"\n')
    assert [(row.line, row.wrong and str(row.wrong)) for row in found] == [
        (2, None),
        (3, QUOTES),
        (4, None),
        (5, None),
    ]
    assert found[1].stood == ['"Bob;P']


def test_a_quote_that_another_row_closes_by_chance_costs_no_row_but_its_own(tmp_path):
    found = rows(tmp_path, 'name;school\n"Bob;P\nCy;H"\nDi;H\n')
    assert [(row.line, row.wrong is None) for row in found] == [(2, False), (3, True), (4, True)]


def test_many_quotes_that_are_never_closed_take_no_long_time(tmp_path):
    found = rows(tmp_path, "name;school\n" + '"Bob;P\n' * 5001)
    assert {str(row.wrong) for row in found} == {QUOTES}


def test_a_wrong_number_of_cells_is_said_of_the_row(tmp_path):
    assert [str(row.wrong)[:40] for row in rows(tmp_path, "name;school\nAnn\nBob;P;x\n")] == [
        "The row has 1 cells, the header 2. Put a",
        "The row has 3 cells, the header 2. Put a",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "The file is empty."),
        ("\n\n", "The file is empty."),
        ("name;school;name\n", "Two columns are called name."),
        ("name;;school;\n", "Columns without a name: number 2."),
        ('name;"school\n', "Line 1: the quotes don't match."),
    ],
)
def test_a_header_that_cant_be_used_is_refused(tmp_path, content, said):
    assert said in mistakes(tmp_path, content)


def test_a_file_that_is_not_there_is_a_mistake(tmp_path):
    with pytest.raises(ImportMistake, match="can't be read"):
        ImportFile(tmp_path / "nowhere.csv", EXPECTED)


def test_line_and_reason_in_front_are_left_aside(tmp_path):
    file = read(tmp_path, 'line;reason;name;school\n7;"Not; this.";Ann;P\n8;x;"B""b";P;more\n')
    assert file.columns == ["name", "school"]
    assert [(row.cells, row.stood) for row in file] == [
        (["Ann", "P"], ["Ann", "P"]),
        ((), ['B"b', "P", "more"]),
    ]


def test_columns_of_ones_own_called_line_and_reason_stay(tmp_path):
    file = read(tmp_path, "line;reason;name\n1;x;Ann\n", {"line", "reason", "name"})
    assert file.columns == ["line", "reason", "name"]
    file = read(tmp_path, "line;reason;line;reason;name\n1;x;2;y;Ann\n", {"line", "reason", "name"})
    assert [row.cells for row in file] == [["2", "y", "Ann"]]


def test_a_reason_with_quotes_stays_one_cell_of_the_rejected_file(tmp_path):
    file = read(tmp_path, "name;school\nAnn;P\n")
    (row,) = file
    lines = write_rejected(file, [(row, 'no field "x" here')]).read_text(encoding="utf-8-sig").splitlines()
    head, rejected = csv.reader(lines, delimiter=";")
    assert dict(zip(head, rejected, strict=True)) == {
        "line": "2",
        "reason": 'no field "x" here',
        "name": "Ann",
        "school": "P",
    }
