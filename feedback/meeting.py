"""A review meeting: planned by a team, with an agenda that fills itself; its decisions are recorded in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.refusal import Refused
from domain.roles import Viewer
from domain.text import optional_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event, Personal
from feedback.signal import SignalState

LONGEST_PLACE, LONGEST_REMARKS = 120, 4000
# Deciding together takes two.
FEWEST = 2


class Decision(StrEnum):
    """What a meeting can decide on a signal."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DUPLICATE = "mark_duplicate"
    DISCUSS = "discuss"
    PLAN = "plan"
    NONE = "none"


class Decided(msgspec.Struct, frozen=True):
    """An item of the agenda and what became of it: `of` the original of a duplicate, `on` the day it is planned for.
    The words are the signal's own."""

    signal: UUID
    decision: Decision
    of: UUID | None = None
    on: date | None = None


# The steps that lie on the way from one state to the next, as far as a meeting goes.
_NEXT = {
    SignalState.LOGGED: "triage",
    SignalState.REOPENED: "triage",
    SignalState.TRIAGED: "discuss",
    SignalState.IN_DISCUSSION: "accept",
    SignalState.ACCEPTED: "plan",
}
_AFTER = {
    "triage": SignalState.TRIAGED,
    "discuss": SignalState.IN_DISCUSSION,
    "accept": SignalState.ACCEPTED,
}


def steps_to(state: SignalState, decision: Decision) -> list[str]:
    """The steps by which a signal in this state comes to what was decided."""
    if decision is Decision.NONE or (decision is Decision.DISCUSS and state is SignalState.IN_DISCUSSION):
        return []
    steps: list[str] = []
    while True:
        following = _NEXT.get(state)
        aside = following == "accept" and decision in (Decision.DECLINE, Decision.DUPLICATE)
        if following is None or aside or (following == "plan" and decision is not Decision.PLAN):
            return [*steps, decision.value]
        steps.append(following)
        if following == decision.value:
            return steps
        state = _AFTER.get(following, state)
        if following not in _AFTER:
            return steps


# the aggregate


@dataclass(frozen=True, slots=True)
class Recorded:
    """What somebody recorded of a meeting, until somebody else confirms it. `version` is that of its event."""

    by: UUID | None
    version: int
    present: tuple[UUID, ...]
    decisions: tuple[Decided, ...]


@dataclass(slots=True)
class Meeting:
    """One meeting, folded from events."""

    id: UUID
    version: int = 0
    team: UUID | None = None
    held_on: date | None = None
    held: bool = False
    cancelled: bool = False
    recorded: Recorded | None = None
    present: set[UUID] = field(default_factory=set)
    accepted: set[UUID] = field(default_factory=set)


class MeetingEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a review meeting."""

    category: ClassVar[str] = "meeting"

    def apply(self, meeting: Meeting) -> None:
        """Change the folded meeting accordingly."""


# events


class MeetingPlanned(MeetingEvent, frozen=True):
    """A team, or the city where `team` is None, meets on a day; planned once more when the day changes."""

    team: UUID | None
    held_on: date
    begins: str
    place: Personal[str]

    def apply(self, meeting: Meeting) -> None:
        meeting.team = self.team
        meeting.held_on = self.held_on


class AgendaArranged(MeetingEvent, frozen=True):
    """The order that somebody chose for the agenda, and what was left out of it; the rest follows by itself."""

    order: list[UUID]
    left_out: list[UUID]


class MeetingCancelled(MeetingEvent, frozen=True):
    """The meeting does not take place."""

    def apply(self, meeting: Meeting) -> None:
        meeting.cancelled = True


class DecisionsRecorded(MeetingEvent, frozen=True):
    """Somebody recorded who was there and what was decided; it takes effect once somebody else confirms it. `reasons`
    are told to reporters then, signal by signal. Recorded once more, the last time counts."""

    present: list[UUID]
    decisions: list[Decided]
    remarks: Personal[str] | None
    reasons: Personal[list[tuple[str, str]]] | None

    def apply(self, meeting: Meeting) -> None:
        meeting.recorded = Recorded(self.actor, self.originator_version, tuple(self.present), tuple(self.decisions))


class MeetingHeld(MeetingEvent, frozen=True):
    """The meeting took place: who was there, and what was decided on each item. Somebody of those present confirmed
    what `recorded_by` had recorded; None where deciding did not take two screens yet."""

    present: list[UUID]
    decisions: list[Decided]
    remarks: Personal[str] | None
    recorded_by: UUID | None = None

    def apply(self, meeting: Meeting) -> None:
        meeting.held = True
        meeting.present = set(self.present)
        meeting.accepted = {
            decided.signal for decided in self.decisions if decided.decision in (Decision.ACCEPT, Decision.PLAN)
        }


MEETING_EVENTS: tuple[type[MeetingEvent], ...] = (
    MeetingPlanned,
    AgendaArranged,
    MeetingCancelled,
    DecisionsRecorded,
    MeetingHeld,
)


evolve_meeting: Evolve[Meeting] = evolver(Meeting, MeetingEvent)


# commands


def leads(viewer: Viewer, team: UUID | None) -> bool:
    """Whether a viewer holds the review meetings of a team, or of the city."""
    return viewer.decides_alone or (viewer.improves and (team is None or team == viewer.team_id))


class MeetingCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one meeting, by a viewer."""

    meeting_id: UUID
    viewer: Viewer

    @property
    def stream_id(self) -> UUID:
        return self.meeting_id

    def open(self, meeting: Meeting | None) -> Meeting:
        """The meeting, if it was neither held nor cancelled."""
        if meeting is None:
            raise Refused("There is no such meeting.")
        if meeting.held:
            raise Refused("This meeting has been held; its minutes can't be changed.")
        if meeting.cancelled:
            raise Refused("This meeting was cancelled.")
        return meeting

    def led(self, meeting: Meeting | None) -> Meeting:
        """The meeting, if it is open and the viewer's."""
        meeting = self.open(meeting)
        if not leads(self.viewer, meeting.team):
            raise Refused("The improvement team of that team does this.")
        return meeting

    def ahead(self, meeting: Meeting | None) -> Meeting:
        """The meeting, if it is open, the viewer's, and nothing was recorded of it yet."""
        meeting = self.led(meeting)
        if meeting.recorded:
            raise Refused("The decisions are recorded. Somebody else who attended still has to confirm them.")
        return meeting


