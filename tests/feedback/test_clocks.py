"""The clocks of signals: working days, holidays left out, waiting while the reporter is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.roles import Role, Viewer
from eventlog.handler import Moment
from feedback import board, clocks
from feedback.signal import Kind, LogSignal, MoveSignal, SignalState
from projections.database import Row
from tests.conftest import Clock
from tests.stories import COACH, TEAM
from werkpad.wiring import Services

REPORTER = Viewer(COACH, Role.WORK_COACH, TEAM)
TRIAGER = Viewer(UUID(int=9), Role.PROCESS_MANAGER, None)


@pytest.mark.parametrize(
    ("day", "days", "wanted"),
    [
        (date(2026, 11, 18), 5, date(2026, 11, 25)),  # over a weekend
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # over Easter, from Good Friday to Monday
        (date(2026, 4, 24), 1, date(2026, 4, 28)),  # King's Day
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas on a Friday
    ],
)
def test_weekends_and_public_holidays_do_not_count(day: date, days: int, wanted: date) -> None:
    assert clocks.after(day, days) == wanted


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_as_many_lie_between_as_were_added(day: date, days: int) -> None:
    later = clocks.after(day, days)
    assert clocks.between(day, later) == days
    assert days == 0 or clocks.is_working_day(later)


def move(services: Services, signal_id: UUID, transition: str, viewer: Viewer) -> None:
    command = MoveSignal(signal_id=signal_id, viewer=viewer, transition=transition, reason="because")
    services.signals.handle(command, Moment(services.clock(), viewer.account_id), uuid4())


def logged(services: Services, kind: Kind = Kind.IDEA) -> UUID:
    signal_id = uuid4()
    command = LogSignal(signal_id=signal_id, viewer=REPORTER, kind=kind, page="caseload.caseload", seen="it")
    services.signals.handle(command, Moment(services.clock(), COACH), uuid4())
    return signal_id


def row(services: Services, signal_id: UUID) -> Row:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = board.signal(connection, signal_id)
    assert found is not None
    return found


def test_the_clock_waits_while_the_reporter_is_asked(sqlite_services: Services, clock: Clock) -> None:
    services = sqlite_services
    signal_id = logged(services)
    before = row(services, signal_id)
    assert (before["triage_by"], before["answer_by"]) == (date(2026, 11, 25), date(2026, 12, 16))
    move(services, signal_id, "ask", TRIAGER)
    asked = row(services, signal_id)
    assert clocks.due(SignalState(asked["state"]), asked["triage_by"], asked["answer_by"]) is None
    clock.now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    move(services, signal_id, "answer", REPORTER)
    answered = row(services, signal_id)
    assert (answered["triage_by"], answered["answer_by"]) == (date(2026, 12, 2), date(2026, 12, 23))


def test_a_fault_is_looked_at_sooner(sqlite_services: Services) -> None:
    fault = row(sqlite_services, logged(sqlite_services, Kind.FAULT))
    assert (fault["triage_by"], fault["answer_by"]) == (date(2026, 11, 20), date(2026, 12, 2))


def test_what_comes_near_and_what_has_passed_is_said() -> None:
    today = date(2026, 11, 18)
    assert clocks.standing(None, today) is None
    assert clocks.standing(date(2026, 11, 17), today) == "passed"
    assert clocks.standing(today, today) == "near"
    assert clocks.standing(date(2026, 11, 20), today) == "near"
    assert clocks.standing(date(2026, 11, 23), today) is None
