"""What is stored of each field of the catalogue: codes that were recorded are never called otherwise, by hand."""

from __future__ import annotations

from datetime import date

import pytest

from domain.catalogue import DateKind, Field, Number, ShortText, load
from domain.refusal import Refused

CATALOGUE = load()
TODAY = date(2026, 3, 2)

# In the order of the form, which is that of the least to the most where there is one.
ANSWERS = {
    "gender": "woman man x",
    "marital_status": "single married divorced widowed",
    "children_ages": "0_3 4_11 12_17",
    "living_situation": "alone with_partner with_children with_family shared supported no_fixed_address",
    "physical_limitations": "none lifting standing sitting hands senses energy",
    "mental_limitations": "none pressure concentration contact structure",
    "outside_office_hours": "none early evenings nights weekends",
    "debts": "none manageable problematic",
    "education_level": "none primary lower_secondary upper_secondary bachelor master",
    "language_level": "below_a1 a1 a2 b1 b2 c1 c2",
    "driving_licence": "none AM A B C D E",
    "digital_skills": "none phone basic advanced",
    "work_sector": "agriculture construction industry transport retail hospitality cleaning care education office"
    " technology security other none",
    "preferred_sectors": "agriculture construction industry transport retail hospitality cleaning care education"
    " office technology security other",
    "own_transport": "none bicycle moped car",
    "service_track": "orientation care_first participation development job_ready exempt",
}
# These answers go with no other. A licence of before may have both: that is shown as a contradiction.
ALONE = {"physical_limitations", "mental_limitations", "outside_office_hours", "own_transport"}
BOUNDS = {
    "children_at_home": (0, 15, "children"),
    "hours_available": (0, 40, "hours a week"),
    "work_years": (0, 60, "years"),
    "travel_time": (0, 180, "minutes"),
    "contact_frequency": (1, 26, "weeks"),
}
LONGEST = {
    "field_of_education": 200,
    "certificates": 200,
    "work_occupation": 200,
    "skills": 300,
    "preferred_occupations": 200,
    "own_goal": 400,
    "plan_of_action": 4000,
}
PARTIAL, AHEAD = {"birth_date"}, {"benefit_start_date"}
# All others are supplied by the coach and in the questionnaire.
BY_COACH = {
    "criminal_record_restricts",
    "plan_of_action",
    "service_track",
    "contact_frequency",
    "cv",
    "job_ready_since",
}
BY_INTAKE = {"birth_date", "gender", "benefit_start_date"}
BY_ALL = {"marital_status", "children_at_home", "children_ages"}
SEVERAL = {
    "children_ages",
    "physical_limitations",
    "mental_limitations",
    "outside_office_hours",
    "driving_licence",
    "preferred_sectors",
    "own_transport",
}


def test_the_codes_of_each_field() -> None:
    options = {f.key: " ".join(o.code for o in getattr(f.kind, "options", ())) for f in CATALOGUE}
    assert {key: codes for key, codes in options.items() if codes} == ANSWERS
    assert {field.key for field in CATALOGUE if field.kind.several} == SEVERAL


@pytest.mark.parametrize("key", sorted(SEVERAL))
def test_an_answer_that_goes_with_no_other_is_none_at_all(key: str) -> None:
    codes = ANSWERS[key].split()
    if key in ALONE:
        with pytest.raises(Refused, match="The answer none can't be combined") as refused:
            CATALOGUE[key].check(["none", codes[-1]])
        assert refused.value.field == key
    assert CATALOGUE[key].check(codes[1:]) == codes[1:]
    assert CATALOGUE[key].check(codes[:1]) == codes[:1]


def numbers() -> dict[str, Number]:
    return {field.key: field.kind for field in CATALOGUE if isinstance(field.kind, Number)}


def test_numbers_have_their_bounds_and_say_what_they_count() -> None:
    assert {k: (n.least, n.most, n.unit.en if n.unit else "") for k, n in numbers().items()} == BOUNDS


@pytest.mark.parametrize("key", sorted(BOUNDS))
def test_a_number_is_taken_up_to_its_bounds_and_not_beyond(key: str) -> None:
    least, most, unit = BOUNDS[key]
    for number in (least, most):
        assert CATALOGUE[key].check(str(number)) == number
        assert CATALOGUE[key].show(number, "en") == f"{number} {unit}"
    for number in (least - 1, most + 1):
        with pytest.raises(Refused, match=f"from {least} to {most}") as refused:
            CATALOGUE[key].check(str(number))
        assert refused.value.field == key


def test_texts_have_their_ends() -> None:
    assert {f.key: f.kind.longest for f in CATALOGUE if isinstance(f.kind, ShortText)} == LONGEST


def test_days_are_whole_and_have_come_but_for_these() -> None:
    days = {f.key: f.kind for f in CATALOGUE if isinstance(f.kind, DateKind)}
    assert days.keys() == {"birth_date", "cv", "job_ready_since", "benefit_start_date"}
    assert {key for key, kind in days.items() if kind.partial} == PARTIAL
    for key in days:
        assert CATALOGUE[key].check("2026-03-02", TODAY) == "2026-03-02"
        if key in AHEAD:
            assert CATALOGUE[key].check("2026-03-03", TODAY) == "2026-03-03"
        else:
            with pytest.raises(Refused, match="in the future") as refused:
                CATALOGUE[key].check("2026-03-03", TODAY)
            assert refused.value.field == key


@pytest.mark.parametrize("field", list(CATALOGUE), ids=lambda field: field.key)
def test_who_supplies_a_field_and_whom_the_questionnaire_asks(field: Field) -> None:
    wanted = {"coach"}
    wanted |= {"intake_form"} if field.key in BY_INTAKE | BY_ALL else set()
    wanted |= set() if field.key in BY_INTAKE | BY_COACH else {"questionnaire"}
    assert field.supplied_by == wanted
    assert field.asked_of_client == ("questionnaire" in wanted)
    if field.asked_of_client:
        assert field.question is not None
        assert field.question.en.strip() and field.question.nl.strip()
