"""Review meetings: by which steps a signal comes to what was decided, and who makes that take effect."""

from __future__ import annotations

import pytest

from feedback.meeting import Decision, steps_to
from feedback.signal import SignalState


@pytest.mark.parametrize(
    ("state", "decision", "steps"),
    [
        (SignalState.LOGGED, Decision.ACCEPT, ["triage", "discuss", "accept"]),
        (SignalState.LOGGED, Decision.DECLINE, ["triage", "discuss", "decline"]),
        (SignalState.REOPENED, Decision.PLAN, ["triage", "discuss", "accept", "plan"]),
        (SignalState.TRIAGED, Decision.DISCUSS, ["discuss"]),
        (SignalState.IN_DISCUSSION, Decision.DISCUSS, []),
        (SignalState.IN_DISCUSSION, Decision.DUPLICATE, ["mark_duplicate"]),
        (SignalState.ACCEPTED, Decision.PLAN, ["plan"]),
        # What was accepted meanwhile is not planned because somebody declines it: the signal refuses that step.
        (SignalState.ACCEPTED, Decision.DECLINE, ["decline"]),
        (SignalState.ACCEPTED, Decision.ACCEPT, ["accept"]),
        (SignalState.PLANNED, Decision.ACCEPT, ["accept"]),
        (SignalState.DECLINED, Decision.NONE, []),
    ],
)
def test_the_steps_on_the_way_to_a_decision(state: SignalState, decision: Decision, steps: list[str]) -> None:
    assert steps_to(state, decision) == steps
