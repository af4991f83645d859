"""Who looks after a signal: a team or the city, and perhaps one person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import msgspec

from domain.refusal import Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal
from feedback.signal.aggregate import LONGEST, Signal, SignalCommand, SignalEvent, existing


class SignalAssigned(SignalEvent, frozen=True):
    """A team looks after the signal from now on, the city where `team` is None; by a routing rule, or by hand."""

    team: UUID | None
    person: UUID | None = None
    by_rule: bool = False
    reason: Personal[str] | None = None

    def apply(self, signal: Signal) -> None:
        signal.team = self.team
        signal.person = self.person


class AssignSignal(SignalCommand, frozen=True):
    """Move a signal to another team, or to the city where `team` is None, and perhaps give it to one person there."""

    team: UUID | None
    person: UUID | None = None
    reason: str | None = None

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        if not self.viewer.triages_signals:
            raise Refused("In your role you can't move signals.")
        if (signal.team, signal.person) == (self.team, self.person):
            return []
        return [
            SignalAssigned(
                team=self.team, person=self.person, reason=optional_text(self.reason, field="reason", longest=LONGEST)
            )
        ]


class ReleaseSignal(msgspec.Struct, frozen=True, kw_only=True):
    """Have nobody in particular of its team look after a signal, since whoever did so leaves."""

    signal_id: UUID
    person: UUID

    @property
    def stream_id(self) -> UUID:
        return self.signal_id

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        # Somebody may have given it to another meanwhile.
        return [SignalAssigned(team=signal.team)] if signal.person == self.person else []
