"""The read models held to a second, plain way of counting: a wrong fold is wrong on both sides of `verify`."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict

from application.services import Services
from domain.calendar import Week
from domain.client import AnswerOffered, AnswerSettled, ContradictionAccepted
from domain.closing_days import ClosingDaysSet, ClosingDaysTakenBack
from domain.gaps import state_on
from projections import (
    agenda,
    caseload,
    caseload_figures,
    closing_days,
    contacts,
    data_gaps,
    proposals,
    questionnaires,
    timeline,
    weekly_figures,
)
from projections.caseload import Scope
from projections.engine.verify import verify
from records import weekly_lists
from tests.plain import Life, total
from tests.projections.answering import VALUES
from tests.projections.world import ABOUT_FACTS, ACTIONS, BEGAN, CLIENTS, WITHDRAWN_TOO, World

things = st.lists(
    st.tuples(st.integers(0, CLIENTS - 1), st.sampled_from(ACTIONS), st.integers(0, 2**32)), min_size=1, max_size=45
)


@pytest.mark.parametrize("examples", [20, pytest.param(400, marks=pytest.mark.slow)])
def test_whatever_happens_the_read_models_show_what_one_counts_by_hand(
    sqlite_services: Services, examples: int
) -> None:
    # Not made smaller when it fails: each try is written to the same log, and takes longer than the one before.
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(things)
    def whatever_happens(found: list[tuple[int, str, int]]) -> None:
        world = World(sqlite_services)
        for who, what, seed in found:
            world.happens(who, what, seed)
        sqlite_services.engine.catch_up()
        lives = [life for life in world.lives() if life.events]
        today = sqlite_services.today
        for days in (0, 1, 28, 29, 93, 400):
            the_figures_are_so(world, lives, today + timedelta(days=days))
        for life in lives:
            the_file_is_so(world, life)
            the_fields_are_so(world, life)
        what_is_proposed_is_so(world, lives)
        the_closing_days_are_so(world)
        the_lists_are_so(world, lives)
        the_weekly_figures_are_so(world, lives)

    whatever_happens()
    assert list(verify(sqlite_services.engine)) == []


# One client, and what may happen to what is known of it: here each example has enough of that to matter.
facts = st.lists(st.tuples(st.just(0), st.sampled_from(ABOUT_FACTS), st.integers(0, 2**32)), min_size=15, max_size=40)


@pytest.mark.parametrize("examples", [25, pytest.param(400, marks=pytest.mark.slow)])
def test_whatever_order_facts_and_answers_come_in_a_field_stands_as_its_definition_says(
    sqlite_services: Services, examples: int
) -> None:
    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(facts)
    def whatever_is_said(found: list[tuple[int, str, int]]) -> None:
        world = World(sqlite_services)
        for who, what, seed in found:
            world.happens(who, what, seed)
        sqlite_services.engine.catch_up()
        lives = [life for life in world.lives() if life.events]
        for life in lives:
            the_fields_are_so(world, life)
        the_figures_are_so(world, lives, sqlite_services.today + timedelta(days=93))
        the_closing_days_are_so(world)

    told = (AnswerOffered, AnswerSettled, ContradictionAccepted, ClosingDaysSet, ClosingDaysTakenBack)
    happened: Counter[type] = Counter()
    # It is no test of what never happened, and chance may leave something out of so few examples.
    for _ in range(5):
        whatever_is_said()
        happened = Counter(type(recorded.event) for recorded in sqlite_services.log.page(0, 1_000_000))
        if min(happened[kind] for kind in told) > 2:
            break
    assert min(happened[kind] for kind in told) > 2, happened
    assert list(verify(sqlite_services.engine)) == []


COUNTED = ("changed_on", "track", "plan_on", "last_seen_on", "last_tried_on", "contact_due_on", "not_seen_on")


def the_file_is_so(world: World, life: Life) -> None:
    services, who = world.services, life.client_id
    with services.database.read() as connection:
        row = caseload.client(connection, who)
        held = contacts.of_client(connection, who)
        to_do = agenda.of_client(connection, who)
        transfer = agenda.transfer_of(connection, who)
        told = timeline.of_client(connection, who)
    assert row is not None
    shown = ("team_id", "coach_id", "intake_on", "assigned_on", "closed_on", "closing_reason")
    assert [getattr(row.client, name) for name in shown] == [
        life.team,
        life.coach,
        life.intake.held_on,
        life.assigned_on,
        life.closed_on,
        life.closing_reason,
    ]
    if life.erased:
        kept = asdict(row.client) | asdict(row)
        left = {name for name, value in kept.items() if value is not None} - {"client", "cells"}
        assert left <= {"client_id", "specialised", *shown} and set(row.client.cells) == {None}
    else:
        until = getattr(life.entry("service_track"), "until", None)
        counted = {"frequency_weeks": life.weeks, "exempt_until": until} | {
            name: getattr(life, name) for name in COUNTED
        }
        assert {name: getattr(row.client, name) for name in counted} == counted
        assert services.log.opener([who]).text(row.name) == "Invented"
    assert {c.contact_id for c in held if not c.struck} == {c.contact_id for c in life.contacts}
    assert [c.held_on for c in held] == sorted((c.held_on for c in held), reverse=True)
    assert {c.contact_id: c.outcome for c in held if not c.struck} == {c.contact_id: c.outcome for c in life.contacts}
    assert {item.item_id: item.due_on for item in to_do} == life.to_do
    assert (transfer.coach_id if transfer else None) == life.transfer_to
    assert len(told) == len(life.events)


def the_fields_are_so(world: World, life: Life) -> None:
    """Each field stands as its definition says, whatever came before what; beside it what the client answered."""
    with world.services.database.read() as connection:
        recorded = data_gaps.of_client(connection, life.client_id)
        waiting = questionnaires.waiting(connection, life.client_id)
        latest = questionnaires.latest(connection, life.client_id)
    assert {answer.field for answer in waiting} == life.answers_waiting
    assert (latest and (latest.questionnaire_id, latest.state)) == life.questionnaire
    for days in (0, 1, 28, 101, 200, 800):
        day = world.services.today + timedelta(days=days)
        for field in (*VALUES, *WITHDRAWN_TOO):
            row = recorded.get(field)
            found = state_on(data_gaps.gap_of(asdict(row)), day).value if row else "unknown"
            assert found == life.state(field, day), (field, day)


def the_closing_days_are_so(world: World) -> None:
    """Closed is each day of those set, up to the day from which on they were taken back."""
    with world.services.database.read() as connection:
        shown = {closing.closing_id: set(closing.days) for closing in closing_days.every(connection)}
        working = closing_days.working_days(connection)
    closed: set[date] = set()
    for closing_id in world.closings:
        set_, *back = world.services.log.stream(closing_id)
        assert isinstance(set_, ClosingDaysSet)
        days = {set_.first_day + timedelta(days=n) for n in range((set_.last_day - set_.first_day).days + 1)}
        open_from = [event.open_from for event in back if isinstance(event, ClosingDaysTakenBack)]
        assert shown[closing_id] == {day for day in days if not open_from or day < open_from[0]}
        closed |= shown[closing_id]
    assert not any(working.includes(day) for day in closed)
    today = world.services.today
    plainly = sum(
        working.includes(today + timedelta(days=n)) and today + timedelta(days=n) not in closed for n in range(1, 61)
    )
    assert working.between(today, today + timedelta(days=60)) == plainly


def the_figures_are_so(world: World, lives: list[Life], day: date) -> None:
    with world.services.database.read() as connection:
        for team in world.teams:
            expected = total(lives, team, day)
            scope = Scope(team_id=team)
            found = caseload_figures.totals(connection, day, scope).get(team, {})
            for name in ("open", "no_plan", "not_seen", "contact_due", "contact_agreed"):
                assert found.get(name, 0) == expected[name, ""], name
            tracks = caseload_figures.by_track(connection, scope)
            assert {track or "none": n for track, n in tracks.items()} == about(expected, "track")
            assert {str(k): n for k, n in caseload_figures.by_coach(connection, team).items() if k} == about(
                expected, "coach"
            )
            listed_there = data_gaps.totals_by_field(connection, day).items()
            assert {f: n[team] for f, n in listed_there if team in n} == about(expected, "listed")
            outflow = Counter(life.exit_reason for life in lives if life.team == team and life.exit_reason)
            assert caseload_figures.outflow(connection, scope, date.min) == outflow
        for coach in world.coaches:
            listed = {(row.client_id, row.field) for row in data_gaps.listed(connection, day, coach)}
            assert listed == lines(lives, coach, day)
            minutes: Counter[date] = sum((life.minutes(coach) for life in lives), Counter())
            noted = {d: n for d, n, _ in contacts.minutes_by_day(connection, coach, date.min) if n}
            assert noted == {d: n for d, n in minutes.items() if n}


def what_is_proposed_is_so(world: World, lives: list[Life]) -> None:
    with world.services.database.read() as connection:
        for offer in world.offers:
            steps = Counter(life.proposals[offer] for life in lives if offer in life.proposals)
            found = proposals.steps(connection, [offer], None).get(offer, {})
            assert {step: own + others for step, (own, others) in found.items()} == steps


def the_lists_are_so(world: World, lives: list[Life]) -> None:
    services, week = world.services, Week.latest(world.clock())
    for listed_week in (week.previous, week):
        weekly_lists.build(services.engine, listed_week, world.clock())
        # That of this week is built now; one gone by, also on a Monday before six, as it was when it began.
        gone_by = listed_week != Week.of(services.today)
        so_far = [life.known_by(listed_week.starts_at) for life in lives] if gone_by else lives
        day = listed_week.monday if gone_by else services.today
        with services.database.read() as connection:
            for coach in world.coaches:
                found = weekly_lists.of_coach(connection, coach, listed_week)
                assert found is not None
                expected = lines(so_far, coach, day)
                assert {(line.client_id, line.field) for line in found.rows} == expected
                assert found.lines == len(expected)


def the_weekly_figures_are_so(world: World, lives: list[Life]) -> None:
    services, week = world.services, Week.latest(world.clock())
    weekly_figures.build(services.engine, week, whole=True)
    with services.database.read() as connection:
        for monday in {week, week.previous, min(week, Week.of(BEGAN.date()).next.next)}:
            known = [life.known_by(monday.starts_at) for life in lives]
            # Who was erased since keeps counting as a client, and in nothing that was known of the person.
            person = {life.client_id for life in lives if life.erased}
            happened: Counter[tuple[UUID, str, str]] = Counter()
            for life in lives:
                happened += life.happened(monday.previous.starts_at, monday.starts_at)
            for team in world.teams:
                found = weekly_figures.of_week(connection, monday.monday, team)
                expected = total(known, team, monday.monday)
                for name in ("open", "track", "no_plan", "not_seen", "coach"):
                    assert found.get(name, {}) == about(expected, name), name
                readable = total([k for k in known if k.client_id not in person], team, monday.monday)
                for name in ("contact_due", "contact_agreed", "listed"):
                    assert found.get(name, {}) == about(readable, name), name
                for name in ("intakes", "closed", "corrected"):
                    counted = {what: n for (of, figure, what), n in happened.items() if (of, figure) == (team, name)}
                    assert found.get(name, {}) == counted, name


def about(counted: Counter[tuple[str, str]], figure: str) -> dict[str, int]:
    return {detail: number for (name, detail), number in counted.items() if name == figure}


def lines(lives: list[Life], coach: UUID, day: date) -> set[tuple[UUID, str]]:
    """What is on a coach's list on a day: client and field."""
    mine = [life for life in lives if life.events and life.coach == coach and life.closed_on is None]
    return {(life.client_id, field) for life in mine for field in life.listed(day)}
