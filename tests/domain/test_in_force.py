"""Definitions in force: as they were declared, with what was revised since, for pages and for read models."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.catalogue.contradictions import CONTRADICTIONS
from domain.client.contacts import Channel
from domain.in_force import (
    AS_DECLARED,
    CASELOAD,
    NOT_SEEN,
    RULES_OFF,
    SEEN,
    TERMS,
    checked_parameter,
    declared,
    differing,
    merged,
    of_closing_days,
    of_definitions,
    parameter_names,
    parameters_of,
    projected,
    rules_under,
    subjects,
    text_names,
    texts_of,
    with_closing_days,
)
from domain.refusal import Refused


def test_nothing_revised_is_what_was_declared() -> None:
    assert merged([]) == declared()
    rules = declared().rules
    assert (rules.parameters, rules.not_seen_months, rules.seen) == (AS_DECLARED, 3, frozenset(Channel))
    assert declared().limits == (80, 120)
    # A revision that says what was declared says nothing.
    for subject in subjects():
        assert differing(parameters_of(subject, declared()), parameters_of(subject, declared())) == {}
    assert merged([(SEEN, {}, {})]) == declared()


def test_a_revised_field_counts_and_reads_otherwise_and_the_others_as_before() -> None:
    texts = {"label": ("Licence", "Rijbewijs B"), "option:B": ("A car.", "Een auto.")}
    now = merged([("driving_licence", {"days_allowed": 14, "stale_after_months": 9}, texts)])
    field, before = now.catalogue.fields["driving_licence"], declared().catalogue.fields["driving_licence"]
    assert field.required is not None and field.required.within_days == 14 and field.stale_after_months == 9
    assert (field.label.en, field.label.nl) == ("Licence", "Rijbewijs B")
    assert field.definition == before.definition
    assert texts_of("driving_licence", now)["option:B"] == ("A car.", "Een auto.")
    assert texts_of("driving_licence", now)["option:C"] == texts_of("driving_licence", declared())["option:C"]
    assert parameters_of("driving_licence", now) == {"days_allowed": 14, "stale_after_months": 9}
    others = [f for f in now.catalogue.fields.values() if f.key != field.key]
    assert others == [f for f in declared().catalogue.fields.values() if f.key != field.key]


def test_terms_are_revised_like_fields() -> None:
    now = merged([(NOT_SEEN, {"months": 4}, {"label": ("Unseen", "Ongezien")}), (SEEN, {"channels": ["office"]}, {})])
    assert now.rules.not_seen_months == 4 and now.rules.seen == {Channel.OFFICE}
    assert now.term(NOT_SEEN).label.nl == "Ongezien"
    assert now.term(NOT_SEEN).definition == TERMS[NOT_SEEN].definition
    assert [term.key for term in now.terms] == list(TERMS)
    assert declared().term(NOT_SEEN).parameters == {"months": 3}, "what was declared stays as it was"


def test_read_models_take_no_notice_of_how_many_clients_are_usual() -> None:
    now = merged([(CASELOAD, {"do_able": 70}, {})])
    assert now.limits == (70, 120)
    assert projected(now.parameters) == AS_DECLARED and now.rules == declared().rules
    both = now.revised(NOT_SEEN, {"months": 6})
    assert both.limits == (70, 120) and rules_under(projected(both.parameters)).not_seen_months == 6


def test_the_order_in_which_things_were_revised_makes_no_other_definitions() -> None:
    one = [(NOT_SEEN, {"months": 4}, {}), ("cv", {"stale_after_months": 9}, {})]
    assert merged(one) == merged(one[::-1])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_allowed", 0),
        ("days_allowed", 366),
        ("days_allowed", "7"),
        ("days_allowed", None),
        ("stale_after_months", 0),
        ("stale_after_months", 121),
        ("months", 25),
        ("do_able", 501),
        ("usual", 0),
        ("channels", []),
        ("channels", ["pigeon"]),
        ("channels", ["office", "pigeon"]),
    ],
)
def test_a_parameter_out_of_bounds_is_refused_by_its_name(name: str, value: Any) -> None:
    with pytest.raises(Refused) as refused:
        checked_parameter(name, value)
    assert refused.value.field == name


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("days_allowed", 1),
        ("days_allowed", 365),
        ("stale_after_months", None),
        ("stale_after_months", 120),
        ("months", 24),
        ("do_able", 500),
        ("usual", 500),
    ],
)
def test_a_parameter_on_its_bounds_is_taken(name: str, value: Any) -> None:
    assert checked_parameter(name, value) == value


def test_channels_come_once_and_in_their_own_order() -> None:
    assert checked_parameter("channels", ["phone", "office", "phone"]) == ["office", "phone"]
    assert checked_parameter("channels", [*reversed(Channel)]) == [channel.value for channel in Channel]


def test_rules_that_are_switched_off_are_rules() -> None:
    known = [rule.key for rule in CONTRADICTIONS]
    assert checked_parameter(RULES_OFF, [known[1], known[0], known[1]]) == known[:2]
    assert checked_parameter(RULES_OFF, known) == known
    assert checked_parameter(RULES_OFF, []) == checked_parameter(RULES_OFF, None) == []
    with pytest.raises(Refused) as refused:
        checked_parameter(RULES_OFF, [known[0], "none"])
    assert refused.value.field == RULES_OFF


def test_days_on_which_the_city_is_closed_are_part_of_the_rules_and_no_definition() -> None:
    closed = [date(2026, 12, 28), date(2026, 12, 24)]
    defined = merged([(NOT_SEEN, {"months": 4}, {})]).parameters
    both = with_closing_days(defined, closed)
    assert rules_under(both).working_days.closed == frozenset(closed)
    assert rules_under(both).not_seen_months == 4
    assert of_definitions(both) == defined
    assert rules_under(of_closing_days(both)).working_days.closed == frozenset(closed)
    assert rules_under(of_closing_days(both)).not_seen_months == 3
    assert with_closing_days(both, closed[::-1]) == both
    assert with_closing_days(both, []) == defined


def test_each_subject_has_texts_and_its_plain_parameters() -> None:
    for subject in subjects():
        assert text_names(subject)[:2] == ["label", "definition"]
        assert set(texts_of(subject, declared())) == set(text_names(subject))
        assert list(parameters_of(subject, declared())) == parameter_names(subject)
    assert parameter_names(CASELOAD) == ["do_able", "usual"]
