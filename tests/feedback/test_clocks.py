"""The clocks of signals: working days, holidays left out, waiting while the reporter is asked."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.services import Services
from domain.refusal import Refused
from domain.roles import Role, Viewer
from domain.working_days import USUAL
from eventlog.commands import CommandContext
from feedback import board, clocks
from feedback.signal import ClassifySignal, Kind, LogSignal, MoveSignal, SignalState, Within
from projections.engine.verify import verify
from records import deadlines
from tests.conftest import Clock
from tests.stories import COACH, TEAM

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
    assert USUAL.after(day, days) == wanted


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(0, 40))
def test_as_many_lie_between_as_were_added(day: date, days: int) -> None:
    later = USUAL.after(day, days)
    assert USUAL.between(day, later) == days
    assert days == 0 or USUAL.includes(later)


def move(services: Services, signal_id: UUID, transition: str, viewer: Viewer) -> None:
    command = MoveSignal(signal_id=signal_id, viewer=viewer, transition=transition, reason="because")
    services.signals.handle(command, CommandContext(services.clock(), viewer.account_id), uuid4())


def logged(services: Services, within: Within = Within()) -> UUID:  # noqa: B008 - it never changes
    signal_id = uuid4()
    command = LogSignal(
        signal_id=signal_id, viewer=REPORTER, kind=Kind.IDEA, page="caseload.caseload", seen="it", within=within
    )
    services.signals.handle(command, CommandContext(services.clock(), COACH), uuid4())
    return signal_id


def row(services: Services, signal_id: UUID) -> board.SignalRow:
    services.engine.catch_up()
    with services.database.read() as connection:
        found = board.signal(connection, signal_id)
    assert found is not None
    return found


def test_the_clock_waits_while_the_reporter_is_asked(sqlite_services: Services, clock: Clock) -> None:
    services = sqlite_services
    signal_id = logged(services)
    before = row(services, signal_id)
    assert (before.triage_by, before.answer_by) == (date(2026, 11, 25), date(2026, 12, 16))
    move(services, signal_id, "ask", TRIAGER)
    asked = row(services, signal_id)
    assert clocks.due(SignalState(asked.state), asked.triage_by, asked.answer_by) is None
    clock.now = datetime(2026, 11, 25, 12, tzinfo=UTC)
    move(services, signal_id, "answer", REPORTER)
    answered = row(services, signal_id)
    assert (answered.triage_by, answered.answer_by) == (date(2026, 12, 2), date(2026, 12, 23))


def test_a_signal_of_another_kind_has_its_deadlines_from_when_it_was_logged(
    sqlite_services: Services, clock: Clock
) -> None:
    services = sqlite_services
    signal_id = logged(services, within=Within(2, 10))
    assert (row(services, signal_id).triage_by, row(services, signal_id).answer_by) == (
        date(2026, 11, 20),
        date(2026, 12, 2),
    )
    move(services, signal_id, "ask", TRIAGER)
    clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    move(services, signal_id, "go_on", TRIAGER)
    classify(services, signal_id, Kind.FAULT, "cv")
    found = row(services, signal_id)
    assert (found.kind, found.field, found.triage_by) == ("fault", "cv", date(2026, 11, 27)), "5 days and 2"
    head = services.log.head()
    classify(services, signal_id, Kind.FAULT, "cv")
    assert services.log.head() == head
    for step in ("triage", "discuss", "decline"):
        move(services, signal_id, step, TRIAGER)
    with pytest.raises(Refused, match="has been answered"):
        classify(services, signal_id, Kind.IDEA)
    move(services, signal_id, "reopen", TRIAGER)
    assert row(services, signal_id).triage_by == date(2026, 11, 27), "anew, and nobody was asked since"
    with pytest.raises(Refused, match="your role"):
        classify(services, signal_id, Kind.IDEA, viewer=REPORTER)
    assert list(verify(services.engine)) == []


def classify(
    services: Services, signal_id: UUID, kind: Kind, field: str | None = None, viewer: Viewer = TRIAGER
) -> None:
    command = ClassifySignal(signal_id=signal_id, viewer=viewer, kind=kind, field=field)
    services.signals.handle(command, CommandContext(services.clock(), viewer.account_id), uuid4())


def test_deadlines_are_kept_by_kind_and_none_is_odd(sqlite_services: Services) -> None:
    with sqlite_services.database.write() as connection:
        assert clocks.within(connection) == dict.fromkeys(Kind, Within(5, 20))
        deadlines.save(connection, {"fault": (2, 10)})
        assert clocks.within(connection)[Kind.FAULT] == Within(2, 10)
        assert clocks.within(connection)[Kind.IDEA] == Within(5, 20)
        for triage, answer, field in ((None, 10, "triage"), (0, 10, "triage"), (2, 261, "answer"), (5, 4, "answer")):
            with pytest.raises(Refused) as refused:
                deadlines.save(connection, {"fault": (triage, answer)})
            assert refused.value.field == f"fault-{field}"
        assert clocks.within(connection)[Kind.FAULT] == Within(2, 10)


def test_what_comes_near_and_what_has_passed_is_said() -> None:
    today = date(2026, 11, 18)
    assert clocks.standing(None, today, USUAL) is None
    assert clocks.standing(date(2026, 11, 17), today, USUAL) == "passed"
    assert clocks.standing(today, today, USUAL) == "near"
    assert clocks.standing(date(2026, 11, 20), today, USUAL) == "near"
    assert clocks.standing(date(2026, 11, 23), today, USUAL) is None
