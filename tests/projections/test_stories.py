"""What read models show after what happened to a client."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.catalogue import State, Track, load
from domain.client import (
    AgreeContactFrequency,
    AgreePlanOfAction,
    AssignClient,
    Channel,
    ChooseServiceTrack,
    CloseClient,
    ClosingReason,
    CorrectContact,
    CorrectField,
    DeclareNotRelevant,
    ErasureReason,
    Outcome,
    RecordDeclined,
    RegisterField,
    ReopenClient,
    StrikeContact,
    WithdrawField,
)
from eventlog.commands import CommandContext
from projections import caseload, caseload_figures, contacts, data_gaps, timeline
from projections.caseload_table import recorded
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, INTAKE_ON, TEAM, begin, contact, do

FEBRUARY, MARCH = date(2026, 2, 2), date(2026, 3, 3)


@pytest.fixture
def services(sqlite_services: Services) -> Services:
    return sqlite_services


def row(services: Services) -> caseload.CaseloadClient:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = caseload.client(connection, CLIENT)
    assert found is not None
    return found.client


def gaps(services: Services, as_of: date) -> dict[str, str]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return {r.field: r.state for r in data_gaps.listed(connection, as_of, COACH)}


def register(field: str, value: object, known_on: date = FEBRUARY) -> RegisterField:
    return RegisterField(client_id=CLIENT, field=field, value=value, known_on=known_on)


def test_only_a_contact_on_which_they_spoke_counts_as_seen(services: Services) -> None:
    begin(services)
    do(services, contact(FEBRUARY, outcome=Outcome.NO_ANSWER))
    assert row(services).last_seen_on is None
    assert row(services).last_tried_on == FEBRUARY
    do(services, contact(MARCH))
    assert row(services).last_seen_on == MARCH


def test_a_struck_contact_no_longer_counts_as_seen(services: Services) -> None:
    begin(services)
    contact_id = uuid4()
    do(services, contact(FEBRUARY))
    do(services, contact(MARCH, contact_id=contact_id))
    services.engine.catch_up()
    do(services, StrikeContact(client_id=CLIENT, contact_id=contact_id, reason="wrong client"))
    assert row(services).last_seen_on == FEBRUARY
    with services.database.read() as connection:
        (struck,) = [c for c in contacts.of_client(connection, CLIENT) if c.struck]
    assert struck.contact_id == contact_id


def test_a_corrected_contact_counts_on_its_new_day(services: Services) -> None:
    begin(services)
    contact_id = uuid4()
    do(services, contact(MARCH, contact_id=contact_id))
    do(
        services,
        CorrectContact(
            client_id=CLIENT, contact_id=contact_id, held_on=FEBRUARY, channel=Channel.OFFICE, reason="another day"
        ),
    )
    assert row(services).last_seen_on == FEBRUARY


def test_the_next_contact_is_due_after_the_agreed_weeks(services: Services) -> None:
    begin(services)
    do(services, AgreeContactFrequency(client_id=CLIENT, weeks=4, agreed_on=INTAKE_ON))
    assert row(services).contact_due_on == date(2026, 2, 2), "counted from the assignment at first"
    do(services, contact(MARCH))
    assert row(services).contact_due_on == date(2026, 3, 31)


def test_not_seen_for_three_months_counts_calendar_months_and_from_the_assignment(services: Services) -> None:
    begin(services)
    services.engine.catch_up()
    with services.database.read() as connection:
        days = (date(2026, 4, 4), date(2026, 4, 5))
        found = [caseload.count(connection, caseload.Scope(), [caseload.not_seen(d)]) for d in days]
    assert found == [0, 1]


def test_a_field_is_asked_for_after_the_days_allowed_and_not_before(services: Services) -> None:
    begin(services)
    assert gaps(services, date(2026, 2, 2)) == {}
    late = gaps(services, date(2026, 2, 3))
    assert late == dict.fromkeys(("driving_licence", "education_level", "language_level", "plan_of_action"), "unknown")
    do(services, register("driving_licence", ["B"]))
    do(services, AgreePlanOfAction(client_id=CLIENT, plan="Dutch first", agreed_on=FEBRUARY))
    assert set(gaps(services, date(2026, 2, 3))) == {"education_level", "language_level", "contact_frequency"}


def test_another_coach_or_team_does_not_make_deadlines_start_again(services: Services, clock: Clock) -> None:
    begin(services)
    clock.now += timedelta(days=1)
    other = AssignClient(client_id=CLIENT, team=UUID(int=8), coach=UUID(int=9), assigned_on=services.today)
    do(services, other)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    do(services, ReopenClient(client_id=CLIENT, reopened_on=services.today, reason="came back"))
    do(services, AssignClient(client_id=CLIENT, team=TEAM, coach=COACH, assigned_on=services.today))
    do(services, AgreeContactFrequency(client_id=CLIENT, weeks=2, agreed_on=services.today))
    found = row(services)
    assert (found.coach_id, found.assigned_on) == (COACH, INTAKE_ON)
    assert found.contact_due_on == INTAKE_ON + timedelta(weeks=2)
    assert found.not_seen_on == date(2026, 4, 5)
    with services.database.read() as connection:
        asked = data_gaps.of_client(connection, CLIENT)
    assert asked["education_level"].due_on == INTAKE_ON + timedelta(days=28)
    assert asked["education_level"].since == INTAKE_ON + timedelta(days=29)


@pytest.mark.parametrize(("hour", "day"), [(22, date(2026, 11, 19)), (23, date(2026, 11, 20))])
def test_the_day_of_an_erasure_is_the_day_in_amsterdam(services: Services, clock: Clock, hour: int, day: date) -> None:
    begin(services)
    clock.now = datetime(2026, 11, 19, hour, 30, tzinfo=UTC)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(clock(), COACH), uuid4())
    assert row(services).closed_on == day


@pytest.mark.parametrize("command", [DeclareNotRelevant, RecordDeclined])
def test_a_field_that_was_set_aside_comes_back_on_its_review_day(
    services: Services, command: type[DeclareNotRelevant] | type[RecordDeclined]
) -> None:
    begin(services)
    review_on = date(2027, 1, 4)
    do(services, command(client_id=CLIENT, field="education_level", reason="school first", review_on=review_on))
    assert "education_level" not in gaps(services, date(2027, 1, 3))
    assert "education_level" in gaps(services, review_on)


def test_the_track_decides_what_is_asked(services: Services) -> None:
    begin(services)
    assert "cv" not in gaps(services, date(2026, 12, 1))
    do(services, ChooseServiceTrack(client_id=CLIENT, track=Track.JOB_READY, chosen_on=MARCH))
    assert "cv" not in gaps(services, date(2026, 3, 31))
    assert {"cv", "preferred_sectors", "work_sector"} <= set(gaps(services, date(2026, 4, 1)))
    do(services, ChooseServiceTrack(client_id=CLIENT, track=Track.CARE_FIRST, chosen_on=MARCH))
    assert "cv" not in gaps(services, date(2026, 12, 1))


def test_a_cv_grows_stale_by_its_own_date(services: Services) -> None:
    begin(services)
    do(services, register("cv", "2025-06-01"))
    assert "cv" not in gaps(services, date(2026, 5, 31))
    assert gaps(services, date(2026, 6, 1))["cv"] == "known"
    field = load()["cv"]
    with services.database.read() as connection:
        counted = [
            caseload.count(connection, caseload.Scope(), [caseload.state_is(field, state, date(2026, 6, 1))])
            for state in (State.STALE, State.KNOWN, State.UNKNOWN)
        ]
    assert counted == [1, 0, 0]


def test_a_contradiction_is_on_the_list_at_once_until_it_is_solved(services: Services) -> None:
    begin(services)
    do(services, register("children_at_home", 0))
    do(services, register("childcare_arranged", "yes", MARCH))
    assert gaps(services, MARCH)["childcare_arranged"] == "contradictory"
    do(
        services,
        CorrectField(client_id=CLIENT, field="childcare_arranged", value="no", known_on=MARCH, reason="misunderstood"),
    )
    assert "childcare_arranged" not in gaps(services, MARCH)


def test_what_is_withdrawn_is_unknown_again_and_asked_for(services: Services) -> None:
    begin(services)
    do(services, register("driving_licence", ["B"]))
    do(services, WithdrawField(client_id=CLIENT, field="driving_licence", reason="wrong client"))
    assert "driving_licence" in gaps(services, MARCH)
    assert recorded(row(services), load()["driving_licence"]) == (None, None, None)


def test_a_closed_file_leaves_caseload_and_list_until_it_is_reopened(services: Services) -> None:
    begin(services)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=MARCH))
    assert gaps(services, date(2026, 4, 1)) == {}
    with services.database.read() as connection:
        assert caseload.clients(connection, caseload.Scope(coach_id=COACH)) == []
        assert caseload_figures.outflow(connection, caseload.Scope(team_id=TEAM), FEBRUARY) == {"job": 1}
    do(services, ReopenClient(client_id=CLIENT, reopened_on=date(2026, 5, 5), reason="contract ended"))
    assert gaps(services, date(2026, 6, 2)) == {}, "the days allowed begin again"
    assert gaps(services, date(2026, 6, 3))


def test_a_sensitive_value_stands_in_no_read_model_in_the_clear(services: Services) -> None:
    begin(services)
    do(services, register("debts", "problematic"))
    services.engine.catch_up()
    sensitive = [f.key for f in load().fields.values() if f.sensitive]
    assert sensitive
    assert not {f"v_{key}" for key in sensitive} & set(caseload.caseload.columns.keys())
    with services.database.read() as connection:
        known = data_gaps.of_client(connection, CLIENT)["debts"]
    assert known.value is None
    assert services.log.opener([CLIENT]).text(known.sealed) == "problematic"


def test_the_timeline_tells_what_happened_in_order(services: Services, clock: Clock) -> None:
    begin(services)
    do(services, contact(MARCH, note="about the course"))
    services.engine.catch_up()
    with services.database.read() as connection:
        entries = timeline.of_client(connection, CLIENT)
    assert [e.kind for e in entries] == ["ContactRecorded", "ClientAssigned", "IntakeTaken"]
    assert entries[0].happened_on == MARCH
    said = services.log.versions(CLIENT, [entries[0].version])[entries[0].version]
    assert services.log.opener([CLIENT]).value(said, "note") == "about the course"
    assert (said.actor, said.recorded_at) == (COACH, clock.now)


def test_what_was_agreed_and_taken_back_is_agreed_no_more(services: Services) -> None:
    begin(services)
    do(services, AgreePlanOfAction(client_id=CLIENT, plan="A kitchen of her own", agreed_on=FEBRUARY))
    do(services, ChooseServiceTrack(client_id=CLIENT, track=Track.JOB_READY, chosen_on=FEBRUARY))
    do(services, AgreeContactFrequency(client_id=CLIENT, weeks=3, agreed_on=FEBRUARY))
    agreed = ("plan_on", "track", "track_on", "frequency_weeks")
    assert [getattr(row(services), name) for name in agreed] == [FEBRUARY, Track.JOB_READY, FEBRUARY, 3]
    assert row(services).contact_due_on is not None
    for field, gone in (("plan_of_action", agreed[:1]), ("service_track", agreed[:3]), ("contact_frequency", agreed)):
        do(services, WithdrawField(client_id=CLIENT, field=field, reason="wrong client"))
        now = row(services)
        assert [name for name in agreed if getattr(now, name) is None] == list(gone)
    assert row(services).contact_due_on is None


def test_a_contact_that_somebody_else_corrects_stays_with_who_recorded_it(services: Services, clock: Clock) -> None:
    begin(services)
    contact_id, recorded_at = uuid4(), clock.now
    given = contact(FEBRUARY, contact_id=contact_id)
    do(services, given)
    clock.now += timedelta(days=1)
    facts = {name: getattr(given, name) for name in given.__struct_fields__} | {"held_on": MARCH}
    context = CommandContext(clock.now, UUID(int=9))
    services.clients.handle(CorrectContact(**facts, reason="misheard"), context, uuid4())
    services.engine.catch_up()
    with services.database.read() as connection:
        found = contacts.contact(connection, CLIENT, contact_id)
    assert found is not None
    assert (found.actor, found.recorded_at, found.held_on) == (COACH, recorded_at, MARCH)
    assert (found.version, found.words, found.struck) == (4, 4, False)
