"""What is said about a signal: comments for everybody, notes for the improvement team alone."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.refusal import Refused
from domain.text import required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal
from feedback.signal.aggregate import LONGEST, Signal, SignalCommand, SignalEvent, existing


class SignalCommented(SignalEvent, frozen=True):
    """Somebody said something that everybody may read; from the improvement team it is an answer to the reporter."""

    text: Personal[str]
    mentions: tuple[UUID, ...] = ()
    answers: bool = False


class NoteAdded(SignalEvent, frozen=True):
    """A note for those who triage: nobody else reads it, and no mail speaks of it."""

    text: Personal[str]
    mentions: tuple[UUID, ...] = ()


class CommentOnSignal(SignalCommand, frozen=True):
    """Say something that everybody may read."""

    text: str
    mentions: tuple[UUID, ...] = ()

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        if not self.viewer.logs_signals:
            raise Refused("In your role you can't comment on signals.")
        text = required_text(self.text, field="text", longest=LONGEST)
        answers = self.viewer.triages_signals and not self.is_reporter(signal)
        return [SignalCommented(text=text, mentions=self.mentions, answers=answers)]


class AddNote(SignalCommand, frozen=True):
    """Write a note for those who triage."""

    text: str
    mentions: tuple[UUID, ...] = ()

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        existing(signal)
        if not self.viewer.triages_signals:
            raise Refused("In your role you can't write notes.")
        return [NoteAdded(text=required_text(self.text, field="note", longest=LONGEST), mentions=self.mentions)]
