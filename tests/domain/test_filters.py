"""A filter of the caseload, as an address carries it: read, written back the same, or refused about its field."""

from __future__ import annotations

import pytest

from domain.catalogue import load
from domain.filters import DAYS, STATES, Filter, checked, operators_of, options_of, parse
from domain.refusal import Refused


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("driving_licence:is:B,blank", Filter("driving_licence", "is", ("B", "blank"))),
        ("gender:is_not:x", Filter("gender", "is_not", ("x",))),
        ("hours_available:between:24,40", Filter("hours_available", "between", ("24", "40"))),
        ("hours_available:between:,40", Filter("hours_available", "between", ("", "40"))),
        ("cv:before:2026-03-02", Filter("cv", "before", ("2026-03-02",))),
        ("last_seen:before:2026-03-02", Filter("last_seen", "before", ("2026-03-02",))),
        ("last_seen:between:2026-03-02,", Filter("last_seen", "between", ("2026-03-02", ""))),
        ("childcare_arranged:is:no", Filter("childcare_arranged", "is", ("no",))),
        *((f"debts:{state}", Filter("debts", state)) for state in STATES),
        *((f"{day}:{state}", Filter(day, state)) for day in DAYS for state in ("known", "unknown")),
    ],
)
def test_an_address_is_read_and_written_back_the_same(text: str, found: Filter) -> None:
    assert parse(text) == found
    assert str(found) == text


@pytest.mark.parametrize(
    ("text", "said", "field"),
    [
        ("driving_licence:like:B", "A filter is one of: is, is_not, between, before, known", "op"),
        ("shoe_size:is:44", "no field shoe_size", "field"),
        ("debts:is:none", "A sensitive field is filtered by its state only.", "debts"),
        ("debts:is_not:none", "A sensitive field is filtered by its state only.", "debts"),
        ("own_goal:is:work", "This field is filtered by its state only.", "own_goal"),
        ("hours_available:is:24", "This field is filtered by its state only.", "hours_available"),
        ("hours_available:before:24", "This field is filtered by its state only.", "hours_available"),
        ("gender:between:a,b", "This field is filtered by its state only.", "gender"),
        ("gender:is:", "This is not one of the answers.", "gender"),
        ("gender:is:x,tree", "Choose one of: woman, man, x, blank.", "gender"),
        ("hours_available:between:24", "Enter the lowest and the highest value to filter on.", "hours_available"),
        ("hours_available:between:,", "Enter the lowest and the highest value to filter on.", "hours_available"),
        ("cv:before:2026-03-02,2026-03-03", "Enter the lowest and the highest value to filter on.", "cv"),
        ("last_seen:before", "Enter the first and the last day to filter on.", "last_seen"),
        ("last_seen:between:,", "Enter the first and the last day to filter on.", "last_seen"),
        ("last_seen:between:2026-03-02", "Enter the first and the last day to filter on.", "last_seen"),
        ("last_seen:is:2026-03-02", "Enter the first and the last day to filter on.", "last_seen"),
        ("last_seen:stale", "Enter the first and the last day to filter on.", "last_seen"),
    ],
)
def test_what_is_none_is_refused_about_its_field(text: str, said: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        parse(text)
    assert said in str(refused.value)
    assert refused.value.field == field


@pytest.mark.parametrize("field", list(load()), ids=lambda field: field.key)
def test_each_field_is_filtered_by_what_it_offers_and_a_sensitive_one_by_nothing(field) -> None:
    assert not (field.sensitive and (operators_of(field) or options_of(field)))
    for operator in operators_of(field):
        if operator.startswith("is"):
            assert options_of(field)
            assert checked(field.key, operator, options_of(field)).values == options_of(field)
    assert bool(options_of(field)) == ("is" in operators_of(field))
    assert Filter(field.key, "known").protected == bool(field.protected)


def test_a_day_of_the_overview_is_no_field_and_not_protected() -> None:
    assert Filter("last_seen", "known").field is None
    assert Filter("last_seen", "known").protected is False
