"""What forms and files may bring for each kind of field, and how it is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Choice, Choices, DateKind, Field, Number, Option, ShortText, Text, YesNo, load
from domain.refusal import Refused

WORD = Text("word", "woord")
PETS = tuple(
    Option(code, Text(code, nl), WORD, code == "none")
    for code, nl in (("none", "geen"), ("cat", "kat"), ("dog", "hond"))
)
DAY, BIRTH, PLANNED = DateKind(), DateKind(partial=True), DateKind(future=True)
ONE, SEVERAL, HOURS, WORDS = Choice(PETS), Choices(PETS), Number(0, 40, WORD), ShortText(10)
KINDS = (DAY, BIRTH, PLANNED, YesNo(), ONE, SEVERAL, HOURS, Number(-5, 5), WORDS)

anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.dates(),
    st.datetimes(),
    st.lists(st.text()),
    st.lists(st.sampled_from(["none", "cat", "dog"])),
    st.sampled_from(["yes", "cat", "24,0"]),
    st.dates().map(lambda day: f"{day:%d-%m-%Y}"),
    st.integers(-9, 50).map(str),
    st.integers(1890, 2210).map(str),
)


@given(st.sampled_from(KINDS), anything)
def test_whatever_comes_is_either_refused_in_words_or_can_be_shown(kind, raw):
    try:
        value = kind.parse(raw)
    except Refused as refused:
        assert str(refused)[0].isupper() and str(refused).endswith(".")
        return
    assert kind.show(value, "en") and kind.show(value, "nl")
    assert kind.parse(value) == value, "a value that is stored is its own meaning"
    written = kind.written(value)
    assert kind.parse(written if kind.several else written[0]) == value, "a form brings back what it showed"
    assert not kind.answers or set(written) <= {answer.code for answer in kind.answers}


@given(st.sampled_from(list(load())), anything)
def test_a_refusal_of_the_catalogue_names_the_field(field, raw):
    try:
        field.show(field.check(raw), "nl")
    except Refused as refused:
        assert refused.field == field.key


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
@pytest.mark.parametrize("blank", [None, "", "  ", "\t\n", "\x00", "\xa0"])
def test_blank_is_no_answer(kind, blank):
    with pytest.raises(Refused):
        kind.parse(blank)


@pytest.mark.parametrize(
    ("kind", "raw", "stored"),
    [
        (DAY, "2026-05-17", "2026-05-17"),
        (DAY, "17-05-2026", "2026-05-17"),
        (DAY, " 7-5-2026 ", "2026-05-07"),
        (DAY, "7/5/2026", "2026-05-07"),
        (DAY, date(2026, 5, 17), "2026-05-17"),
        (DAY, "29-02-2024", "2024-02-29"),
        (BIRTH, "1990", "1990"),
        (BIRTH, "1990-05", "1990-05"),
        (BIRTH, "05-1990", "1990-05"),
        (BIRTH, "17-5-1990", "1990-05-17"),
        (BIRTH, 1990, "1990"),
        (YesNo(), "ja", True),
        (YesNo(), "No", False),
        (YesNo(), True, True),
        (YesNo(), 0, False),
        (ONE, "cat", "cat"),
        (SEVERAL, "dog, cat", ["cat", "dog"]),
        (SEVERAL, ["dog", "dog", ""], ["dog"]),
        (SEVERAL, ("none",), ["none"]),
        (HOURS, "24", 24),
        (HOURS, " 24,0 ", 24),
        (HOURS, "24.00", 24),
        (HOURS, 24.0, 24),
        (HOURS, 0, 0),
        (WORDS, "  two \n words", "two words"),
        (WORDS, 12, "12"),
        (WORDS, "nul\x00", "nul"),
    ],
)
def test_what_people_write_is_understood(kind, raw, stored):
    assert kind.parse(raw) == stored


@pytest.mark.parametrize(
    ("kind", "raw", "said"),
    [
        (DAY, "31-02-2026", "no such day"),
        (DAY, "29-02-2025", "no such day"),
        (DAY, "2026-13-01", "no such day"),
        (DAY, "31-12-1899", "before 1900"),
        (DAY, date(1800, 1, 1), "before 1900"),
        (DAY, "9999-12-31", "after 2200"),
        (DAY, "1990", "day, month and year"),
        (DAY, "1990-05", "day, month and year"),
        (DAY, "soon", "like 31-12-1999"),
        (DAY, "26-05-17", "two digits"),
        (DAY, datetime(2026, 5, 17, tzinfo=UTC), "like 31-12-1999"),
        (BIRTH, "1990-13", "no such day"),
        (BIRTH, "90", "like 31-12-1999"),
        (YesNo(), "maybe", "yes or no"),
        (YesNo(), 2, "yes or no"),
        (ONE, "bird", "none, cat, dog"),
        (SEVERAL, ["cat", "bird"], "none, cat, dog"),
        (SEVERAL, ["none", "cat"], "can't be combined"),
        (SEVERAL, [], "at least one"),
        (SEVERAL, 5, "none, cat, dog"),
        (SEVERAL, True, "none, cat, dog"),
        (HOURS, "24,5", "whole number"),
        (HOURS, "many", "whole number"),
        (HOURS, True, "whole number"),
        (HOURS, "1.000", "whole number"),
        (HOURS, "2 4", "whole number"),
        (HOURS, float("nan"), "whole number"),
        (HOURS, "41", "from 0 to 40"),
        (HOURS, -1, "from 0 to 40"),
        (WORDS, "eleven letters", "at most 10"),
    ],
)
def test_what_can_not_be_is_refused_with_a_clear_sentence(kind, raw, said):
    with pytest.raises(Refused, match=said):
        kind.parse(raw)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: type(kind).__name__)
def test_a_refusal_never_repeats_what_was_filled_in(kind):
    with pytest.raises(Refused) as refused:
        kind.parse(["Wilhelmina Findme", "0612345678"])
    assert "Findme" not in str(refused.value) and "0612345678" not in repr(refused.value.values)


@pytest.mark.parametrize(
    ("kind", "value", "en", "nl"),
    [
        (DAY, "2026-05-17", "17-05-2026", "17-05-2026"),
        (BIRTH, "1990-05", "05-1990", "05-1990"),
        (BIRTH, "1990", "1990", "1990"),
        (YesNo(), True, "yes", "ja"),
        (ONE, "dog", "dog", "hond"),
        (ONE, "an option of long ago", "an option of long ago", "an option of long ago"),
        (SEVERAL, ["cat", "dog"], "cat, dog", "kat, hond"),
        (HOURS, 24, "24 word", "24 woord"),
        (Number(0, 9), 3, "3", "3"),
        (WORDS, "words", "words", "words"),
    ],
)
def test_values_are_shown_in_the_language_of_the_reader(kind, value, en, nl):
    assert (kind.show(value, "en"), kind.show(value, "nl"), kind.show(value, "fr")) == (en, nl, en)


@pytest.mark.parametrize(
    ("raw", "ahead"),
    [
        ("2026", False),
        ("2026-11", False),
        ("2026-11-23", False),
        ("2027", True),
        ("2026-12", True),
        ("2026-11-24", True),
    ],
)
def test_a_day_lies_ahead_only_when_all_of_it_does(raw, ahead):
    today = date(2026, 11, 23)
    assert BIRTH.lies_ahead(raw, today) is ahead
    assert not DateKind(partial=True, future=True).lies_ahead(raw, today)


def test_a_field_refuses_a_day_ahead_once_it_is_told_the_day():
    cv: Field = load()["cv"]
    assert cv.check("24-11-2026") == "2026-11-24"
    with pytest.raises(Refused, match="future") as refused:
        cv.check("24-11-2026", date(2026, 11, 23))
    assert refused.value.field == "cv"
    assert load()["benefit_start_date"].check("24-11-2026", date(2026, 11, 23)) == "2026-11-24"
