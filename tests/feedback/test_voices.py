"""Whose voice counts: counted by one property at a time, small groups hidden, medians from five on."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

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
