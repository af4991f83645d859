"""Whose voice counts: counted by one property at a time, small groups hidden, medians from five on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from application.services import Services
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback import voices
from feedback.signal import Kind, LogSignal, MoveSignal
from tests.conftest import Clock
from tests.stories import TEAM

DECIDER = Viewer(UUID(int=9), Role.PROCESS_MANAGER, None)


def test_signals_are_counted_by_how_far_they_came(services: Services, clock: Clock) -> None:
    logged = []
    for nth in range(8):
        role = Role.WORK_COACH if nth < 6 else Role.TEAM_MANAGER
        reporter = Viewer(UUID(int=20 + nth), role, TEAM)
        logged.append(uuid4())
        command = LogSignal(signal_id=logged[-1], viewer=reporter, kind=Kind.IDEA, page="", seen="it")
        services.signals.handle(command, CommandContext(clock(), reporter.account_id), uuid4())
    clock.now = datetime(2026, 11, 20, 12, tzinfo=UTC)
    for signal_id in logged[:7]:
        for step in ("triage", "discuss", "accept"):
            command = MoveSignal(signal_id=signal_id, viewer=DECIDER, transition=step)  # type: ignore[assignment]  # replaced on purpose
            services.signals.handle(command, CommandContext(clock(), DECIDER.account_id), uuid4())
    services.engine.catch_up()
    with services.database.read() as connection:
        found = voices.by_group(connection)
    (by_kind,), (by_team,) = found["kind"], found["team_id"]
    by_role = {voice.group: voice for voice in found["role"]}
    assert by_kind.numbers == [8, 7, 7, 7, 0, 0]
    assert by_team.numbers == [10, 5, 5, 5, 0, 0] and by_team.accepted_share is None, "rounded, and few"
    assert (by_kind.triage_days, by_kind.answer_days) == (2, 2)
    assert by_role["team_manager"].numbers[0] is None, "two people"
    assert by_role["work_coach"].numbers[0] is None, "or else two would follow from eight"
    assert by_role["team_manager"].triage_days is None
    assert by_kind.accepted_share == 100 and by_role["work_coach"].accepted_share is None


@pytest.mark.parametrize(
    ("answered", "accepted", "rounded", "share"),
    [
        (200, 100, False, 50),
        (8, 8, False, 100),
        (8, 1, False, 12),
        (7, 0, False, 0),
        (25, 30, True, 100),  # rounded numbers may say more than all
        (25, 20, True, 80),
        (20, 20, True, None),
        (20, 20, False, 100),
        (0, 0, False, None),
        (None, None, False, None),
        (30, None, False, None),
    ],
)
def test_of_those_answered_a_share_was_accepted_where_that_says_something(
    answered: int | None, accepted: int | None, rounded: bool, share: int | None
) -> None:
    numbers = [500, 400, answered, accepted, 300, 200]
    assert voices.Voice("fault", numbers, 1, 2, rounded).accepted_share == share
