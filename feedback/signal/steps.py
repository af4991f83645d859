"""The steps of a signal: one table of who may bring it from where to where, and what that needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.refusal import Refused
from domain.roles import Viewer
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal
from feedback.signal.aggregate import LONGEST, Signal, SignalCommand, SignalEvent, SignalState, existing

# events


class SignalMoved(SignalEvent, frozen=True, kw_only=True):
    """The signal came into another state; `reason` is what the reporter reads, `of` the original of a duplicate, `on`
    the day it is planned for, `meeting` where it was decided."""

    # None: back to where it was before
    moved_to: ClassVar[SignalState | None]
    reason: Personal[str] | None = None
    of: UUID | None = None
    on: date | None = None
    meeting: UUID | None = None

    def apply(self, signal: Signal) -> None:
        signal.state = self.moved_to or signal.before


class SignalTriaged(SignalMoved, frozen=True):
    moved_to = SignalState.TRIAGED


class ReporterAsked(SignalMoved, frozen=True):
    """The reporter was asked something; the clock waits."""

    moved_to = SignalState.NEEDS_ANSWER

    def apply(self, signal: Signal) -> None:
        signal.before = signal.state
        signal.state = self.moved_to


class ReporterAnswered(SignalMoved, frozen=True):
    """The reporter answered; the signal is where it was before the question."""

    moved_to = None


class QuestionDropped(SignalMoved, frozen=True):
    """It goes on without an answer of the reporter, from where it was before the question."""

    moved_to = None


class SignalDiscussed(SignalMoved, frozen=True):
    moved_to = SignalState.IN_DISCUSSION


class SignalAccepted(SignalMoved, frozen=True):
    moved_to = SignalState.ACCEPTED


class SignalDeclined(SignalMoved, frozen=True):
    moved_to = SignalState.DECLINED


class SignalMarkedDuplicate(SignalMoved, frozen=True):
    """It says what another one says, whose answer is its answer."""

    moved_to = SignalState.DUPLICATE

    def apply(self, signal: Signal) -> None:
        signal.before = signal.state
        signal.state = self.moved_to
        signal.duplicate_of = self.of


class DuplicateUndone(SignalMoved, frozen=True):
    """It says something of its own after all."""

    moved_to = None

    def apply(self, signal: Signal) -> None:
        signal.state = signal.before
        signal.duplicate_of = None


class SignalPlanned(SignalMoved, frozen=True):
    moved_to = SignalState.PLANNED


class SignalDelivered(SignalMoved, frozen=True):
    moved_to = SignalState.DELIVERED

    def apply(self, signal: Signal) -> None:
        signal.state = self.moved_to
        signal.delivered_on = local_day(self.recorded_at)
        signal.helped = set()
        signal.reporter_helped = False


class SignalConfirmed(SignalMoved, frozen=True):
    moved_to = SignalState.CONFIRMED


class SignalReopened(SignalMoved, frozen=True):
    moved_to = SignalState.REOPENED


# who may take a step


@dataclass(frozen=True, slots=True)
class Acting:
    """Somebody about to take a step: the viewer, whether the signal is theirs, and whether a meeting decides."""

    viewer: Viewer
    is_reporter: bool = False
    in_meeting: bool = False


def triages(acting: Acting) -> bool:
    return acting.viewer.triages_signals


def discusses(acting: Acting) -> bool:
    """Those who decide, alone or together."""
    return acting.viewer.decides_signals


def decides(acting: Acting) -> bool:
    """The process manager does so alone; the improvement team together, in a review meeting."""
    return acting.viewer.decides_alone or (acting.viewer.decides_signals and acting.in_meeting)


def delivers(acting: Acting) -> bool:
    return acting.viewer.decides_signals


def reports(acting: Acting) -> bool:
    return acting.is_reporter


def reports_or_delivers(acting: Acting) -> bool:
    return acting.is_reporter or acting.viewer.decides_signals


@dataclass(frozen=True, slots=True)
class Transition:
    """A step: from which states, what is recorded, who may take it, and what it needs."""

    name: str
    sources: frozenset[SignalState]
    event: type[SignalMoved]
    allowed: Callable[[Acting], bool]
    needs_reason: bool = False
    needs_original: bool = False
    needs_day: bool = False

    def open_to(self, acting: Acting, signal: Signal) -> bool:
        return signal.state in self.sources and self.allowed(acting)


S = SignalState
_UNDECIDED = frozenset({S.LOGGED, S.TRIAGED, S.IN_DISCUSSION, S.REOPENED})
_DISCUSSED = frozenset({S.TRIAGED, S.IN_DISCUSSION})

TRANSITIONS: dict[str, Transition] = {
    t.name: t
    for t in (
        Transition("triage", frozenset({S.LOGGED, S.REOPENED}), SignalTriaged, triages),
        Transition("ask", _UNDECIDED, ReporterAsked, triages, needs_reason=True),
        Transition("answer", frozenset({S.NEEDS_ANSWER}), ReporterAnswered, reports, needs_reason=True),
        Transition("go_on", frozenset({S.NEEDS_ANSWER}), QuestionDropped, triages, needs_reason=True),
        Transition("discuss", frozenset({S.TRIAGED}), SignalDiscussed, discusses),
        Transition("accept", frozenset({S.IN_DISCUSSION}), SignalAccepted, decides),
        Transition("decline", frozenset({S.IN_DISCUSSION}), SignalDeclined, decides, needs_reason=True),
        Transition("mark_duplicate", _DISCUSSED, SignalMarkedDuplicate, triages, needs_original=True),
        Transition("undo_duplicate", frozenset({S.DUPLICATE}), DuplicateUndone, triages, needs_reason=True),
        Transition("plan", frozenset({S.ACCEPTED}), SignalPlanned, delivers, needs_day=True),
        Transition("deliver", frozenset({S.PLANNED}), SignalDelivered, delivers, needs_reason=True),
        Transition("confirm", frozenset({S.DELIVERED}), SignalConfirmed, reports),
        Transition(
            "reopen",
            frozenset({S.DELIVERED, S.DECLINED, S.CONFIRMED}),
            SignalReopened,
            reports_or_delivers,
            needs_reason=True,
        ),
    )
}


# commands


class MoveSignal(SignalCommand, frozen=True):
    """Bring a signal into another state, by the name of a transition; `meeting` where a meeting decides so."""

    transition: str
    reason: str | None = None
    of: UUID | None = None
    on: date | None = None
    meeting: UUID | None = None

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        transition = TRANSITIONS.get(self.transition)
        if transition is None:
            raise Refused("There is no such step for a signal.", field="transition")
        if signal.state not in transition.sources:
            raise Refused("That can't be done with a signal in this state. Check it again: its state may have changed.")
        acting = Acting(self.viewer, self.is_reporter(signal), self.meeting is not None)
        if not transition.allowed(acting):
            if transition.allowed is decides and self.viewer.decides_signals:
                raise Refused("The improvement team decides this together: put it on a review meeting.")
            raise Refused("In your role you can't take this step.")
        return [
            transition.event(
                reason=optional_text(self.reason, field="reason", longest=LONGEST, needed=transition.needs_reason),
                of=self._original(signal) if transition.needs_original else None,
                on=self._day(context) if transition.needs_day else None,
                meeting=self.meeting,
            )
        ]

    def _original(self, signal: Signal) -> UUID:
        if self.of is None:
            raise Refused("Enter the signal that it repeats.", field="of")
        if self.of == self.signal_id:
            raise Refused("A signal can't repeat itself.", field="of")
        if signal.carried:
            raise Refused(
                "Others were marked as duplicates of this one. Mark them as duplicates of the original first."
            )
        return self.of

    def _day(self, context: CommandContext) -> date:
        if self.on is None:
            raise Refused("Enter the day for which it is planned.", field="on")
        if self.on < local_day(context.at):
            raise Refused("Choose today or a later day.", field="on")
        return within_reach(self.on, local_day(context.at), field="on")


def open_transitions(signal: Signal, acting: Acting) -> list[Transition]:
    """The steps that can be taken now."""
    return [t for t in TRANSITIONS.values() if t.open_to(acting, signal)]