class PlanMeeting(MeetingCommand, frozen=True):
    """Plan a review meeting, or move one to another day."""

    team: UUID | None
    held_on: date | None
    begins: str = ""
    place: str = ""

    def decide(self, meeting: Meeting | None, context: CommandContext) -> Sequence[MeetingEvent]:
        if meeting is not None:
            self.ahead(meeting)
        if not leads(self.viewer, self.team):
            raise Refused("The improvement team of that team does this.", field="team")
        if self.held_on is None:
            raise Refused("Enter a day.", field="held_on")
        if self.held_on < local_day(context.at):
            raise Refused("Choose today or a later day.", field="held_on")
        within_reach(self.held_on, local_day(context.at), field="held_on")
        return [
            MeetingPlanned(
                team=self.team,
                held_on=self.held_on,
                begins=self.begins.strip()[:5],
                place=optional_text(self.place, field="place", longest=LONGEST_PLACE) or "",
            )
        ]


class ArrangeAgenda(MeetingCommand, frozen=True):
    """Put the agenda into an order, and leave out what is not to be talked about."""

    order: Sequence[UUID]
    left_out: Sequence[UUID] = ()

    def decide(self, meeting: Meeting | None, context: CommandContext) -> Sequence[MeetingEvent]:
        self.ahead(meeting)
        return [AgendaArranged(order=list(self.order), left_out=list(self.left_out))]


class CancelMeeting(MeetingCommand, frozen=True):
    """Say that a meeting does not take place."""

    def decide(self, meeting: Meeting | None, context: CommandContext) -> Sequence[MeetingEvent]:
        self.led(meeting)
        return [MeetingCancelled()]


class RecordDecisions(MeetingCommand, frozen=True):
    """Record who was there and what was decided, for somebody else who was there to confirm."""

    present: Sequence[UUID]
    decisions: Sequence[Decided]
    remarks: str | None = None
    reasons: Sequence[tuple[str, str]] = ()

    def decide(self, meeting: Meeting | None, context: CommandContext) -> Sequence[MeetingEvent]:
        meeting = self.led(meeting)
        if meeting.held_on is not None and meeting.held_on > local_day(context.at):
            raise Refused(
                "This meeting is still to come. Record its decisions on the day itself, or plan it for today."
            )
        if len(set(self.present)) < FEWEST:
            raise Refused("A meeting decides with at least two people present.", field="present")
        if self.viewer.account_id not in self.present:
            raise Refused("Only somebody who attended can record the decisions.", field="present")
        remarks = optional_text(self.remarks, field="remarks", longest=LONGEST_REMARKS)
        return [
            DecisionsRecorded(
                present=list(self.present),
                decisions=list(self.decisions),
                remarks=remarks,
                reasons=list(self.reasons) or None,
            )
        ]


class ConfirmDecisions(MeetingCommand, frozen=True):
    """Confirm what somebody else recorded; the signals' own steps go with it, all or none.

    `recorded`: the version of what was read and is confirmed; `remarks` are its remarks.
    """

    recorded: int
    remarks: str | None = None

    def decide(self, meeting: Meeting | None, context: CommandContext) -> Sequence[MeetingEvent]:
        meeting = self.open(meeting)
        recorded = meeting.recorded
        if recorded is None:
            raise Refused("Nothing was recorded of this meeting yet.")
        if recorded.version != self.recorded:
            raise Refused("The decisions were recorded again in the meantime. Read them before you confirm them.")
        if self.viewer.account_id == recorded.by:
            raise Refused("Somebody else who was there confirms this, on a screen of their own.")
        if self.viewer.account_id not in recorded.present:
            raise Refused("Only somebody who attended can confirm the decisions.")
        return [
            MeetingHeld(
                present=list(recorded.present),
                decisions=list(recorded.decisions),
                remarks=self.remarks,
                recorded_by=recorded.by,
            )
        ]
