"""Steps as they stand: what ended without an answer, and where each client of a caseload stands as of a day."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from application.services import Services
from domain.client import ClientCommand, CloseClient, ClosingReason, ErasureReason, ReopenClient
from domain.client.steps import AgreeStep, ChangeStep, EndStep, StepEnd, StepKind, StepOwner
from domain.filters import QUICK
from domain.refusal import Refused
from eventlog.commands import CommandContext
from projections import caseload, steps
from projections.caseload import Scope
from projections.engine.verify import verify
from projections.filters import count_each, count_quick, quick
from projections.steps import Step
from projections.steps_table import standing_of_steps
from tests.conftest import Clock
from tests.stories import CLIENT, COACH, TEAM, begin, do

MONDAY = date(2026, 11, 16)
PARTS = ("step_unanswered", "in_step", "step_end_unknown", "step_starts_soon", "no_step")


@pytest.fixture
def services(services: Services, clock: Clock) -> Services:
    clock.now = datetime(2026, 11, 16, 8, tzinfo=UTC)  # a Monday, nine o'clock in Amsterdam
    begin(services)
    return services


def agree(services: Services, starts: int = 0, ends: int | None = 7, client_id: UUID = CLIENT) -> UUID:
    """From so many days from now until so many; None: nobody knows."""
    step_id, today = uuid4(), services.today
    do(services, AgreeStep(client_id=client_id, step_id=step_id, **said(today, starts, ends)))
    return step_id


def said(today: date, starts: int, ends: int | None) -> dict[str, Any]:
    return {
        "kind": StepKind.TRAINING,
        "whose": StepOwner.CLIENT,
        "what": "a course",
        "starts_on": today + timedelta(days=starts),
        "ends_on": None if ends is None else today + timedelta(days=ends),
    }


def end(services: Services, step_id: UUID, how: StepEnd = StepEnd.DONE, **more: Any) -> None:
    do(services, EndStep(client_id=CLIENT, step_id=step_id, how=how, ended_on=services.today, **more))


def row(services: Services, step_id: UUID) -> Step:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = steps.one(connection, CLIENT, step_id)
    assert found is not None
    return found


def asked(services: Services, as_of: date) -> list[UUID]:
    services.engine.catch_up()
    with services.database.read() as connection:
        return [s.step_id for s in steps.unanswered(connection, Scope(coach_id=COACH), as_of)]


def stands(services: Services, as_of: date, client_id: UUID = CLIENT) -> list[str]:
    """The parts of the caseload in which a client is found as of a day."""
    services.engine.catch_up()
    with services.database.read() as connection:
        found = {
            part: {r.client_id for r in caseload.clients(connection, Scope(team_id=TEAM), [quick(part, as_of)])}
            for part in PARTS
        }
    return [part for part in PARTS if client_id in found[part]]


def test_the_parts_are_filters_of_the_caseload() -> None:
    assert set(PARTS) <= set(QUICK) and set(standing_of_steps(MONDAY)) == set(PARTS)


@pytest.mark.parametrize(
    ("starts", "ends", "by_day"),
    [
        (0, 7, {-1: "step_starts_soon", 0: "in_step", 7: "in_step", 8: "step_unanswered", 400: "step_unanswered"}),
        (0, None, {0: "step_end_unknown", 1: "step_end_unknown", 2000: "step_end_unknown"}),
        (
            40,
            None,
            {0: "no_step", 11: "no_step", 12: "step_starts_soon", 39: "step_starts_soon", 40: "step_end_unknown"},
        ),
    ],
    ids=["until a day", "end unknown", "later"],
)
def test_where_a_client_stands_follows_from_the_day(
    services: Services, starts: int, ends: int | None, by_day: dict[int, str]
) -> None:
    agree(services, starts, ends)
    for day, part in by_day.items():
        assert stands(services, MONDAY + timedelta(days=day)) == [part], day


def test_of_several_steps_the_one_that_asks_most_counts(services: Services) -> None:
    assert stands(services, MONDAY) == ["no_step"]
    soon = agree(services, 10, 20)
    assert stands(services, MONDAY) == ["step_starts_soon"]
    endless = agree(services, 0, None)
    assert stands(services, MONDAY) == ["step_end_unknown"]
    running = agree(services, 0, 3)
    assert stands(services, MONDAY) == ["in_step"]
    assert stands(services, MONDAY + timedelta(days=4)) == ["step_unanswered"]
    for step_id, left in ((running, "step_end_unknown"), (endless, "step_starts_soon"), (soon, "no_step")):
        end(services, step_id)
        assert stands(services, MONDAY) == [left]


def test_one_that_ended_asks_until_somebody_answers_and_an_unknown_end_never_does(
    services: Services, clock: Clock
) -> None:
    one, endless = agree(services, 0, 2), agree(services, 0, None)
    assert asked(services, MONDAY + timedelta(days=2)) == []
    assert asked(services, MONDAY + timedelta(days=3)) == asked(services, MONDAY + timedelta(days=900)) == [one]
    clock.now += timedelta(days=3)
    do(services, ChangeStep(client_id=CLIENT, step_id=one, **said(services.today, -3, 10)))
    assert asked(services, services.today) == [], "it takes longer"
    end(services, one, StepEnd.NOT_RELEVANT, reason="she found a job")
    assert asked(services, services.today + timedelta(days=30)) == []
    found = row(services, one)
    assert (found.state, found.ended_on, found.agreed_on) == ("not_relevant", services.today, MONDAY)
    assert found.reason is not None and row(services, endless).reason is None


def test_nobody_is_asked_about_a_step_of_a_file_that_was_closed(services: Services) -> None:
    one = agree(services, 0, 1)
    do(services, CloseClient(client_id=CLIENT, reason=ClosingReason.JOB, closed_on=services.today))
    assert asked(services, MONDAY + timedelta(days=9)) == [] and row(services, one).state == "over"


def test_of_one_who_was_erased_no_step_is_left(services: Services) -> None:
    one = agree(services)
    services.erase(CLIENT, ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    with services.database.read() as connection:
        assert steps.one(connection, CLIENT, one) is None


DAYS = st.integers(0, 70)
# Of each client the steps: when each begins, how long it takes (None: nobody knows), and what became of it.
LIVES = st.lists(
    st.lists(st.tuples(DAYS, st.none() | DAYS, st.sampled_from(["stands", "done", "changed"])), max_size=4),
    min_size=1,
    max_size=5,
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(lives=LIVES, days=st.lists(st.integers(-30, 150), min_size=1, max_size=4))
def test_together_the_parts_make_up_the_caseload_on_any_day(
    services: Services, lives: list[list[tuple[int, int | None, str]]], days: list[int]
) -> None:
    people = [begin(services, uuid4()) for _ in lives]
    for client_id, life in zip(people, lives, strict=True):
        for starts, takes, what in life:
            one = agree(services, starts, None if takes is None else starts + takes, client_id)
            if what == "done":
                done = {"how": StepEnd.DONE, "ended_on": services.today}
                do(services, EndStep(client_id=client_id, step_id=one, **done))  # type: ignore[arg-type]  # checked as the command's fields are
            if what == "changed":
                do(services, ChangeStep(client_id=client_id, step_id=one, **said(services.today, 3, 9)))
    services.engine.catch_up()
    scope = Scope(team_id=TEAM)
    for day in (MONDAY + timedelta(days=n) for n in days):
        with services.database.read() as connection:
            found = [{r.client_id for r in caseload.clients(connection, scope, [quick(part, day)])} for part in PARTS]
            counts = count_each(connection, scope, [], {part: quick(part, day) for part in PARTS})
            at_once = count_quick(connection, scope, [], PARTS, day)
            everybody = caseload.count(connection, scope)
        assert sum(counts.values()) == sum(map(len, found)) == len(set().union(*found)) == everybody
        assert list(counts.values()) == [len(part) for part in found]
        assert at_once == counts


# Whom it is about, which of the steps so far, what is done, and with which days.
ACTIONS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 5),
        st.sampled_from(["agree", "agree", "change", *StepEnd, "close", "reopen"]),
        st.integers(-20, 70),
        st.none() | DAYS,
    ),
    max_size=20,
)


def command(what: str, client_id: UUID, step_id: UUID, today: date, dates: dict[str, Any]) -> ClientCommand:
    if what == "agree":
        return AgreeStep(client_id=client_id, step_id=uuid4(), **dates)
    if what == "change":
        return ChangeStep(client_id=client_id, step_id=step_id, **dates)
    if what == "close":
        return CloseClient(client_id=client_id, reason=ClosingReason.JOB, closed_on=today)
    if what == "reopen":
        return ReopenClient(client_id=client_id, reopened_on=today, reason="he is back")
    reason = "she moved" if what == StepEnd.NOT_RELEVANT else None
    return EndStep(client_id=client_id, step_id=step_id, how=StepEnd(what), ended_on=today, reason=reason)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions=ACTIONS, days=st.lists(st.integers(-30, 150), min_size=1, max_size=4))
def test_so_they_do_whatever_happens_in_whatever_order(
    services: Services, actions: list[tuple[int, int, str, int, int | None]], days: list[int]
) -> None:
    people, today = [begin(services, uuid4()) for _ in range(3)], services.today
    agreed: dict[UUID, list[UUID]] = {client_id: [] for client_id in people}
    for whom, which, what, starts, takes in actions:
        so_far = agreed[people[whom]]
        step_id = so_far[which % len(so_far)] if so_far else uuid4()
        dates = said(today, starts, None if takes is None else starts + takes)
        asked_for = command(what, people[whom], step_id, today, dates)
        # What may not be is refused, and changes nothing.
        with suppress(Refused):
            do(services, asked_for)
            so_far += [asked_for.step_id] if isinstance(asked_for, AgreeStep) else []
    services.engine.catch_up()
    scope = Scope(team_id=TEAM)
    for day in (MONDAY + timedelta(days=n) for n in days):
        with services.database.read() as connection:
            found = [{r.client_id for r in caseload.clients(connection, scope, [quick(part, day)])} for part in PARTS]
            everybody = {row.client_id for row in caseload.clients(connection, scope)}
        assert sum(map(len, found)) == len(set().union(*found)) == len(everybody)
        assert set().union(*found) == everybody


def test_a_rebuild_gives_the_same_rows(services: Services) -> None:
    one, two = agree(services), agree(services, 3, None)
    do(services, ChangeStep(client_id=CLIENT, step_id=one, **said(services.today, 0, 30)))
    end(services, two, StepEnd.STOPPED)
    services.engine.catch_up()
    assert list(verify(services.engine, ["steps"])) == []
