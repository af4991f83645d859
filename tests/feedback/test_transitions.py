"""Every step of a signal, from every state, by everybody: taken as the table says, refused otherwise."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from uuid import UUID

import pytest

from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.handler import Moment
from feedback.signal import TRANSITIONS, MoveSignal, Signal, SignalState
from tests.conftest import NOW

ONE, OTHER, ORIGINAL = UUID(int=1), UUID(int=2), UUID(int=3)
VIEWERS = {
    **{role.value: Viewer(OTHER, role, UUID(int=9)) for role in Role},
    "improvement team": Viewer(OTHER, Role.WORK_COACH, UUID(int=9), improves=True),
    "reporter": Viewer(ONE, Role.WORK_COACH, UUID(int=9)),
}
# Who may take a step, as the domain says it; written down here once more, so that the table can't change unseen.
TRIAGE = {"quality_officer", "process_manager", "improvement team"}
DECIDE = {"process_manager", "improvement team"}
WHO = {
    "triage": TRIAGE, "ask": TRIAGE, "discuss": TRIAGE, "mark_duplicate": TRIAGE,
    "accept": DECIDE, "decline": DECIDE, "plan": DECIDE, "deliver": DECIDE,
    "answer": {"reporter"}, "confirm": {"reporter"}, "reopen": {"reporter"},
}  # fmt: skip
GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "improvement-team.md"


def signal(state: SignalState) -> Signal:
    return Signal(UUID(int=7), 3, state, SignalState.TRIAGED, reporter=ONE)


def move(name: str, viewer: Viewer, reason: str | None = "because", of: UUID | None = ORIGINAL) -> MoveSignal:
    return MoveSignal(signal_id=UUID(int=7), viewer=viewer, transition=name, reason=reason, of=of)


@pytest.mark.parametrize(("state", "name", "who"), list(product(SignalState, TRANSITIONS, VIEWERS)))
def test_each_step_is_taken_or_refused_as_the_table_says(state: SignalState, name: str, who: str) -> None:
    transition, moment = TRANSITIONS[name], Moment(NOW, VIEWERS[who].account_id)
    allowed = state in transition.sources and who in WHO[name]
    assert transition.open_to(VIEWERS[who], signal(state)) is allowed, "the button is there when it works"
    if not allowed:
        with pytest.raises(Refused):
            move(name, VIEWERS[who]).decide(signal(state), moment)
        return
    (event,) = move(name, VIEWERS[who]).decide(signal(state), moment)
    assert type(event) is transition.event
    moved = signal(state)
    event.apply(moved)
    assert moved.state is (SignalState.TRIAGED if name == "answer" else transition.event.moved_to)


@pytest.mark.parametrize("name", TRANSITIONS)
def test_what_a_step_needs_is_asked_for(name: str) -> None:
    transition = TRANSITIONS[name]
    viewer, state = VIEWERS[sorted(WHO[name])[0]], min(transition.sources)
    for needed, step in ((transition.needs_reason, move(name, viewer, reason=" ")),
                         (transition.needs_original, move(name, viewer, of=None)),
                         (transition.needs_original, move(name, viewer, of=UUID(int=7)))):  # fmt: skip
        if needed:
            with pytest.raises(Refused):
                step.decide(signal(state), Moment(NOW, viewer.account_id))
        else:
            assert step.decide(signal(state), Moment(NOW, viewer.account_id))


def diagram() -> str:
    """The table as a state diagram; where a question leads back to is not one state."""
    lines = ["stateDiagram-v2", "    [*] --> logged"]
    for transition in TRANSITIONS.values():
        target = "before" if transition.name == "answer" else transition.event.moved_to.value
        states = sorted(transition.sources, key=list(SignalState).index)
        lines += [f"    {state} --> {target}: {transition.name}" for state in states]
    return "\n".join(lines)


def test_the_diagram_in_the_guide_is_that_of_the_table() -> None:
    assert diagram() in GUIDE.read_text()
