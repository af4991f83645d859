"""Weekly figures: as was known each Monday at six; the same added week by week, made anew, or counted live."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.calendar import Week
from domain.catalogue import load
from domain.client import (
    AgreeContactFrequency,
    AssignClient,
    ClientCommand,
    CloseClient,
    ClosingReason,
    CorrectField,
    ErasureReason,
    ProposeTransfer,
    RegisterField,
    TakeIntake,
)
from domain.in_force import AS_DECLARED, rules_under
from eventlog.commands import CommandContext
from projections import as_of, caseload_figures, data_gaps, weekly_figures
from projections.caseload import Scope
from projections.caseload_table import recorded
from tests.conftest import Clock
from tests.stories import COACH, INTAKE_ON, TEAM, begin, contact, do

JUNE = date(2026, 6, 1)  # a Monday
RULES = rules_under(AS_DECLARED)


def at(services: Services, day: date, *commands: ClientCommand) -> None:
    """Carry out commands at noon of a day."""
    services.clock.now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)  # type: ignore[attr-defined]  # the test looks inside
    for command in commands:
        do(services, command)


@pytest.fixture
def lives(services: Services, clock: Clock) -> list[UUID]:
    clock.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    found = [begin(services, uuid4()) for _ in range(3)]
    first, second, third = found
    at(
        services,
        date(2026, 2, 4),
        contact(date(2026, 2, 4), first),
        RegisterField(client_id=first, field="driving_licence", value=["B"], known_on=date(2026, 2, 4)),
        AgreeContactFrequency(client_id=first, weeks=4, agreed_on=date(2026, 2, 4)),
    )
    at(services, date(2026, 5, 6), CloseClient(client_id=second, reason=ClosingReason.JOB, closed_on=date(2026, 5, 5)))
    at(
        services,
        date(2026, 6, 3),
        contact(date(2026, 5, 20), third),
        CorrectField(client_id=first, field="driving_licence", value=["AM"], known_on=INTAKE_ON, reason="typo"),
    )
    return found


def week(services: Services, monday: date) -> dict[str, dict[str, int]]:
    with services.database.read() as connection:
        return weekly_figures.of_week(connection, monday, TEAM)


def everything(services: Services) -> set[tuple[object, ...]]:
    with services.database.read() as connection:
        return {tuple(row) for row in connection.execute(weekly_figures.weekly_figures.select())}


def test_each_monday_shows_what_was_known_then(services: Services, lives: list[UUID]) -> None:
    weekly_figures.build(services.engine, Week(date(2026, 6, 8)))
    april = week(services, date(2026, 4, 6))
    assert april["open"] == {"": 3}
    assert april["coach"] == {str(COACH): 3}
    assert april["not_seen"] == {"": 2}, "two were never seen in the three months since their assignment"
    assert april["contact_due"] == {"": 1}
    june = week(services, JUNE)
    assert june["open"] == {"": 2}, "one was closed"
    assert june["not_seen"] == {"": 2}, "the contact of 20 May was recorded on 3 June: nobody knew on the first"
    assert week(services, date(2026, 6, 8))["not_seen"] == {"": 1}
    assert week(services, date(2026, 6, 8))["corrected"] == {"driving_licence": 1}
    assert week(services, date(2026, 5, 11))["closed"] == {"job": 1}


@pytest.mark.parametrize(("second", "known"), [(-1, True), (0, False), (1, False)])
def test_what_is_recorded_on_the_stroke_of_six_on_monday_belongs_to_the_next_week(
    services: Services, clock: Clock, second: int, known: bool
) -> None:
    clock.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    closed, seen, taken = (begin(services, uuid4()) for _ in range(3))
    six = Week(JUNE).starts_at
    clock.now = six.astimezone(UTC) + timedelta(seconds=second)
    do(services, CloseClient(client_id=closed, reason=ClosingReason.JOB, closed_on=JUNE))
    do(services, contact(date(2026, 5, 28), seen))
    do(services, RegisterField(client_id=taken, field="driving_licence", value=["B"], known_on=JUNE))
    do(services, CorrectField(client_id=taken, field="driving_licence", value=["C"], known_on=JUNE, reason="typo"))
    begin(services, uuid4())
    weekly_figures.build(services.engine, Week(JUNE).next)
    first, second_week = week(services, JUNE), week(services, date(2026, 6, 8))
    assert (first.get("closed"), second_week.get("closed")) == (({"job": 1}, None) if known else (None, {"job": 1}))
    assert first["not_seen"] == {"": 2 if known else 3}
    assert (first.get("known", {}).get("driving_licence"), second_week["known"]["driving_licence"]) == (
        (1, 1) if known else (None, 1)
    )
    corrected = {"driving_licence": 1}
    assert (first.get("corrected"), second_week.get("corrected")) == ((corrected, None) if known else (None, corrected))
    assert (first.get("intakes"), second_week.get("intakes")) == (({"": 1}, None) if known else (None, {"": 1}))
    assert first["open"] == {"": 3}, "one closed and one taken in, or neither"


def test_a_transfer_that_was_only_asked_for_moves_nothing_that_happened(services: Services, clock: Clock) -> None:
    clock.now = datetime(2026, 1, 5, 12, tzinfo=UTC)
    client_id, other_team = begin(services, uuid4()), uuid4()
    ask = ProposeTransfer(client_id=client_id, team=other_team, coach=uuid4(), reason="moved house")
    at(services, date(2026, 5, 6), ask)
    close = CloseClient(client_id=client_id, reason=ClosingReason.JOB, closed_on=date(2026, 5, 7))
    at(services, date(2026, 5, 7), close)
    weekly_figures.build(services.engine, Week(JUNE))
    assert week(services, date(2026, 5, 11))["closed"] == {"job": 1}
    with services.database.read() as connection:
        assert weekly_figures.of_week(connection, date(2026, 5, 11), other_team) == {}


def test_added_week_by_week_they_are_the_same_as_made_anew(services: Services, lives: list[UUID]) -> None:
    monday = Week(date(2026, 1, 12))
    while monday.monday <= date(2026, 6, 29):
        weekly_figures.build(services.engine, monday)
        monday = monday.next
    added = everything(services)
    assert weekly_figures.build(services.engine, Week(date(2026, 6, 29))) == 0, "there is nothing to add"
    weekly_figures.build(services.engine, Week(date(2026, 6, 29)), whole=True)
    assert everything(services) == added != set()


def test_they_agree_with_what_is_counted_live(services: Services, lives: list[UUID]) -> None:
    services.engine.catch_up()
    monday = date(2026, 6, 29)
    weekly_figures.build(services.engine, Week(monday))
    with services.database.read() as connection:
        live = caseload_figures.totals(connection, monday, Scope(team_id=TEAM))[TEAM]
        listed = {f: n[TEAM] for f, n in data_gaps.totals_by_field(connection, monday).items() if TEAM in n}
    found = week(services, monday)
    for name in ("open", "no_plan", "not_seen", "contact_due"):
        assert found.get(name, {}).get("", 0) == live[name], name
    assert found["listed"] == listed


def test_one_who_was_erased_is_in_figures_on_work_and_not_on_people(services: Services, lives: list[UUID]) -> None:
    weekly_figures.build(services.engine, Week(JUNE))
    before = week(services, date(2026, 4, 6))
    services.erase(lives[0], ErasureReason.CLIENT_REQUEST, CommandContext(services.clock(), COACH), uuid4())
    weekly_figures.build(services.engine, Week(JUNE))
    after = week(services, date(2026, 4, 6))
    assert after["open"] == before["open"]
    weekly_figures.build(services.engine, Week(date(2026, 6, 29)))
    assert week(services, date(2026, 6, 8))["open"] == {"": 1}, "from the erasure on nobody is counted any more"
    assert week(services, date(2026, 6, 29))["open"] == {"": 1}
    assert sum(after["unknown"].values()) < sum(before["unknown"].values())


def test_as_it_was_a_correction_shows_from_the_day_it_was_made(services: Services, lives: list[UUID]) -> None:
    (first, _, third), licence = lives, load()["driving_licence"]
    then = as_of.rows_then(services.log, lives, JUNE, RULES)
    assert recorded(then[first], licence)[2] == '["B"]'
    assert then[third].last_seen_on is None
    now = as_of.rows_then(services.log, lives, date(2026, 6, 3), RULES)
    assert recorded(now[first], licence)[2] == '["AM"]'
    assert now[third].last_seen_on == date(2026, 5, 20)
    assert as_of.rows_then(services.log, lives, INTAKE_ON - timedelta(days=1), RULES) == {}


@pytest.mark.parametrize("assigned_on", [date(2026, 1, 4), date(2026, 1, 5), date(2026, 1, 6)])
def test_what_is_due_on_a_monday_is_listed_on_the_next(services: Services, clock: Clock, assigned_on: date) -> None:
    """The last day is still in time; so one of a Sunday is listed that Monday, and one of a Monday a week later."""
    clock.now = datetime(2026, 1, assigned_on.day, 12, tzinfo=UTC)
    client_id = uuid4()
    do(services, TakeIntake(client_id=client_id, held_on=assigned_on, team=TEAM))
    do(services, AssignClient(client_id=client_id, team=TEAM, coach=COACH, assigned_on=assigned_on))
    mondays = [date(2026, 1, 26) + timedelta(weeks=n) for n in range(4)]
    weekly_figures.build(services.engine, Week(mondays[-1]))
    services.engine.catch_up()
    due_on = assigned_on + timedelta(days=28)
    for monday in mondays:
        with services.database.read() as connection:
            live = {r.field for r in data_gaps.listed(connection, monday, COACH)}
        assert week(services, monday).get("listed", {}).keys() == live, monday
        assert ("driving_licence" in live) == (due_on < monday)
