"""Who stands behind a signal: supporters and followers, also those who came with a duplicate of it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.refusal import Refused
from eventlog.commands import CommandContext
from feedback.signal.aggregate import Signal, SignalCommand, SignalEvent, existing


class SignalSupported(SignalEvent, frozen=True):
    """A colleague has seen the same."""

    def apply(self, signal: Signal) -> None:
        if self.actor is not None:
            signal.supporters.add(self.actor)


class SupportWithdrawn(SignalEvent, frozen=True):
    """A colleague no longer stands behind it."""

    def apply(self, signal: Signal) -> None:
        if self.actor is not None:
            signal.supporters.discard(self.actor)


class SignalFollowed(SignalEvent, frozen=True):
    """A colleague wants to hear what becomes of it."""

    def apply(self, signal: Signal) -> None:
        if self.actor is not None:
            signal.followers.add(self.actor)


class SignalUnfollowed(SignalEvent, frozen=True):
    """A colleague no longer wants to hear of it."""

    def apply(self, signal: Signal) -> None:
        if self.actor is not None:
            signal.followers.discard(self.actor)


class VoicesCarriedOver(SignalEvent, frozen=True):
    """Another signal was marked as a duplicate of this one: its supporters and followers came along."""

    duplicate: UUID
    supporters: list[UUID]
    followers: list[UUID]

    def apply(self, signal: Signal) -> None:
        signal.carried[self.duplicate] = set(self.supporters), set(self.followers)


class VoicesTakenBack(SignalEvent, frozen=True):
    """Another signal was no duplicate after all: its supporters and followers went back with it."""

    duplicate: UUID

    def apply(self, signal: Signal) -> None:
        signal.carried.pop(self.duplicate, None)


class SupportSignal(SignalCommand, frozen=True):
    """Say that one has seen the same, or take that back."""

    back: bool = False

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        if not self.viewer.logs_signals:
            raise Refused("In your role you can't support signals.")
        if self.is_reporter(signal):
            raise Refused("This is your own signal.")
        if signal.duplicate_of is not None and not self.back:
            raise Refused("This repeats another signal. Support that one: its answer is the answer to both.")
        if (self.viewer.account_id in signal.supporters) is not self.back:
            return []
        return [SupportWithdrawn() if self.back else SignalSupported()]


class FollowSignal(SignalCommand, frozen=True):
    """Hear what becomes of a signal, or no longer."""

    back: bool = False

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        if not self.viewer.logs_signals:
            raise Refused("In your role you can't follow signals.")
        if self.is_reporter(signal):
            raise Refused("This is your own signal: you hear of it anyway.")
        if signal.duplicate_of is not None and not self.back:
            raise Refused("This repeats another signal. Follow that one: its answer is the answer to both.")
        if (self.viewer.account_id in signal.followers) is not self.back:
            return []
        return [SignalUnfollowed() if self.back else SignalFollowed()]


class CarryVoices(SignalCommand, frozen=True):
    """Bring over, or take back, the voices of a duplicate: what follows on the original's side."""

    duplicate: UUID
    supporters: frozenset[UUID] = frozenset()
    followers: frozenset[UUID] = frozenset()
    back: bool = False

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        if signal is None:
            raise Refused("There is no such signal.", field="of")
        if self.back:
            return [VoicesTakenBack(duplicate=self.duplicate)] if self.duplicate in signal.carried else []
        if signal.duplicate_of is not None:
            raise Refused("That signal is itself a duplicate. Enter the original.", field="of")
        return [
            VoicesCarriedOver(
                duplicate=self.duplicate, supporters=sorted(self.supporters), followers=sorted(self.followers)
            )
        ]
