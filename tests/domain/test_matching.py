"""Matching is three-valued, drops nobody for what is unknown, and never selects for a vacancy by who somebody is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.catalogue import Choice, Choices, Field, Number, State, YesNo, load
from domain.matching import (
    Fact,
    Operator,
    Requirement,
    Verdict,
    check_requirements,
    judge,
    operators,
    parse_requirement,
    still_select,
)
from domain.refusal import Refused
from domain.suppression import SMALLEST_GROUP, shown_column, shown_table

ASKED = [parse_requirement("driving_licence includes B"), parse_requirement("language_level at_least a2")]


def facts(licence: object, level: object, state: State = State.KNOWN) -> dict[str, Fact]:
    return {"driving_licence": Fact(State.KNOWN, licence), "language_level": Fact(state, level)}  # type: ignore[arg-type]  # the test gives what fits


@pytest.mark.parametrize(
    ("licence", "level", "verdict"),
    [
        (["B", "C"], "b1", Verdict.MEETS),
        (["AM"], "b1", Verdict.FAILS),
        (["B"], "a1", Verdict.FAILS),
        (["B"], "a2", Verdict.MEETS),
        (["B"], None, Verdict.ASK),
        (["AM"], None, Verdict.FAILS),
    ],
)
def test_what_is_known_decides_and_what_is_unknown_is_asked(licence: object, level: object, verdict: Verdict) -> None:
    found = judge(ASKED, facts(licence, level))
    assert found.verdict is verdict
    assert [r.field for r in found.asks] == ([] if level else ["language_level"])


@pytest.mark.parametrize("state", [State.STALE, State.DECLINED, State.NOT_RELEVANT, State.CONTRADICTORY])
def test_what_is_out_of_date_or_set_aside_is_asked_whatever_it_was(state: State) -> None:
    assert judge(ASKED, facts(["B"], "below_a1", state)).verdict is Verdict.ASK


@given(st.sets(st.sampled_from(["driving_licence", "language_level", "hours_available"])))
def test_nobody_fails_for_what_is_unknown(known: set[str]) -> None:
    fitting = {"driving_licence": ["B"], "language_level": "c2", "hours_available": 40}
    asked = [*ASKED, parse_requirement("hours_available at_least 24")]
    found = judge(asked, {key: Fact(State.KNOWN, fitting[key]) for key in known})  # type: ignore[arg-type]  # the test gives what fits
    assert found.verdict is (Verdict.MEETS if len(known) == 3 else Verdict.ASK)
    assert {r.field for r in found.asks} == fitting.keys() - known


@pytest.mark.parametrize("key", [f.key for f in load() if f.protected])
def test_a_protected_field_is_refused_for_a_vacancy_whatever_is_asked_of_it(key: str) -> None:
    for operator in Operator:
        with pytest.raises(Refused, match="protected"):
            check_requirements([Requirement(key, operator, ("1",))], may_use_protected=False)


def test_a_vacancy_never_asks_for_at_most_and_a_workshop_may() -> None:
    for field in (f for f in load() if f.selects and Operator.AT_MOST in operators(f)):
        value = field.kind.codes[0] if isinstance(field.kind, Choice) else "2026-01-01"
        if isinstance(field.kind, Number):
            value = "3"
        asked = [Requirement(field.key, Operator.AT_MOST, (value,))]
        with pytest.raises(Refused, match="never a maximum"):
            check_requirements(asked, may_use_protected=False)
        assert check_requirements(asked, may_use_protected=True) == asked
        assert still_select(asked) == []


def test_of_a_vacancy_from_before_a_field_was_protected_the_rest_is_asked() -> None:
    alone = Requirement("living_situation", Operator.ONE_OF, ("alone",))
    gone = Requirement("shoe_size", Operator.AT_LEAST, ("40",))
    assert still_select([alone, *ASKED, gone]) == ASKED


@pytest.mark.parametrize("key", [f.key for f in load() if f.sensitive])
def test_a_sensitive_field_selects_nobody_not_even_for_a_workshop(key: str) -> None:
    assert operators(load()[key]) == ()
    with pytest.raises(Refused):
        check_requirements([Requirement(key, Operator.IS, ("yes",))], may_use_protected=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense at_least 1",
        "language_level at_least",
        "language_level about b1",
        "language_level one_of z9",
        "hours_available at_least many",
        "skills includes welding",
    ],
)
def test_what_is_no_requirement_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        check_requirements([parse_requirement(text)], may_use_protected=True)


TWO = {"yes_no": ("yes", "no"), "number": ("10", "20"), "day": ("2026-01-02", "2026-02-03")}


def _two_of(field: Field) -> tuple[str, str]:
    if isinstance(field.kind, Choice | Choices):
        return field.kind.codes[0], field.kind.codes[1]
    return TWO["yes_no" if isinstance(field.kind, YesNo) else "number" if isinstance(field.kind, Number) else "day"]


@pytest.mark.parametrize(("key", "operator"), [(f.key, op) for f in load() for op in operators(f)])
def test_two_values_are_both_asked_for_or_refused_and_never_one_of_them_dropped(key: str, operator: Operator) -> None:
    field = load()[key]
    asked = Requirement(key, operator, _two_of(field))
    if operator in (Operator.ONE_OF, Operator.INCLUDES):
        assert check_requirements([asked], may_use_protected=True) == [asked]
        return
    for written in (asked, parse_requirement(str(asked))):
        with pytest.raises(
            Refused, match=r"Only one value of .* can be required in this way, and 2 were entered"
        ) as refused:
            check_requirements([written], may_use_protected=True)
        assert refused.value.field == "requirements"


def test_every_requirement_reads_back_as_it_is_written() -> None:
    for requirement in ASKED:
        assert parse_requirement(str(requirement)) == requirement


@given(st.lists(st.integers(0, 30), min_size=1, max_size=8))
def test_no_small_group_can_be_worked_out_from_a_total(numbers: list[int]) -> None:
    shown = shown_column(numbers)
    hidden = [n for n, s in zip(numbers, shown, strict=True) if s is None]
    assert all(s is None or s == 0 or s >= SMALLEST_GROUP for s in shown)
    assert len(hidden) != 1 or len(numbers) == 1
    assert [s for s in shown if s is not None] == [n for n, s in zip(numbers, shown, strict=True) if s is not None]


@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=2, max_size=6))
def test_no_line_of_a_table_has_one_hidden_number(numbers: list[list[int]]) -> None:
    table = shown_table(numbers)
    for line in [*table, *map(list, zip(*table, strict=True))]:
        assert sum(s is None for s in line) != 1
