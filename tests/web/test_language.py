"""Days, weeks, numbers and files as people read them, in both languages; and which of the two somebody reads."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
import python_calamine
from flask import Flask
from werkzeug.exceptions import BadRequest

from domain.catalogue import State, load
from web.exports import Sheet, answer, as_csv, as_xlsx, cell, kind_of, track
from web.language import chosen, day, in_language, instant, language, number, week
from web.words import word


@contextmanager
def reading(app: Flask, wanted: str = "en", cookie: str = "") -> Iterator[None]:
    headers = {"Accept-Language": wanted} | ({"Cookie": f"werkpad_language={cookie}"} if cookie else {})
    with app.test_request_context(headers=headers):
        yield


@pytest.mark.parametrize(
    ("wanted", "cookie", "read"),
    [("nl", "", "nl"), ("en", "", "en"), ("fr", "", "en"), ("en", "nl", "nl"), ("nl", "en", "en"), ("nl", "fr", "nl")],
)
def test_a_visitor_reads_what_was_chosen_here_or_else_what_the_browser_wants(
    bare_app: Flask, wanted: str, cookie: str, read: str
) -> None:
    with reading(bare_app, wanted, cookie):
        assert (chosen(), language()) == (read, read)


def test_days_moments_weeks_and_numbers(bare_app: Flask) -> None:
    late = datetime(2026, 3, 1, 23, 5, tzinfo=UTC)  # the second of March in Amsterdam
    with reading(bare_app, "nl"):
        assert (day(date(2026, 3, 2)), instant(late), number(12345)) == ("2 mrt 2026", "2 mrt 2026 00:05", "12.345")
    with reading(bare_app):
        assert (day(date(2026, 3, 2)), instant(late), number(12345)) == ("2 Mar 2026", "2 Mar 2026 00:05", "12,345")
        assert (day(None), instant(None), number(None), number(0)) == ("–", "–", "–", "0")
        assert week("2026-W09") == week(date(2026, 2, 23)) == "week 9 of 2026"
        # The first days of a year may belong to the last week of the one before.
        assert week(date(2027, 1, 1)) == "week 53 of 2026"


def test_what_goes_to_somebody_else_is_in_their_language_and_the_page_goes_on_in_ones_own(bare_app: Flask) -> None:
    with reading(bare_app):
        assert (language(), word("track", "care_first")) == ("en", "care first")
        with in_language("nl"):
            dutch = word("track", "care_first")
            assert (language(), day(date(2026, 3, 2))) == ("nl", "2 mrt 2026")
        assert dutch != "care first"
        assert (language(), word("track", "care_first")) == ("en", "care first")
        with pytest.raises(ZeroDivisionError), in_language("nl"):
            _ = 1 // 0
        assert (language(), word("track", "care_first")) == ("en", "care first")


SHEET = Sheet("A [title]: x", [("Day", date(2026, 3, 2)), ("How many", 2)], ["name", "n"], [["=1+1", 3], [None, True]])


def test_a_file_is_csv_unless_another_kind_is_asked_for(bare_app: Flask) -> None:
    with reading(bare_app):
        assert [kind_of(text) for text in (None, "", "csv", "xlsx", "json")] == ["csv", "csv", "csv", "xlsx", "json"]
        with pytest.raises(BadRequest):
            kind_of("pdf")


def test_csv_has_its_heads_first_and_what_is_about_it_below(bare_app: Flask) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(SHEET).decode("utf-8-sig"))))
    assert rows[0] == ["name", "n"]
    # A program for tables would take it for a formula.
    assert rows[1][0].endswith("=1+1") and not rows[1][0].startswith("=")
    assert [row for row in rows[4:] if row][-3:] == [["A [title]: x"], ["Day", "2026-03-02"], ["How many", "2"]]
    with reading(bare_app, "nl"):
        assert answer(SHEET, "csv", "list").get_data().decode("utf-8-sig").splitlines()[0] == '"name";"n"'
    with reading(bare_app, "en"):
        got = answer(SHEET, "csv", "list")
        assert got.get_data() == as_csv(SHEET)
        assert got.headers["Content-Disposition"] == 'attachment; filename="list.csv"'
        assert got.mimetype == "text/csv"


def test_a_workbook_has_text_as_text_and_a_second_sheet_about_it(bare_app: Flask) -> None:
    book = python_calamine.load_workbook(io.BytesIO(as_xlsx(SHEET)))
    assert book.sheet_names == ["A title x", "Werkpad"]
    assert book.get_sheet_by_index(0).to_python() == [["name", "n"], ["=1+1", 3.0], ["", "True"]]
    about = book.get_sheet_by_index(1).to_python()
    assert about == [["A [title]: x", ""], ["Day", date(2026, 3, 2)], ["How many", 2.0]]
    with reading(bare_app):
        got = answer(SHEET, "xlsx", "list")
        assert got.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        assert got.headers["Content-Disposition"] == 'attachment; filename="list.xlsx"'


def test_json_is_a_list_of_objects(bare_app: Flask) -> None:
    with reading(bare_app):
        got = answer(SHEET, "json", "list")
    assert json.loads(got.get_data()) == [{"name": "=1+1", "n": 3}, {"name": None, "n": True}]
    assert got.mimetype == "application/json"


def test_a_field_in_a_file_is_its_value_or_its_state(bare_app: Flask) -> None:
    fields = load()
    with reading(bare_app):
        for state in (State.KNOWN, State.STALE, State.CONTRADICTORY):
            assert cell(fields["hours_available"], state, 24) == 24
        assert cell(fields["own_transport"], State.KNOWN, '["car"]') == cell(
            fields["own_transport"], State.KNOWN, ["car"]
        )
        assert cell(fields["hours_available"], State.KNOWN, None) == "known"
        assert cell(fields["hours_available"], State.DECLINED, 24) == "client declined"
        assert cell(fields["cv"], State.KNOWN, "2026-03-02") == date(2026, 3, 2)
        assert (track(None), track("care_first")) == (None, "care first")
