"""Review meetings: by which steps a signal comes to what was decided, and who makes that take effect."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from domain.roles import Role, Viewer
from eventlog.commands import CommandContext
from feedback.meeting import (
    ArrangeAgenda,
    CancelMeeting,
    ConfirmDecisions,
    Decided,
    Decision,
    DecisionsRecorded,
    Meeting,
    MeetingCancelled,
    MeetingHeld,
    MeetingPlanned,
    PlanMeeting,
    RecordDecisions,
    evolve_meeting,
    steps_to,
)
from feedback.signal import SignalState
from tests.story import Story

ID, TEAM, SIGNAL = UUID(int=7), UUID(int=6), UUID(int=5)
TODAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
RECORDER = Viewer(UUID(int=1), Role.WORK_COACH, TEAM, improves=True)
COACH, AWAY = (Viewer(UUID(int=n), Role.WORK_COACH, TEAM) for n in (2, 3))
BY_RECORDER, BY_COACH = (CommandContext(AT, who.account_id) for who in (RECORDER, COACH))
PRESENT = [RECORDER.account_id, COACH.account_id]
DECIDED = [Decided(SIGNAL, Decision.ACCEPT)]


def planned(held_on: date = TODAY) -> Story[Meeting]:
    event = MeetingPlanned(team=TEAM, held_on=held_on, begins="", place="")
    return Story(evolve_meeting, ID).given(event, by=RECORDER.account_id)


def record(by: Viewer = RECORDER, present: list[UUID] = PRESENT) -> RecordDecisions:
    return RecordDecisions(meeting_id=ID, viewer=by, present=present, decisions=DECIDED)


def confirm(by: Viewer = COACH, recorded: int = 2) -> ConfirmDecisions:
    return ConfirmDecisions(meeting_id=ID, viewer=by, recorded=recorded)


RECORDED = DecisionsRecorded(present=PRESENT, decisions=DECIDED, remarks=None, reasons=None)
HELD = MeetingHeld(present=PRESENT, decisions=DECIDED, remarks=None, recorded_by=RECORDER.account_id)


def test_what_one_records_takes_effect_when_another_who_was_there_confirms_it() -> None:
    story = planned()
    story.when(confirm(), BY_COACH).refused("Nothing was recorded")
    story.when(record(), BY_RECORDER).then(RECORDED)
    story.when(confirm(RECORDER), BY_RECORDER).refused("Somebody else who was there")
    story.when(confirm(AWAY), CommandContext(AT, AWAY.account_id)).refused("Only somebody who attended")
    story.when(record(), BY_RECORDER).then(RECORDED)
    story.when(confirm(recorded=2), BY_COACH).refused("recorded again")
    story.when(confirm(recorded=3), BY_COACH).then(HELD)
    for command in (record(), CancelMeeting(meeting_id=ID, viewer=RECORDER)):
        story.when(command, BY_RECORDER).refused("has been held")
    story.when(confirm(recorded=3), BY_COACH).refused("has been held")


def test_what_was_recorded_is_not_moved_or_arranged_and_can_be_called_off() -> None:
    story = planned().when(record(), BY_RECORDER)
    plan = PlanMeeting(meeting_id=ID, viewer=RECORDER, team=TEAM, held_on=TODAY)
    for command in (plan, ArrangeAgenda(meeting_id=ID, viewer=RECORDER, order=[])):
        story.when(command, BY_RECORDER).refused("Somebody else who attended")
    story.when(CancelMeeting(meeting_id=ID, viewer=RECORDER), BY_RECORDER).then(MeetingCancelled())
    story.when(confirm(), BY_COACH).refused("was cancelled")


def test_deciding_takes_two_of_whom_one_records_on_the_day_itself() -> None:
    planned(TODAY + timedelta(days=1)).when(record(), BY_RECORDER).refused("still to come")
    for present, sentence in (
        ([RECORDER.account_id] * 2, "at least two"),
        ([COACH.account_id, AWAY.account_id], "Only somebody who attended"),
    ):
        planned().when(record(present=present), BY_RECORDER).refused(sentence, "present")
    planned().when(record(COACH), BY_COACH).refused("The improvement team of that team")
    Story(evolve_meeting, ID).when(record(), BY_RECORDER).refused("no such meeting")


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
