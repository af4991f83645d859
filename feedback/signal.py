"""A signal: what somebody saw on a page and expected instead, and its way to an answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, cast
from uuid import UUID

import msgspec

from domain.client.aggregate import needed_words, words
from domain.refusal import Refused
from domain.roles import Role, Viewer
from eventlog.events import Event, Personal
from eventlog.handler import Moment

LONGEST = 2000


class Kind(StrEnum):
    """What people argue about."""

    DATA_QUALITY = "data_quality"
    SERVICE_QUALITY = "service_quality"
    REPRESENTATION = "representation"
    DEFINITION = "definition"
    USABILITY = "usability"
    FAULT = "fault"
    IDEA = "idea"


class SignalState(StrEnum):
    LOGGED = "logged"
    NEEDS_ANSWER = "needs_answer"
    TRIAGED = "triaged"
    IN_DISCUSSION = "in_discussion"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DUPLICATE = "duplicate"
    PLANNED = "planned"
    DELIVERED = "delivered"
    CONFIRMED = "confirmed"
    REOPENED = "reopened"


# the aggregate


@dataclass(slots=True)
class Signal:
    """One signal, folded from events."""

    id: UUID
    version: int = 0
    state: SignalState = SignalState.LOGGED
    asked_from: SignalState = SignalState.LOGGED
    reporter: UUID | None = None
    supporters: set[UUID] = field(default_factory=set)


class SignalEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a signal."""

    category: ClassVar[str] = "signal"

    def apply(self, signal: Signal) -> None:
        """Change the folded signal accordingly."""


def evolve_signal(signal: Signal | None, events: Iterable[Event]) -> Signal | None:
    """Fold recorded events of one signal, in order."""
    for event in cast("Iterable[SignalEvent]", events):
        if signal is None:
            signal = Signal(event.originator_id)
        signal.version = event.originator_version
        event.apply(signal)
    return signal


# events


class SignalLogged(SignalEvent, frozen=True):
    """Somebody logged a signal; page, field, filter and definition version came along, personal data did not."""

    kind: Kind
    page: str
    field: str | None
    filter: str | None
    definition_version: str
    role: Role
    team: UUID | None
    seen: Personal[str]
    expected: Personal[str] | None

    def apply(self, signal: Signal) -> None:
        signal.reporter = self.actor


class SignalSupported(SignalEvent, frozen=True):
    """A colleague has seen the same."""

    def apply(self, signal: Signal) -> None:
        if self.actor is not None:
            signal.supporters.add(self.actor)


class SignalMoved(SignalEvent, frozen=True, kw_only=True):
    """The signal came into another state; `reason` is what the reporter reads, `of` the original of a duplicate."""

    moved_to: ClassVar[SignalState]
    reason: Personal[str] | None = None
    of: UUID | None = None

    def apply(self, signal: Signal) -> None:
        signal.state = self.moved_to


class SignalTriaged(SignalMoved, frozen=True):
    moved_to = SignalState.TRIAGED


class ReporterAsked(SignalMoved, frozen=True):
    """The reporter was asked something; the clock waits."""

    moved_to = SignalState.NEEDS_ANSWER

    def apply(self, signal: Signal) -> None:
        signal.asked_from = signal.state
        signal.state = self.moved_to


class ReporterAnswered(SignalMoved, frozen=True):
    """The reporter answered; the signal is where it was before the question."""

    moved_to = SignalState.LOGGED

    def apply(self, signal: Signal) -> None:
        signal.state = signal.asked_from


class SignalDiscussed(SignalMoved, frozen=True):
    moved_to = SignalState.IN_DISCUSSION


class SignalAccepted(SignalMoved, frozen=True):
    moved_to = SignalState.ACCEPTED


class SignalDeclined(SignalMoved, frozen=True):
    moved_to = SignalState.DECLINED


class SignalMarkedDuplicate(SignalMoved, frozen=True):
    moved_to = SignalState.DUPLICATE


class SignalPlanned(SignalMoved, frozen=True):
    moved_to = SignalState.PLANNED


class SignalDelivered(SignalMoved, frozen=True):
    moved_to = SignalState.DELIVERED


class SignalConfirmed(SignalMoved, frozen=True):
    moved_to = SignalState.CONFIRMED


class SignalReopened(SignalMoved, frozen=True):
    moved_to = SignalState.REOPENED


# who may move a signal from where to where


def triages(viewer: Viewer, _: Signal) -> bool:
    return viewer.triages_signals


def decides(viewer: Viewer, _: Signal) -> bool:
    return viewer.decides_signals


def reports(viewer: Viewer, signal: Signal) -> bool:
    return signal.reporter == viewer.account_id


@dataclass(frozen=True, slots=True)
class Transition:
    """One way from state to state: its name is the button's, `event` what is recorded."""

    name: str
    sources: frozenset[SignalState]
    event: type[SignalMoved]
    allowed: Callable[[Viewer, Signal], bool]
    needs_reason: bool = False
    needs_original: bool = False

    def open_to(self, viewer: Viewer, signal: Signal) -> bool:
        return signal.state in self.sources and self.allowed(viewer, signal)


