"""The columns of a caseload: those there are, those chosen, and what a filter adds; and how old somebody is."""

from __future__ import annotations

from datetime import date

import pytest

from domain.age import age_on
from domain.catalogue import load
from domain.columns import (
    DAY_COLUMNS,
    GROUPS,
    MOST_COLUMNS,
    OVERVIEW,
    USUAL,
    checked,
    choosable,
    chosen,
    group_of,
    with_filtered,
)
from domain.refusal import Refused


def test_each_field_is_in_the_overview_or_can_be_chosen() -> None:
    assert {*choosable(), *OVERVIEW} == {*load().fields, *DAY_COLUMNS, "contact_due"}
    assert {group_of(key) for key in choosable()} == set(GROUPS)
    assert checked(USUAL) == USUAL


def test_age_gender_and_marital_status_stand_among_the_characteristics() -> None:
    assert USUAL[:3] == ("birth_date", "gender", "marital_status")
    assert {group_of(key) for key in USUAL[:3]} == {"characteristics"}
    assert {group_of(key) for key in ("last_seen", "plan", "cv", "physical_limitations")} == {"monitoring"}


def test_what_is_chosen_keeps_its_order_and_what_is_no_column_any_more_is_left_out() -> None:
    assert chosen(None) == USUAL
    assert chosen(()) == ()
    assert chosen(("cv", "gone", "gender")) == ("cv", "gender")


def test_too_many_and_unknown_columns_are_refused() -> None:
    with pytest.raises(Refused, match="at most"):
        checked(choosable()[: MOST_COLUMNS + 1])
    for none in ("gone", *OVERVIEW):
        with pytest.raises(Refused):
            checked([none])
    assert checked(["cv", "gender", "cv"]) == ("cv", "gender")


def test_a_filter_adds_its_column_once_and_none_of_the_overview() -> None:
    assert with_filtered(["cv"], ["gender", "cv", "service_track", "contact_due", "intake", "gender"]) == [
        "cv",
        "gender",
        "intake",
    ]


@pytest.mark.parametrize(
    ("born", "least", "most"),
    [
        ("1990-11-27", 36, 36),
        ("1990-11-28", 35, 35),
        ("2000-02-29", 26, 26),
        ("1990-10", 36, 36),
        ("1990-11", 35, 36),
        ("1990-12", 35, 35),
        ("1990", 35, 36),
    ],
)
def test_an_age_is_as_exact_as_the_birth_date(born: str, least: int, most: int) -> None:
    assert age_on(born, date(2026, 11, 27)) == (least, most)
