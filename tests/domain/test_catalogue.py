"""The field catalogue as Werkpad has it: what it says about each field, and what contradicts what."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from domain.catalogue import Always, Choice, Choices, Field, Option, State, Track, TrackIn, load
from domain.gaps import Entry, Facts, assess
from domain.refusal import Refused

CATALOGUE = load()
DAY = date(2026, 3, 2)


def keys(*, having: str) -> set[str]:
    return {field.key for field in CATALOGUE if getattr(field, having)}


def test_the_groups_stand_in_the_order_in_which_one_gets_to_know_somebody():
    assert [group for group, _ in CATALOGUE.by_group()] == ["who", "able", "knows", "wants", "plan"]
    assert [f.key for _, fields in CATALOGUE.by_group() for f in fields] == list(CATALOGUE.fields)


def test_protected_are_the_fields_that_never_select_for_a_vacancy():
    assert keys(having="protected") == {
        "birth_date",
        "gender",
        "marital_status",
        "children_at_home",
        "children_ages",
        "living_situation",
        "physical_limitations",
        "mental_limitations",
        "childcare_arranged",
        "debts",
        "criminal_record_restricts",
        "travel_time",
        "own_goal",
        "plan_of_action",
        "contact_frequency",
        "benefit_start_date",
    }


@pytest.mark.parametrize("field", list(CATALOGUE), ids=lambda field: field.key)
def test_of_each_field_it_was_decided_whether_it_may_select_for_a_vacancy_and_why(field: Field):
    assert bool(field.selects) != bool(field.protected)
    assert len((field.selects or field.protected).split()) >= 4
    assert not (field.sensitive and field.selects)


def test_sensitive_are_the_special_categories_and_no_rule_reads_them():
    sensitive = keys(having="sensitive")
    assert sensitive == {"physical_limitations", "mental_limitations", "debts", "criminal_record_restricts"}
    assert not sensitive & CATALOGUE.rule_fields
    assert keys(having="specialised_only") == {"criminal_record_restricts"}


def test_what_is_required_since_when_and_within_how_many_days():
    required = {
        f.key: (type(f.required.when), f.required.since, f.required.within_days) for f in CATALOGUE if f.required
    }
    for_everybody, towards_work = (Always, "assignment", 28), (TrackIn, "track", 28)
    assert required == {
        "education_level": for_everybody,
        "language_level": for_everybody,
        "driving_licence": for_everybody,
        "plan_of_action": for_everybody,
        "contact_frequency": (Always, "plan", 0),
        "cv": towards_work,
        "preferred_sectors": towards_work,
        "work_sector": towards_work,
        "work_occupation": towards_work,
        "work_years": towards_work,
    }


def test_what_goes_out_of_date():
    stale = {field.key: field.stale_after_months for field in CATALOGUE if field.stale_after_months}
    assert stale == {"physical_limitations": 24, "mental_limitations": 24, "cv": 12}


def test_plan_track_and_frequency_have_commands_of_their_own():
    special = {field.key: field.recorded_by for field in CATALOGUE if field.recorded_by != "registration"}
    assert special == {key: key for key in ("plan_of_action", "service_track", "contact_frequency")}
    track = CATALOGUE["service_track"].kind
    assert isinstance(track, Choice) and track.codes == tuple(Track)


def test_a_cv_is_as_old_as_the_day_on_it_and_not_as_the_registration():
    assert CATALOGUE["cv"].stale_on("2025-02-28", DAY) == date(2026, 2, 28)
    assert CATALOGUE["physical_limitations"].stale_on(None, DAY) == date(2028, 3, 2)


def test_every_answer_explains_itself_in_both_languages():
    for option in all_options():
        assert len(option.definition.en) > 3 and len(option.definition.nl) > 3


def all_options() -> list[Option]:
    return [option for f in CATALOGUE if isinstance(f.kind, Choice | Choices) for option in f.kind.options]


def test_no_definition_merely_repeats_the_label():
    for field in CATALOGUE:
        for language in ("en", "nl"):
            label, definition = field.label.in_(language), field.definition.in_(language)
            assert len(definition.split()) >= 5, field.key
            assert definition.rstrip(".").casefold() != label.casefold(), field.key


def test_no_licence_with_a_category_is_recorded_and_shown_as_a_contradiction():
    assert CATALOGUE["driving_licence"].check(["none", "B"]) == ["none", "B"]
    assert any(rule.key == "no_licence_with_categories" for rule in CATALOGUE.contradictions)


def test_an_unknown_field_is_refused_in_words():
    assert "cv" in CATALOGUE and "shoe_size" not in CATALOGUE
    with pytest.raises(Refused, match="no field shoe_size"):
        CATALOGUE["shoe_size"]


def test_the_version_is_the_same_at_every_start():
    def version(seed: str) -> str:
        program = "from domain.catalogue import load; print(load().version)"
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
        done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert {version("1"), version("2"), version("3")} == {CATALOGUE.version}


# Each contradiction, by two stories: values for which it holds, and the same but for one for which it does not.
STORIES = {
    "job_ready_but_care_first": (
        {"job_ready_since": "2026-01-01", "service_track": "care_first"},
        {"service_track": "job_ready"},
    ),
    "job_ready_but_exempt": (
        {"job_ready_since": "2026-01-01", "service_track": "exempt"},
        {"service_track": "development"},
    ),
    "no_licence_with_categories": ({"driving_licence": ["none", "B"]}, {"driving_licence": ["none"]}),
    "trailer_without_vehicle": ({"driving_licence": ["AM", "E"]}, {"driving_licence": ["B", "E"]}),
    "single_with_partner": (
        {"marital_status": "single", "living_situation": "with_partner"},
        {"living_situation": "shared"},
    ),
    "widowed_with_partner": (
        {"marital_status": "widowed", "living_situation": "with_partner"},
        {"living_situation": "alone"},
    ),
    "married_living_alone": (
        {"marital_status": "married", "living_situation": "alone"},
        {"marital_status": "divorced"},
    ),
    "childcare_without_children": ({"childcare_arranged": True, "children_at_home": 0}, {"children_at_home": 1}),
    "ages_without_children": ({"children_ages": ["4_11"], "children_at_home": 0}, {"children_at_home": 2}),
    "living_with_children_without_any": (
        {"living_situation": "with_children", "children_at_home": 0},
        {"children_at_home": 1},
    ),
    "alone_with_children": ({"living_situation": "alone", "children_at_home": 1}, {"children_at_home": 0}),
    "job_ready_without_hours": ({"hours_available": 0, "service_track": "job_ready"}, {"hours_available": 8}),
    "own_car_without_licence": ({"own_transport": ["car"], "driving_licence": ["none"]}, {"driving_licence": ["B"]}),
    "never_worked_with_years": ({"work_sector": "none", "work_years": 3}, {"work_years": 0}),
    "sector_without_years": ({"work_sector": "care", "work_years": 0}, {"work_years": 1}),
    "no_school_with_field": (
        {"education_level": "none", "field_of_education": "nursing"},
        {"education_level": "bachelor"},
    ),
    "never_worked_with_occupation": (
        {"work_sector": "none", "work_occupation": "baker"},
        {"work_sector": "hospitality"},
    ),
    "primary_school_with_field": (
        {"education_level": "primary", "field_of_education": "nursing"},
        {"education_level": "lower_secondary"},
    ),
    "technology_without_digital_skills": (
        {"work_sector": "technology", "digital_skills": "none"},
        {"digital_skills": "phone"},
    ),
    "moped_without_licence": ({"own_transport": ["moped"], "driving_licence": ["none"]}, {"driving_licence": ["AM"]}),
    "office_hours_without_hours": (
        {"hours_available": 0, "outside_office_hours": ["evenings"]},
        {"outside_office_hours": ["none"]},
    ),
    "job_ready_without_travel": ({"travel_time": 0, "service_track": "job_ready"}, {"travel_time": 1}),
    "full_hours_without_childcare": (
        {"hours_available": 32, "childcare_arranged": False, "children_ages": ["0_3", "4_11"]},
        {"hours_available": 31},
    ),
    "job_ready_seldom_in_touch": (
        {"contact_frequency": 12, "service_track": "job_ready"},
        {"contact_frequency": 11},
    ),
    "long_travel_without_transport": ({"travel_time": 60, "own_transport": ["none"]}, {"travel_time": 59}),
}


def contradictions(values: dict[str, object]) -> set[str]:
    track = values.get("service_track")
    facts = Facts(
        None,
        Track(track) if track else None,
        None,
        None,
        False,
        {key: Entry(State.KNOWN, value, DAY, None) for key, value in values.items()},
    )
    return {key for gap in assess(facts, CATALOGUE).values() for key in gap.contradictions}


def test_every_contradiction_has_its_story():
    assert STORIES.keys() == {contradiction.key for contradiction in CATALOGUE.contradictions}
    assert len(STORIES) >= 20


@pytest.mark.parametrize("key", STORIES)
def test_the_contradiction_is_found_and_goes_when_one_fact_is_put_right_or_taken_back(key):
    values, otherwise = STORIES[key]
    assert key in contradictions(values)
    assert key not in contradictions(values | otherwise)
    for field in values:
        assert key not in contradictions({k: v for k, v in values.items() if k != field}), "the unknown contradicts"
