"""Tables as people bring them: every character set, delimiter and habit of their programs gives the same rows."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, datetime
from itertools import pairwise, product
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from application.tables.source import DELIMITERS
from application.tables.table import Reading, Row, Table
from application.tables.written import ABOUT, as_csv, as_meant
from domain.refusal import Refused

HEAD, ROWS = ["name", "school", "note"], [["Zoë", "P", "a;b, c"], ["Bob", "", "two\nlines"], ["Cy", "H", ""]]


def text(delimiter: str, end: str = "\r\n") -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=end).writerows([HEAD, *ROWS])
    return out.getvalue()


def read(content: bytes | str, expected: list[str] = HEAD, reading: Reading | None = None) -> Table:
    return Table(content if isinstance(content, bytes) else content.encode(), expected, reading)


def cells(table: Table) -> list[list[str]]:
    return [list(row.cells) for row in table]


def workbook(*sheets: list[list[object]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for nth, row in enumerate(rows):
            sheet.write_row(nth, 0, row)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", DELIMITERS)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_character_set_and_delimiter_make_no_difference(delimiter, encoding, end):
    table = read(text(delimiter, end).encode(encoding))
    assert (table.delimiter, table.columns, cells(table)) == (delimiter, HEAD, ROWS)
    assert bool(table.notes) == (not encoding.startswith("utf-8")), "what is no UTF-8 is said"


@pytest.mark.parametrize(
    ("encoding", "called"),
    [("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")],
)
def test_the_character_set_is_called_what_programs_call_it(encoding: str, called: str) -> None:
    (note,) = read(text(",").encode(encoding)).notes
    assert note.values["encoding"] == called


def test_of_several_sheets_the_first_that_is_filled_is_read_and_that_is_said() -> None:
    first: list[list[object]] = [HEAD, ["Zoë", "P", "a"]]
    table = read(workbook([], first, [HEAD, ["Bob", "Q", "b"]], [HEAD, ["Cy", "R", "c"]]))
    assert cells(table) == [["Zoë", "P", "a"]]
    assert "the first was read" in str(table.notes[0])
    assert read(workbook([], first, [])).notes == []


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_habits_of_spreadsheets_make_no_difference(delimiter):
    plain = text(delimiter)
    trailing = "\r\n".join(f"{line}{delimiter}" if not line.endswith("two") else line for line in plain.split("\r\n"))
    for habit in (
        f"sep={delimiter}\r\n{plain}",
        f"A title\r\n\r\nof two lines{delimiter}{delimiter}\r\n{plain}",
        trailing.replace('"two' + delimiter, '"two'),
        plain.replace("name", "  name\u00a0 "),
        f"{plain}{delimiter}{delimiter}\r\n\r\n",
    ):
        assert cells(read(habit)) == ROWS


def test_titles_above_the_header_are_told_and_skip_says_how_many_there_are():
    titled = "Our list\nof 2026\nname;school;note\nAnn;P;\n"
    (note,) = read(titled).notes
    assert "Line 3 was read as the header" in str(note)
    assert cells(read(titled, reading=Reading(skip=2))) == [["Ann", "P", ""]]
    assert read(titled, reading=Reading(skip=1)).columns == ["of 2026"]


def test_settings_say_what_can_not_be_found_out():
    assert cells(read("name^school\nAnn^P\n", reading=Reading(delimiter="^"))) == [["Ann", "P"]]
    assert cells(read("name\nŻaba\n".encode("cp1250"), ["name"], Reading(encoding="cp1250"))) == [["Żaba"]]
    with pytest.raises(Refused, match="Line 2 can't be read as ascii"):
        read("name\nZoë\n", reading=Reading(encoding="ascii"))


def test_a_workbook_is_read_as_it_is_with_dates_numbers_and_yes_or_no():
    noon = datetime(1980, 1, 2, 13, 45)  # noqa: DTZ001 - workbooks know no zones
    rows = [["Title"], [], HEAD, ["Zoë", 12, date(1980, 1, 2)], ["Bob", 1.5, noon], ["Cy", True]]
    table = read(workbook(rows))
    assert cells(table) == [["Zoë", "12", "1980-01-02"], ["Bob", "1.5", "1980-01-02 13:45:00"], ["Cy", "true", ""]]
    assert [row.line for row in table] == [4, 5, 6]
    for broken in (b"PK\x03\x04 nothing", workbook(rows)[:200], b"\xd0\xcf\x11\xe0 nothing"):
        with pytest.raises(Refused, match="can't be opened"):
            read(broken)


def wrong(row: Row) -> bool:
    return row.wrong is not None


@pytest.mark.parametrize(("first", "last"), [(a, b) for a in range(2, 9) for b in range(a + 1, 10)])
@pytest.mark.parametrize("column", [0, 1, 2])
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_a_quote_that_is_never_closed_makes_one_person_of_no_two(delimiter, column, first, last):
    rows = [[f"{name}{nth}" for name in ("n", "s", "t")] for nth in range(2, 10)]
    rows[first - 2][column] = '"' + rows[first - 2][column]
    rows[last - 2][column] += '"'
    lines = [delimiter.join(HEAD), *(delimiter.join(row) for row in rows)]
    found = list(read("\n".join(lines)))
    assert [row.line for row in found] == list(range(2, 10)), "each line is a row of its own"
    assert [row.line for row in found if wrong(row)] == [first]


def test_texts_of_several_lines_in_quotes_stay_whole():
    for note in ("a\nb", "one, two\nthree", "first;\n\nlast; of all", 'said "x;y"\nand more'):
        for place in range(3):
            row = ["Ann", "P", "x"]
            row[place] = note
            found = read(as_csv([HEAD, row], ";"))
            assert cells(found) == [row]


BEGINNINGS = ["=1+1", "+31 6", "-5", "@x", "'=x", "ok;=HYPERLINK(1)", "a,@b", 'q";=1', 'a\n"=cmd', "\t=1", ' "=1']


def is_formula(cell: str) -> bool:
    return cell.lstrip().startswith(("=", "+", "-", "@"))


def assert_safe(row: list[str]) -> None:
    for written, split in product(DELIMITERS, DELIMITERS):
        content = as_csv([row], written)
        parsed = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=split)
        assert not any(is_formula(cell) for line in parsed for cell in line), (row, written, split)
        assert content.startswith(b'\xef\xbb\xbf"') and (as_csv([["a"], ["b"]], written)[3:]) == b'"a"\r\n"b"\r\n'


@pytest.mark.parametrize(("one", "two"), [*pairwise(BEGINNINGS), *((cell, cell) for cell in BEGINNINGS)])
def test_no_cell_becomes_a_formula_at_whichever_delimiter_a_spreadsheet_splits(one, two):
    assert_safe([one, two, "plain", one])


@given(st.lists(st.text(alphabet=";,\t|\"'=+-@ a\n", max_size=12), min_size=1, max_size=4))
def test_nothing_that_people_write_becomes_a_formula_and_all_of_it_comes_back(row):
    assert_safe(row)
    (found,) = csv.reader(io.StringIO(as_csv([row], ";").decode("utf-8-sig"), newline=""), delimiter=";")
    assert [as_meant(cell) for cell in found] == row


def test_what_stands_about_a_table_below_it_is_no_row():
    written = as_csv([HEAD, ["Ann", "P", ""], [], [ABOUT], ["of", date(2026, 1, 1)]], ",")
    assert cells(read(written)) == [["Ann", "P", ""]]


def test_csv_is_read_and_written_in_one_place() -> None:
    root = Path(__file__).parents[2]
    rooms = ("application", "domain", "feedback", "projections", "records", "web", "werkpad", "workers")
    found = {
        path.relative_to(root).as_posix()
        for room in rooms
        for path in (root / room).rglob("*.py")
        if re.search(r"^\s*(?:import|from) (?:csv|openpyxl|python_calamine)\b", path.read_text(encoding="utf-8"), re.M)
    }
    assert found == {"application/tables/source.py", "application/tables/written.py"}
