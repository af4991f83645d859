"""What an address chooses of a caseload: read, told to people, and written back the same; what is none is left out."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from application.caseload import BY_NAME, ORDERS, Selection
from domain.catalogue import load
from domain.filters import QUICK, Filter, parse
from web.caseload_query import MOST_ROWS, MOST_SAID, Chosen, chosen, described, option_label, wanted_options

COACH = str(UUID(int=5))


@pytest.fixture(autouse=True)
def asked(bare_app: Flask) -> Iterator[None]:
    with bare_app.test_request_context(headers={"Accept-Language": "en"}):
        yield


def read(*parts: tuple[str, str]) -> Chosen:
    return chosen(MultiDict(parts))


def left_out(found: Chosen) -> list[tuple[str, str, str | None]]:
    return [(said, str(why), why.field) for said, why in found.left_out]


def test_an_address_that_says_nothing_chooses_everybody_by_what_is_due() -> None:
    assert read() == Chosen(None, (), "due", False, 0, None, None, None, ())
    assert read().arguments() == {}
    assert not read().narrowed
    assert not read().protected


@pytest.mark.parametrize(
    "parts",
    [
        [
            ("show", "not_seen"),
            ("f", "cv:stale"),
            ("f", "gender:is:x"),
            ("sort", "seen"),
            ("desc", "1"),
            ("from", "50"),
        ],
        [("sort", "due"), ("desc", "1")],
        [("sort", "cv")],
        [("coach", COACH), ("scope", "team")],
        [("f", "cv:stale"), ("panel", "filters")],
        *([("show", quick)] for quick in QUICK),
    ],
)
def test_what_is_read_is_written_back_the_same(parts: list[tuple[str, str]]) -> None:
    found = read(*parts)
    assert found.left_out == ()
    written = found.arguments(offset=found.offset)
    again = MultiDict([(k, str(v)) for k, given in written.items() for v in (given if k == "f" else [given])])
    assert chosen(again) == found
    wanted: dict[str, object] = {}
    for name, value in parts:
        wanted[name] = [*wanted.get(name, []), value] if name == "f" else value  # type: ignore[misc]  # it is a list
    if "from" in wanted:
        wanted["from"] = int(str(wanted["from"]))
    assert written == wanted


def test_a_change_begins_at_the_first_page() -> None:
    found = read(("from", "50"), ("show", "quiet"))
    assert found.arguments() == {"show": "quiet"}
    assert found.arguments(offset=100) == {"show": "quiet", "from": 100}
    assert found.arguments(show=None) == {}


def test_a_filter_is_taken_away_and_an_order_turned_round() -> None:
    found = read(("f", "cv:stale"), ("f", "gender:is:x"), ("sort", "seen"))
    assert found.without(parse("cv:stale"))["f"] == ["gender:is:x"]
    assert found.sorted_by("seen") == {"f": ["cv:stale", "gender:is:x"], "sort": "seen", "desc": "1"}
    assert found.sorted_by("cv") == {"f": ["cv:stale", "gender:is:x"], "sort": "cv"}
    assert read(("sort", "seen"), ("desc", "1")).sorted_by("seen") == {"sort": "seen"}


def test_the_view_is_asked_for_just_that() -> None:
    found = read(
        ("show", "quiet"), ("f", "cv:stale"), ("sort", "seen"), ("desc", "1"), ("from", "50"), ("coach", COACH)
    )
    assert found.selection("anna") == Selection("quiet", (parse("cv:stale"),), "seen", True, 50, UUID(COACH), "anna")
    assert found.narrowed


def test_a_list_filtered_or_sorted_by_what_is_protected_says_so() -> None:
    protected = {field.key for field in load() if field.protected}
    for field in load():
        assert read(("f", f"{field.key}:unknown")).protected == (field.key in protected)
        if not field.sensitive and not field.kind.several:
            assert read(("sort", field.key)).protected == (field.key in protected)
    assert read(("f", "cv:stale"), ("f", "gender:is:x")).protected


@pytest.mark.parametrize(
    "order", [*ORDERS, BY_NAME, *(f.key for f in load() if not f.sensitive and not f.kind.several)]
)
def test_what_can_be_sorted_by(order: str) -> None:
    assert read(("sort", order)).order == order


@pytest.mark.parametrize("order", ["", "shoe_size", *(f.key for f in load() if f.sensitive or f.kind.several)])
def test_what_can_not_be_sorted_by_is_said_and_left_out(order: str) -> None:
    found = read(("sort", order))
    assert found.order == "due"
    assert left_out(found) == [(order, "The list can't be sorted by that.", "sort")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("show", "everybody"),
        ("desc", "yes"),
        ("scope", "city"),
        ("from", "-1"),
        ("from", "²"),
        ("from", "x"),
        ("coach", "anna"),
    ],
)
def test_a_choice_that_is_none_is_left_out_and_said(name: str, said: str) -> None:
    found = read((name, said))
    assert left_out(found) == [(said, "There is no such choice here.", None)]
    assert found.arguments(offset=found.offset) == {}


def test_no_more_is_said_of_it_than_fits() -> None:
    for name in ("show", "f"):
        ((said, _, _),) = left_out(read((name, "x" * 200)))
        assert said == "x" * MOST_SAID
    assert read(("from", "9" * 12)).offset == MOST_ROWS


def test_a_filter_that_is_none_leaves_the_others() -> None:
    found = read(("f", "shoe_size:is:44"), ("f", "cv:stale"), ("f", "cv:stale"))
    assert found.filters == (parse("cv:stale"),)
    assert [said for said, _ in found.left_out] == ["shoe_size:is:44"]


ADDED = {
    "a state": ([("field", "debts"), ("is", "unknown")], "debts:unknown"),
    "an option": ([("field", "gender"), ("is", "x")], "gender:is:x"),
    "options": ([("field", "gender"), ("op", "is_not"), ("values", "x"), ("values", "man")], "gender:is_not:man,x"),
    "bounds": (
        [("field", "hours_available"), ("op", "between"), ("lower", "8"), ("upper", "24")],
        "hours_available:between:8,24",
    ),
    "one bound": ([("field", "hours_available"), ("op", "between"), ("upper", "24")], "hours_available:between:,24"),
    "before, above": (
        [("field", "cv"), ("op", "before"), ("upper", "2026-03-02"), ("lower", "2026-01-01")],
        "cv:before:2026-03-02",
    ),
    "before, below": ([("field", "cv"), ("op", "before"), ("lower", "2026-01-01")], "cv:before:2026-01-01"),
    "a day": ([("field", "last_seen"), ("op", "known")], "last_seen:known"),
}


@pytest.mark.parametrize("name", ADDED)
def test_the_form_below_the_list_adds_a_filter(name: str) -> None:
    parts, wanted = ADDED[name]
    found = read(("f", "own_transport:is:car"), *parts)
    assert found.left_out == ()
    assert found.filters == (parse("own_transport:is:car"), parse(wanted))


def test_a_filter_that_is_added_takes_the_place_of_the_one_of_its_field() -> None:
    found = read(("f", "gender:is:x"), ("f", "cv:stale"), ("field", "gender"), ("is", "man"))
    assert found.filters == (parse("cv:stale"), parse("gender:is:man"))


def test_a_form_that_is_half_filled_in_adds_nothing() -> None:
    assert read(("field", ""), ("op", "is")) == read(("field", "gender"), ("op", "")) == Chosen()
    assert left_out(read(("field", "shoe_size"), ("op", "is"))) == [
        ("shoe_size", "There is no such choice here.", "field")
    ]
    assert [said for said, _ in read(("field", "gender"), ("is", "tree")).left_out] == ["gender"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("gender:is:x,man", "Gender: man or X"),
        ("gender:is_not:x", "Gender: not X"),
        ("gender:is:blank", "Gender: blank"),
        ("childcare_arranged:is:yes", "Childcare arranged: yes"),
        ("hours_available:between:8,24", "Hours available: 8 hours a week to 24 hours a week"),
        ("hours_available:between:8,", "Hours available: at least 8 hours a week"),
        ("hours_available:between:,24", "Hours available: at most 24 hours a week"),
        ("last_seen:before:2026-03-02", "Last seen: before 2 Mar 2026"),
        ("last_seen:unknown", "Last seen: unknown"),
        ("debts:stale", "Debts: out of date"),
    ],
)
def test_a_filter_as_people_read_it(text: str, told: str) -> None:
    assert described(parse(text)) == told


def test_options_as_people_read_them() -> None:
    assert option_label("gender", "x") == "X"
    assert option_label("gender", "blank") == "blank"
    assert option_label("gender", "tree") == "tree"


def test_the_form_offers_options_and_blank_where_there_are_any() -> None:
    assert list(wanted_options("gender").values()) == [
        Filter("gender", "is", (code,)) for code in ("woman", "man", "x", "blank")
    ]
    assert list(wanted_options("gender")) == ["woman", "man", "x", "blank"]
    assert wanted_options("debts") == wanted_options("hours_available") == wanted_options("shoe_size") == {}


@pytest.mark.parametrize(
    ("before", "choice", "after"),
    [
        ([], "gender:is:x", ["gender:is:x"]),
        (["gender:is:x"], "gender:is:x", []),
        (["gender:is:x", "cv:known"], "gender:is:woman", ["cv:known", "gender:is:woman,x"]),
        (["gender:unknown"], "gender:is:x", ["gender:is:x"]),
        (["gender:is:x"], "gender:unknown", ["gender:unknown"]),
        (["gender:unknown"], "gender:unknown", []),
        (["plan:before:2026-01-01"], "plan:unknown", ["plan:unknown"]),
    ],
)
def test_a_choice_of_a_facet_is_made_and_taken_back(before: list[str], choice: str, after: list[str]) -> None:
    found = read(*(("f", text) for text in before), ("panel", "filters"))
    changed = found.toggled(parse(choice))
    assert changed.get("f", []) == after
    assert changed["panel"] == "filters", "and the facets stay open"
    assert found.has(parse(choice)) == (choice in before)
