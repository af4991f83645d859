"""What a signal is about: its kind and field, put right by those who triage."""

from __future__ import annotations

from collections.abc import Sequence

from domain.refusal import Refused
from eventlog.commands import CommandContext
from feedback.signal.aggregate import ENDED, Kind, Signal, SignalCommand, SignalEvent, Within, existing


class SignalClassified(SignalEvent, frozen=True):
    """It is of another kind, or about another field, than it was logged as; with the deadlines of its kind."""

    kind: Kind
    field: str | None
    within: Within

    def apply(self, signal: Signal) -> None:
        signal.kind = self.kind
        signal.field = self.field


class ClassifySignal(SignalCommand, frozen=True):
    """Say of which kind a signal is, and which field it is about."""

    kind: Kind
    field: str | None
    within: Within = Within()

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        if not self.viewer.triages_signals:
            raise Refused("In your role you can't change the subject of a signal.")
        if signal.state in ENDED:
            raise Refused("This signal has been answered; its subject stays as it is.")
        if (signal.kind, signal.field) == (self.kind, self.field):
            return []
        return [SignalClassified(kind=self.kind, field=self.field, within=self.within)]
