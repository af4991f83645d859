"""Figures of a caseload: whose they are, where a day begins and ends to count, and what a choice does to groups."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.catalogue import State, Track
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    ChooseServiceTrack,
    CloseClient,
    ClosingReason,
    ErasureReason,
    RegisterField,
    TakeIntake,
)
from domain.matching import Judgement, Operator, Requirement, Verdict
from eventlog.commands import CommandContext
from projections import caseload_figures, data_gaps
from projections.caseload import Scope
from projections.matches import Match, Matched, effects, matches
from tests.conftest import NOW
from tests.stories import COACH, INTAKE_ON, TEAM, begin, contact, do

COLLEAGUE, OTHER_TEAM, NEWCOMER = UUID(int=9), UUID(int=45), UUID(int=5)
TODAY, DAY = NOW.date(), timedelta(days=1)
MINE, THEIRS = Scope(team_id=TEAM), Scope(team_id=OTHER_TEAM)


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    """Two clients of the coach, one of a colleague in another team, one without a coach, and one whose file is shut."""
    services = sqlite_services
    for number in range(1, 5):
        begin(services, UUID(int=number))
    do(services, AssignClient(client_id=UUID(int=3), team=OTHER_TEAM, coach=COLLEAGUE, assigned_on=TODAY))
    do(services, TakeIntake(client_id=NEWCOMER, held_on=TODAY, team=TEAM))
    do(services, CloseClient(client_id=UUID(int=4), reason=ClosingReason.JOB, closed_on=TODAY))
    return services


def test_open_clients_are_counted_for_the_coach_who_has_them(services: Services) -> None:
    services.engine.catch_up()
    with services.database.read() as connection:
        assert caseload_figures.by_coach(connection, TEAM) == {COACH: 2, None: 1}
        assert caseload_figures.by_coach(connection, OTHER_TEAM) == {COLLEAGUE: 1}
        assert caseload_figures.by_coach(connection, UUID(int=77)) == {}


def test_totals_of_each_team_on_a_day(services: Services) -> None:
    one, two = UUID(int=1), UUID(int=2)
    do(services, AgreePlanOfAction(client_id=one, plan="A kitchen", agreed_on=INTAKE_ON + 10 * DAY))
    do(services, ChooseServiceTrack(client_id=one, track=Track.JOB_READY, chosen_on=INTAKE_ON))
    do(services, AgreeContactFrequency(client_id=one, weeks=3, agreed_on=INTAKE_ON))
    do(services, contact(INTAKE_ON, client_id=one))
    do(services, contact(TODAY, client_id=two))
    services.engine.catch_up()
    due = INTAKE_ON + 21 * DAY
    unseen = date(2026, 4, 5)
    with services.database.read() as connection:
        for day, contact_due, not_seen in (
            (due - DAY, 0, 0),
            (due, 1, 0),
            (unseen - DAY, 1, 0),
            (unseen, 1, 1),
            (TODAY, 1, 1),
        ):
            found = caseload_figures.totals(connection, day, MINE)
            assert found.keys() == {TEAM}
            assert found[TEAM] == {
                "open": 3,
                "no_plan": 2,
                "not_seen": not_seen,
                "contact_due": contact_due,
                "contact_agreed": 1,
                "no_coach": 1,
            }, day
        everybody = caseload_figures.totals(connection, TODAY, Scope())
        assert {team: figures["open"] for team, figures in everybody.items()} == {TEAM: 3, OTHER_TEAM: 1}
        assert caseload_figures.by_track(connection, MINE) == {Track.JOB_READY: 1, None: 2}
        assert caseload_figures.by_track(connection, THEIRS) == {None: 1}
        assert caseload_figures.intake_to_plan_weeks(connection, MINE) == [1]
        assert caseload_figures.intake_to_plan_weeks(connection, THEIRS) == []
        for since, left in ((TODAY, {ClosingReason.JOB: 1}), (TODAY + DAY, {})):
            assert caseload_figures.outflow(connection, MINE, since) == left
        assert caseload_figures.outflow(connection, THEIRS, TODAY) == {}


def test_states_of_a_field_are_those_of_the_day_that_is_asked_for(services: Services) -> None:
    known_on = date(2026, 2, 2)
    do(services, RegisterField(client_id=UUID(int=1), field="cv", value="2026-02-01", known_on=known_on))
    services.engine.catch_up()
    with services.database.read() as connection:
        states = caseload_figures.field_states(connection, TODAY, MINE)["cv"]
        theirs = caseload_figures.field_states(connection, TODAY, THEIRS)["cv"]

        def is_stale(days: int) -> bool:
            return caseload_figures.field_states(connection, known_on + days * DAY, MINE)["cv"][State.STALE] > 0

        stale_from = known_on + bisect_left(range(2000), True, key=is_stale) * DAY
        before = caseload_figures.field_states(connection, stale_from - DAY, MINE)["cv"]
    assert sum(states.values()) == 3 and states[State.UNKNOWN] == 2
    assert theirs == dict.fromkeys(theirs, 0) | {State.UNKNOWN: 1}
    assert before[State.KNOWN] == 1 and before[State.STALE] == 0


def test_what_falls_due_between_two_days_is_of_open_clients_of_one_coach(services: Services) -> None:
    do(services, AssignClient(client_id=NEWCOMER, team=TEAM, coach=COACH, assigned_on=TODAY))
    services.engine.catch_up()
    with services.database.read() as connection:
        whole = data_gaps.due_between(connection, COACH, date.min, date.max)
        days = sorted({row.due_on for row in whole})
        assert {row.client_id for row in whole} == {UUID(int=1), UUID(int=2), NEWCOMER}
        assert [row.due_on for row in whole] == sorted(row.due_on for row in whole)
        first, last = days[0], days[-1]
        assert first < last
        for begin_on, end_on, expected in (
            (first, first, {first}),
            (first + DAY, last, set(days) - {first}),
            (first, last - DAY, set(days) - {last}),
            (last, last, {last}),
            (last + DAY, date.max, set()),
        ):
            assert {row.due_on for row in data_gaps.due_between(connection, COACH, begin_on, end_on)} == expected
        theirs = data_gaps.due_between(connection, COLLEAGUE, date.min, date.max)
    assert {row.client_id for row in theirs} == {UUID(int=3)}


def test_all_open_clients_of_a_scope_are_matched_those_with_fewest_questions_first(services: Services) -> None:
    asked = [
        Requirement("driving_licence", Operator.INCLUDES, ("B",)),
        Requirement("language_level", Operator.AT_LEAST, ("b1",)),
    ]
    do(services, RegisterField(client_id=UUID(int=2), field="driving_licence", value=["B"], known_on=TODAY))
    services.engine.catch_up()
    with services.database.read() as connection:
        found = matches(connection, MINE, asked, TODAY)
        theirs = matches(connection, THEIRS, asked, TODAY)
    ids = {verdict: [m.row.client_id for m in group] for verdict, group in found.items()}
    asks = ids[Verdict.ASK]
    assert set(asks) == {UUID(int=1), UUID(int=2), NEWCOMER} and asks[0] == UUID(int=2)
    assert [m.row.client_id for group in theirs.values() for m in group] == [UUID(int=3)]


def one(verdict: Verdict, **facts: str | None) -> tuple[Verdict, Match]:
    groups = {"gender": None, "birth_date": None, "living_situation": None} | facts
    row = Matched(client_id=uuid4(), name=None, email=None, **groups)
    return verdict, Match(row, Judgement(verdict, (), ()))


def test_groups_of_a_choice_are_age_gender_and_parents_the_unknown_among_them() -> None:
    as_of = date(2026, 11, 18)
    people = [
        one(Verdict.MEETS, birth_date=born, gender=gender, living_situation=lives)
        for born, gender, lives in (
            ("1999-11-19", "female", "with_children"),  # 26
            ("1999-11-18", "male", "alone"),  # 27
            ("1971-11-19", "female", "with_partner"),  # 54
            ("1971-11-18", None, None),  # 55
            (None, None, None),
        )
        for _ in range(5)
    ]
    found: dict[Verdict, list[Match]] = {verdict: [m for v, m in people if v is verdict] for verdict in Verdict}
    meets = list(Verdict).index(Verdict.MEETS)
    counted = {(e.kind, e.group): e.numbers[meets] for e in effects(found, as_of)}
    assert counted == {
        ("age", "under_27"): 5,
        ("age", "27_to_54"): 10,
        ("age", "55_up"): 5,
        ("age", "unknown"): 5,
        ("gender", "female"): 10,
        ("gender", "male"): 5,
        ("gender", "unknown"): 10,
        ("parent", "single_parent"): 5,
        ("parent", "others"): 10,
        ("parent", "unknown"): 10,
    }
    found[Verdict.MEETS] = found[Verdict.MEETS][1:]
    hidden = {(e.kind, e.group): e.numbers[meets] for e in effects(found, as_of)}
    assert hidden["age", "under_27"] is None, "four would point at people"


@pytest.mark.parametrize("born", ["2027-01-01", "1926-11-18", "2026"])
def test_whatever_day_of_birth_was_entered_it_has_a_group(born: str) -> None:
    found: dict[Verdict, list[Match]] = {verdict: [] for verdict in Verdict}
    found[Verdict.MEETS] = [one(Verdict.MEETS, birth_date=born)[1]]
    assert [e.group for e in effects(found, date(2026, 11, 18)) if e.kind == "age"] != []


def test_a_client_whose_answers_contradict_each_other_is_asked(services: Services) -> None:
    for field, value in (("marital_status", "married"), ("living_situation", "alone")):
        do(services, RegisterField(client_id=UUID(int=1), field=field, value=value, known_on=TODAY))
    services.engine.catch_up()
    with services.database.read() as connection:
        assert dict(data_gaps.contradictions(connection, TEAM))
        found = matches(connection, MINE, [Requirement("marital_status", Operator.IS, ("married",))], TODAY)
    assert [m.row.client_id for m in found[Verdict.MEETS]] == []
    assert UUID(int=1) in {m.row.client_id for m in found[Verdict.ASK]}


def test_to_be_erased_is_no_exit_and_an_exit_from_before_stays_one(services: Services) -> None:
    closed, still_open = begin(services, uuid4()), begin(services, uuid4())
    do(services, CloseClient(client_id=closed, reason=ClosingReason.JOB, closed_on=TODAY))
    services.engine.catch_up()

    def exits() -> dict[str, int]:
        with services.database.read() as connection:
            return caseload_figures.outflow(connection, Scope(), date(2026, 1, 1))

    assert exits() == {"job": 2}
    for client_id in (closed, still_open):
        services.erase(client_id, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock()), uuid4())
    assert exits() == {"job": 2}
