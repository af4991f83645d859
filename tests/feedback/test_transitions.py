"""Every step of a signal and every other command, in every state, by everybody: done as the tables say, or refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import product
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.signal import (
    TRANSITIONS,
    Acting,
    AddNote,
    AssignSignal,
    ClassifySignal,
    CommentOnSignal,
    FollowSignal,
    Help,
    JudgeHelp,
    Kind,
    MoveSignal,
    RedactPassage,
    Signal,
    SignalCommand,
    SignalState,
    SupportSignal,
)
from tests.conftest import NOW

TODAY = NOW.date()
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
    "triage": TRIAGE,
    "ask": TRIAGE,
    "mark_duplicate": TRIAGE,
    "go_on": TRIAGE,
    "undo_duplicate": TRIAGE,
    "discuss": DECIDE,
    "plan": DECIDE,
    "deliver": DECIDE,
    "answer": {"reporter"},
    "confirm": {"reporter"},
    "reopen": {"reporter", *DECIDE},
}
# The improvement team decides in a meeting, the process manager anywhere.
DECISIONS = {"accept", "decline"}
MEETING = UUID(int=8)


def may(who: str, name: str, meeting: UUID | None) -> bool:
    if name in DECISIONS:
        return who == "process_manager" or (who == "improvement team" and meeting is not None)
    return who in WHO[name]


GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "improvement-team.md"


def signal(state: SignalState) -> Signal:
    return Signal(
        UUID(int=7),
        3,
        state,
        SignalState.TRIAGED,
        reporter=ONE,
        delivered_on=TODAY,
        kind=Kind.IDEA,
        duplicate_of=ORIGINAL if state is SignalState.DUPLICATE else None,
    )


def move(
    name: str,
    viewer: Viewer,
    reason: str | None = "because",
    of: UUID | None = ORIGINAL,
    on: date | None = TODAY,
    meeting: UUID | None = None,
) -> MoveSignal:
    return MoveSignal(
        signal_id=UUID(int=7), viewer=viewer, transition=name, reason=reason, of=of, on=on, meeting=meeting
    )


@pytest.mark.parametrize("meeting", [None, MEETING], ids=["alone", "in a meeting"])
@pytest.mark.parametrize(("state", "name", "who"), list(product(SignalState, TRANSITIONS, VIEWERS)))
def test_each_step_is_taken_or_refused_as_the_table_says(
    state: SignalState, name: str, who: str, meeting: UUID | None
) -> None:
    transition, viewer = TRANSITIONS[name], VIEWERS[who]
    context = CommandContext(NOW, viewer.account_id)
    allowed = state in transition.sources and may(who, name, meeting)
    acting = Acting(viewer, viewer.account_id == ONE, meeting is not None)
    assert transition.open_to(acting, signal(state)) is allowed, "the button is there when it works"
    if not allowed:
        with pytest.raises(Refused) as refused:
            move(name, viewer, meeting=meeting).decide(signal(state), context)
        assert str(refused.value).endswith("."), "a sentence"
        return
    (event,) = move(name, viewer, meeting=meeting).decide(signal(state), context)
    assert type(event) is transition.event
    assert getattr(event, "meeting", None) == meeting
    moved = signal(state)
    event.apply(moved)
    assert moved.state is (transition.event.moved_to or SignalState.TRIAGED)


# What else can be done with a signal: by whom, and in which states.
PEOPLE = {"work_coach", "quality_officer", "team_manager", "process_manager", "improvement team", "reporter"}
EVERYWHERE = frozenset(SignalState)
ANSWERED = frozenset({SignalState.DECLINED, SignalState.DUPLICATE, SignalState.DELIVERED, SignalState.CONFIRMED})
OTHERS: dict[str, tuple[Callable[[Viewer], SignalCommand], set[str], frozenset[SignalState]]] = {
    "assign": (lambda v: AssignSignal(signal_id=UUID(int=7), viewer=v, team=UUID(int=5)), TRIAGE, EVERYWHERE),
    "classify": (
        lambda v: ClassifySignal(signal_id=UUID(int=7), viewer=v, kind=Kind.FAULT, field=None),
        TRIAGE,
        EVERYWHERE - ANSWERED,
    ),
    "comment": (lambda v: CommentOnSignal(signal_id=UUID(int=7), viewer=v, text="so"), PEOPLE, EVERYWHERE),
    "note": (lambda v: AddNote(signal_id=UUID(int=7), viewer=v, text="so"), TRIAGE, EVERYWHERE),
    "support": (
        lambda v: SupportSignal(signal_id=UUID(int=7), viewer=v),
        PEOPLE - {"reporter"},
        EVERYWHERE - {SignalState.DUPLICATE},
    ),
    "follow": (
        lambda v: FollowSignal(signal_id=UUID(int=7), viewer=v),
        PEOPLE - {"reporter"},
        EVERYWHERE - {SignalState.DUPLICATE},
    ),
    "judge": (
        lambda v: JudgeHelp(signal_id=UUID(int=7), viewer=v, help=Help.YES),
        {"reporter"},
        frozenset({SignalState.DELIVERED, SignalState.CONFIRMED}),
    ),
    "redact": (
        lambda v: RedactPassage(signal_id=UUID(int=7), viewer=v, passage="it", texts={"1.seen": "it"}),
        {*TRIAGE, "reporter"},
        EVERYWHERE,
    ),
}


@pytest.mark.parametrize(("state", "name", "who"), list(product(SignalState, OTHERS, VIEWERS)))
def test_whatever_else_is_done_with_a_signal_is_done_by_those_who_may(state: SignalState, name: str, who: str) -> None:
    make, people, states = OTHERS[name]
    command, context = make(VIEWERS[who]), CommandContext(NOW, VIEWERS[who].account_id)
    if who in people and state in states:
        assert command.decide(signal(state), context)
    else:
        with pytest.raises(Refused) as refused:
            command.decide(signal(state), context)
        assert str(refused.value).endswith("."), "a sentence"


@pytest.mark.parametrize("name", TRANSITIONS)
def test_what_a_step_needs_is_asked_for(name: str) -> None:
    transition = TRANSITIONS[name]
    who = next(who for who in VIEWERS if may(who, name, None))
    viewer, state = VIEWERS[who], min(transition.sources)
    for needed, step in (
        (transition.needs_reason, move(name, viewer, reason=" ")),
        (transition.needs_original, move(name, viewer, of=None)),
        (transition.needs_original, move(name, viewer, of=UUID(int=7))),
        (transition.needs_day, move(name, viewer, on=None)),
        (transition.needs_day, move(name, viewer, on=date(2026, 11, 17))),
    ):
        if needed:
            with pytest.raises(Refused) as refused:
                step.decide(signal(state), CommandContext(NOW, viewer.account_id))
            assert refused.value.field in ("reason", "of", "on")
        else:
            assert step.decide(signal(state), CommandContext(NOW, viewer.account_id))


def test_one_who_logged_without_a_name_takes_the_steps_of_a_reporter_and_nobody_else_does() -> None:
    nameless = Signal(UUID(int=7), 3, SignalState.DELIVERED, nameless=True)
    step = move("confirm", VIEWERS["work_coach"])
    with pytest.raises(Refused):
        step.decide(nameless, CommandContext(NOW, OTHER))
    assert msgspec.structs.replace(step, as_reporter=True).decide(nameless, CommandContext(NOW, None))


def diagram() -> str:
    """The table as a state diagram; where a question leads back to is not one state."""
    lines = ["stateDiagram-v2", "    [*] --> logged"]
    for transition in TRANSITIONS.values():
        target = transition.event.moved_to.value if transition.event.moved_to else "before"
        states = sorted(transition.sources, key=list(SignalState).index)
        lines += [f"    {state} --> {target}: {transition.name}" for state in states]
    return "\n".join(lines)


def test_the_diagram_in_the_guide_is_that_of_the_table() -> None:
    assert diagram() in GUIDE.read_text()
