"""Filters find whom they name, keep the unknown, and read back from an address as they were written."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.catalogue import Track, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    ChooseServiceTrack,
    DeclareNotRelevant,
    RegisterField,
)
from domain.filters import LISTED, STATES, operators_of, options_of, parse
from domain.refusal import Refused
from projections import caseload, data_gaps
from projections.caseload import Scope
from projections.filters import condition, count_each, quick
from tests.stories import COACH, INTAKE_ON, begin, contact, do

AS_OF = date(2026, 11, 18)


@pytest.fixture
def people(services: Services) -> dict[str, UUID]:
    """Four clients: with licence B, with AM, without a word about it, and for whom it is not relevant."""
    found = {name: begin(services, uuid4()) for name in ("with_b", "with_am", "unknown", "aside")}
    for name, codes, born, hours in (("with_b", ["B"], "1980-05-05", 40), ("with_am", ["AM"], "1990", 24)):
        for field, value in (("driving_licence", codes), ("birth_date", born), ("hours_available", hours)):
            do(services, RegisterField(client_id=found[name], field=field, value=value, known_on=INTAKE_ON))
    do(
        services,
        DeclareNotRelevant(
            client_id=found["aside"], field="driving_licence", reason="blind", review_on=date(2027, 1, 1)
        ),
    )
    do(services, contact(date(2026, 3, 3), found["with_b"]))
    services.engine.catch_up()
    return found


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("driving_licence:is:B", {"with_b"}),
        ("driving_licence:is:B,AM", {"with_b", "with_am"}),
        ("driving_licence:is:B,blank", {"with_b", "unknown"}),
        ("driving_licence:is_not:B", {"with_am", "unknown", "aside"}),
        ("driving_licence:is_not:B,blank", {"with_am", "aside"}),
        ("driving_licence:unknown", {"unknown"}),
        ("driving_licence:not_relevant", {"aside"}),
        ("driving_licence:known", {"with_b", "with_am"}),
        ("hours_available:between:30,", {"with_b"}),
        ("hours_available:between:,30", {"with_am"}),
        ("hours_available:between:24,40", {"with_b", "with_am"}),
        ("birth_date:before:1985-01-01", {"with_b"}),
        ("birth_date:between:1990-06-01,1990-07-01", {"with_am"}),
        ("last_seen:unknown", {"with_am", "unknown", "aside"}),
        ("last_seen:between:2026-03-01,2026-03-31", {"with_b"}),
        ("last_seen:before:2026-03-03", set()),
    ],
)
def test_a_filter_finds_whom_it_names(services: Services, people: dict[str, UUID], text: str, names: set[str]) -> None:
    asked = parse(text)
    assert parse(str(asked)) == asked
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=COACH), [condition(asked, AS_OF)])
        counted = count_each(connection, Scope(coach_id=COACH), [], {"it": condition(asked, AS_OF)})
    assert {row.client_id for row in rows} == {people[name] for name in names}
    assert counted == {"it": len(names)}


def test_what_is_listed_of_a_field_is_what_figures_count(services: Services, people: dict[str, UUID]) -> None:
    begin(services, uuid4())
    services.engine.catch_up()
    with services.database.read() as connection:
        figures = data_gaps.totals_by_field(connection, AS_OF)
        for field in load():
            found = caseload.count(connection, Scope(), [condition(parse(f"{field.key}:{LISTED}"), AS_OF)])
            assert found == sum(figures.get(field.key, {}).values()), field.key
    assert figures["education_level"], "something is missing"


def test_every_field_can_be_filtered_by_each_state(services: Services, people: dict[str, UUID]) -> None:
    everybody = Scope(coach_id=COACH)
    with services.database.read() as connection:
        for field in load():
            numbers = {
                state: caseload.count(connection, everybody, [condition(parse(f"{field.key}:{state}"), AS_OF)])
                for state in STATES
            }
            assert sum(numbers.values()) - numbers["contradictory"] == len(people), field.key


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense:known",
        "cv",
        "cv:is:2026",
        "debts:is:none",
        "driving_licence:is:",
        "driving_licence:is:Z",
        "hours_available:between:",
        "hours_available:between:many,9",
        "last_seen:is:2026-01-01",
        "last_seen:before:soon",
        "skills:is:welding",
        "driving_licence:between:A,B",
    ],
)
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        parse(text)


def test_words_of_a_person_are_never_part_of_a_filter() -> None:
    assert all(not operators_of(f) for f in load() if type(f.kind).__name__ == "ShortText" or f.sensitive)


def test_yes_and_no_are_two_answers_and_to_say_neither_is_a_third(services: Services, people: dict[str, UUID]) -> None:
    field = "childcare_arranged"
    for name, answer in (("with_b", "yes"), ("with_am", "no")):
        do(services, RegisterField(client_id=people[name], field=field, value=answer, known_on=INTAKE_ON))
    services.engine.catch_up()

    def found(text: str) -> set[str]:
        with services.database.read() as connection:
            asked = condition(parse(f"{field}:{text}"), AS_OF)
            rows = caseload.clients(connection, Scope(coach_id=COACH), [asked])
        return {name for name, client_id in people.items() if client_id in {row.client_id for row in rows}}

    assert found("is:yes") == {"with_b"} and found("is:no") == {"with_am"}
    assert found("is:yes,no") == {"with_b", "with_am"}
    assert found("is:no,blank") == {"with_am", "unknown", "aside"}
    assert found("is_not:no") == {"with_b", "unknown", "aside"}


def test_every_answer_of_every_field_can_be_asked_for() -> None:
    for field in load():
        for code in options_of(field):
            assert parse(f"{field.key}:is:{code}").values == (code,)


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("not_seen", {"with_b", "with_am", "unknown", "aside"}),
        ("no_plan", {"with_am", "unknown", "aside"}),
        ("no_track", {"with_b", "unknown", "aside"}),
        ("never_seen", {"with_am", "unknown", "aside"}),
        ("contact_due", {"with_b"}),
        ("quiet", {"with_am", "unknown", "aside"}),
    ],
)
def test_what_coaches_ask_all_day(services: Services, people: dict[str, UUID], name: str, names: set[str]) -> None:
    do(services, AgreePlanOfAction(client_id=people["with_b"], plan="A kitchen", agreed_on=INTAKE_ON))
    do(services, AgreeContactFrequency(client_id=people["with_b"], weeks=3, agreed_on=INTAKE_ON))
    do(services, ChooseServiceTrack(client_id=people["with_am"], track=Track.JOB_READY, chosen_on=INTAKE_ON))
    services.engine.catch_up()
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=COACH), [quick(name, AS_OF)])
    assert {row.client_id for row in rows} == {people[each] for each in names}
