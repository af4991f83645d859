"""What of a filter goes along to a match: nothing that is protected, nothing that drops the unknown."""

from __future__ import annotations

import pytest

from domain.carrying import carried
from domain.catalogue import load
from domain.filters import DAYS, STATES, Filter, operators_of, options_of, parse
from domain.matching import Operator, check_requirements


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("driving_licence:is:B,C", "driving_licence includes B|C"),
        ("driving_licence:is:B,blank", "driving_licence includes B"),
        ("hours_available:between:24,", "hours_available at_least 24"),
        ("language_level:is:b1", "language_level one_of b1"),
        ("cv:between:2026-01-01,", "cv at_least 2026-01-01"),
    ],
)
def test_what_work_may_ask_goes_along_as_a_requirement(text: str, kept: str) -> None:
    requirements, dropped = carried([parse(text)])
    assert [str(r) for r in requirements] == [kept]
    assert dropped == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("gender:is:x", "it is protected"),
        ("gender:unknown", "it is protected"),
        ("birth_date:between:1990-01-01,2000-01-01", "it is protected"),
        ("debts:known", "it is protected"),
        ("driving_licence:is_not:B", "Clients whose answer is unknown"),
        ("driving_licence:is:blank", "Clients whose answer is unknown"),
        ("driving_licence:unknown", "Clients whose answer is unknown"),
        ("hours_available:between:,24", "never a maximum"),
        ("cv:between:,2026-01-01", "never a maximum"),
        ("cv:before:2026-01-01", "never a maximum"),
        ("last_seen:before:2026-01-01", "how the work with somebody goes"),
    ],
)
def test_what_may_select_nobody_is_dropped_and_it_is_said_why(text: str, why: str) -> None:
    kept, dropped = carried([parse(text)])
    assert kept == []
    ((f, refused),) = dropped
    assert str(f) == text and why in refused.message


def test_of_two_bounds_the_lower_goes_along() -> None:
    kept, dropped = carried([parse("hours_available:between:16,24")])
    assert [(r.operator, r.values) for r in kept] == [(Operator.AT_LEAST, ("16",))]
    assert len(dropped) == 1


def every_filter() -> list[Filter]:
    """A filter of each kind on each field and day."""
    found = [Filter(f.key, state) for f in load() for state in STATES] + [Filter(day, "unknown") for day in DAYS]
    for f in load():
        if code := next(iter(options_of(f)), None):
            found += [Filter(f.key, operator, (code,)) for operator in ("is", "is_not")]
        bound = "1" if f.kind.widget == "number" else "2000-01-01"
        if "between" in operators_of(f):
            found.append(Filter(f.key, "between", (bound, bound)))
        if "before" in operators_of(f):
            found.append(Filter(f.key, "before", (bound,)))
    return found


def test_each_filter_goes_along_or_is_told_of_and_nothing_protected_ever_does() -> None:
    seen = 0
    for f in every_filter():
        kept, dropped = carried([f])
        assert kept or dropped, str(f)
        assert check_requirements(kept, may_use_protected=False) == kept
        field = load().fields.get(f.key)
        if field is None or field.protected or field.sensitive:
            assert kept == [], str(f)
        seen += len(kept)
    assert seen > 10


def test_of_several_filters_each_goes_along_or_is_dropped_in_their_order() -> None:
    texts = [
        "gender:is:x",
        "driving_licence:is:B",
        "debts:known",
        "language_level:is:b1",
        "hours_available:between:8,16",
    ]
    requirements, dropped = carried([parse(text) for text in texts])
    assert [str(r) for r in requirements] == [
        "driving_licence includes B",
        "language_level one_of b1",
        "hours_available at_least 8",
    ]
    assert [str(f) for f, _ in dropped] == ["gender:is:x", "debts:known", "hours_available:between:8,16"]