S = SignalState
_UNDECIDED = frozenset({S.LOGGED, S.TRIAGED, S.IN_DISCUSSION, S.REOPENED})

TRANSITIONS: dict[str, Transition] = {
    t.name: t
    for t in (
        Transition("triage", frozenset({S.LOGGED, S.REOPENED}), SignalTriaged, triages),
        Transition("ask", _UNDECIDED, ReporterAsked, triages, needs_reason=True),
        Transition("answer", frozenset({S.NEEDS_ANSWER}), ReporterAnswered, reports, needs_reason=True),
        Transition("discuss", frozenset({S.TRIAGED}), SignalDiscussed, triages),
        Transition("accept", frozenset({S.IN_DISCUSSION}), SignalAccepted, decides),
        Transition("decline", frozenset({S.IN_DISCUSSION}), SignalDeclined, decides, needs_reason=True),
        Transition(
            "mark_duplicate", frozenset({S.TRIAGED, S.IN_DISCUSSION}), SignalMarkedDuplicate, triages,
            needs_original=True,
        ),
        Transition("plan", frozenset({S.ACCEPTED}), SignalPlanned, decides),
        Transition("deliver", frozenset({S.PLANNED}), SignalDelivered, decides, needs_reason=True),
        Transition("confirm", frozenset({S.DELIVERED}), SignalConfirmed, reports),
        Transition("reopen", frozenset({S.DELIVERED, S.DECLINED}), SignalReopened, reports, needs_reason=True),
    )
}  # fmt: skip

SIGNAL_EVENTS: tuple[type[SignalEvent], ...] = (
    SignalLogged,
    SignalSupported,
    *dict.fromkeys(t.event for t in TRANSITIONS.values()),
)


# commands


class SignalCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one signal, by a viewer."""

    signal_id: UUID
    viewer: Viewer

    @property
    def stream_id(self) -> UUID:
        return self.signal_id

    def decide(self, signal: Signal | None, moment: Moment) -> Sequence[SignalEvent]:
        """The events that follow. Raises Refused when none may."""
        raise NotImplementedError


class LogSignal(SignalCommand, frozen=True):
    """Log what one sees on a page and what one expected."""

    kind: Kind
    page: str
    seen: str
    expected: str | None = None
    field: str | None = None
    filter: str | None = None
    definition_version: str = ""

    def decide(self, signal: Signal | None, moment: Moment) -> Sequence[SignalEvent]:
        if signal is not None:
            raise Refused("This signal has already been logged.")
        if not self.viewer.logs_signals:
            raise Refused("In your role you can't log signals.")
        return [
            SignalLogged(
                kind=self.kind,
                page=self.page,
                field=self.field,
                filter=self.filter,
                definition_version=self.definition_version,
                role=self.viewer.role,
                team=self.viewer.team_id,
                seen=needed_words(self.seen, field="seen", longest=LONGEST),
                expected=words(self.expected, field="expected", longest=LONGEST),
            )
        ]


class SupportSignal(SignalCommand, frozen=True):
    """Say that one has seen the same."""

    def decide(self, signal: Signal | None, moment: Moment) -> Sequence[SignalEvent]:
        signal = _existing(signal)
        if not self.viewer.logs_signals:
            raise Refused("In your role you can't support signals.")
        if signal.reporter == self.viewer.account_id:
            raise Refused("This is your own signal.")
        if self.viewer.account_id in signal.supporters:
            return []
        return [SignalSupported()]


class MoveSignal(SignalCommand, frozen=True):
    """Bring a signal into another state, by the name of a transition."""

    transition: str
    reason: str | None = None
    of: UUID | None = None

    def decide(self, signal: Signal | None, moment: Moment) -> Sequence[SignalEvent]:
        signal = _existing(signal)
        transition = TRANSITIONS.get(self.transition)
        if transition is None:
            raise Refused("There is no such step for a signal.", field="transition")
        if signal.state not in transition.sources:
            raise Refused("That can't be done with a signal in this state. Look at it again: it may have moved on.")
        if not transition.allowed(self.viewer, signal):
            raise Refused("In your role you can't take this step.")
        return [
            transition.event(
                reason=words(self.reason, field="reason", longest=LONGEST, needed=transition.needs_reason),
                of=self._original() if transition.needs_original else None,
            )
        ]

    def _original(self) -> UUID:
        if self.of is None:
            raise Refused("Say which signal it repeats.", field="of")
        if self.of == self.signal_id:
            raise Refused("A signal can't repeat itself.", field="of")
        return self.of


def open_transitions(signal: Signal, viewer: Viewer) -> list[Transition]:
    """The steps that this viewer can take now."""
    return [t for t in TRANSITIONS.values() if t.open_to(viewer, signal)]


def _existing(signal: Signal | None) -> Signal:
    if signal is None:
        raise Refused("There is no such signal.")
    return signal
