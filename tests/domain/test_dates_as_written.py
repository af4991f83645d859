"""Days as people write them: each way of writing gives the same day, and none is guessed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.catalogue import DateKind
from domain.catalogue.dates import MONTHS
from domain.refusal import Refused
from workers.imports.date_formats import date_format

DAYS = [date(1980, 1, 2), date(1980, 1, 20), date(1999, 12, 31), date(2024, 2, 29), date(2026, 11, 1)]
WAYS = [
    "{d:%Y-%m-%d}",
    "{d:%Y/%m/%d}",
    "{d:%d-%m-%Y}",
    "{d.day}-{d.month}-{d.year}",
    "{d:%d/%m/%Y}",
    "{d:%d.%m.%Y}",
    "{d.day}.{d.month}.{d.year}",
    "{d:%d-%m-%Y} 00:00",
    "{d:%d-%m-%Y} 0:00:00",
    "{d:%Y-%m-%d}T13:45:00",
    "{d:%Y-%m-%d} 00:00:00.000",
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("day", DAYS)
def test_a_day_is_the_same_however_it_is_written(day, way):
    assert DateKind().parse(way.format(d=day)) == day.isoformat()


@pytest.mark.parametrize("name", MONTHS)
def test_a_month_may_have_its_name(name):
    said = f"{MONTHS[name]:02}"
    assert DateKind().parse(f"5 {name} 2026") == DateKind().parse(f"05-{name.title()}-2026") == f"2026-{said}-05"
    assert DateKind().parse(f"5 {name}. 2026") == f"2026-{said}-05"
    assert DateKind(partial=True).parse(f"{name} 2026") == f"2026-{said}"


@pytest.mark.parametrize(
    ("text", "value"),
    [("00-00-1980", "1980"), ("1980-00-00", "1980"), ("00-03-1980", "1980-03"), ("1980-03-00", "1980-03")],
)
def test_what_the_civil_registry_does_not_know_is_not_known_here(text, value):
    assert DateKind(partial=True).parse(text) == value
    with pytest.raises(Refused, match="Enter the day, month and year"):
        DateKind().parse(text)


@pytest.mark.parametrize("text", ["31-12-80", "31.12.80", "5 jan 80", "5-jan-80", "jan-80", "1/2/80", "12-80"])
def test_a_year_of_two_digits_is_refused_and_the_choice_is_named(text):
    with pytest.raises(Refused, match="1980 or 2080"):
        DateKind(partial=True).parse(text)


@pytest.mark.parametrize(
    "text",
    ["31-02-1980", "05-00-1980", "00-13-1980", "5 foo 1980", "2026-01-05T23:30Z", "2026-01-05 2:30+02:00", "29221"],
)
def test_what_is_no_day_is_none(text):
    with pytest.raises(Refused):
        DateKind(partial=True).parse(text)


TOUCHING = ["%d%m%Y", "%Y%m%d", "%m%d%Y", "%m%Y/%d", "%d%m-%Y"]


@pytest.mark.parametrize("written", TOUCHING)
def test_where_figures_touch_none_is_missing(written):
    form, kind = date_format(written), DateKind()
    for nth in range(0, 9000, 7):
        day = date(1950, 1, 1) + timedelta(days=nth)
        cell = day.strftime(written)
        assert kind.checked(*form.read(cell)) == day.isoformat()
        with pytest.raises(Refused, match="none may be missing"):
            form.read(str(int(cell)) if cell.isdecimal() and cell[0] == "0" else cell[1:])


def test_excels_numbers_of_days_are_read_where_the_mapping_says_so():
    form = date_format("excel")
    assert [form.read(cell) for cell in ("61", "29221", "29221.5", "46054")] == [
        (1900, 3, 1),
        (1980, 1, 1),
        (1980, 1, 1),
        (2026, 2, 1),
    ]
    for cell in ("60", "999999", "1-1-1980", ""):
        with pytest.raises(Refused):
            form.read(cell)


@pytest.mark.parametrize("written", ["%d-%m-%y", "%d-%Y", "%Y%j", "%d-%d-%Y", "%A %d-%m-%Y", "%B-%m-%Y"])
def test_a_format_of_no_use_is_refused(written):
    with pytest.raises(Refused, match="date_format"):
        date_format(written)


def test_a_format_may_have_months_by_name_and_times():
    assert date_format("%d %B %Y").read("5 maart 2026") == (2026, 3, 5)
    assert date_format("%d-%b-%Y %H:%M").read("05-okt-2026 13:45") == (2026, 10, 5)
