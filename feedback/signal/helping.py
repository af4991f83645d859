"""Did it help: asked of the reporter, supporters and followers for two weeks after delivery."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum

from domain.calendar import local_day
from domain.refusal import Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal
from feedback.signal.aggregate import LONGEST, Signal, SignalCommand, SignalEvent, SignalState, existing
from feedback.signal.steps import SignalConfirmed

ASKED_FOR = timedelta(days=14)


class Help(StrEnum):
    YES = "yes"
    PARTLY = "partly"
    NO = "no"


class HelpJudged(SignalEvent, frozen=True):
    """Somebody said whether what was delivered helped, once more if their mind changed."""

    help: Help
    words: Personal[str] | None
    by_reporter: bool

    def apply(self, signal: Signal) -> None:
        if self.by_reporter:
            signal.reporter_helped = True
        if self.actor is not None:
            signal.helped.add(self.actor)


def asked_until(delivered_on: date) -> date:
    """The last day on which it is asked."""
    return delivered_on + ASKED_FOR


class JudgeHelp(SignalCommand, frozen=True):
    """Say whether what was delivered helped; the reporter's yes confirms it."""

    help: Help
    words: str | None = None

    def decide(self, signal: Signal | None, context: CommandContext) -> Sequence[SignalEvent]:
        signal = existing(signal)
        by_reporter = self.is_reporter(signal)
        if not by_reporter and self.viewer.account_id not in signal.hearers:
            raise Refused("This is asked of those who logged, support or follow the signal.")
        if signal.delivered_on is None or signal.state not in (SignalState.DELIVERED, SignalState.CONFIRMED):
            raise Refused("Nothing was delivered yet that could help.")
        if local_day(context.at) > asked_until(signal.delivered_on):
            raise Refused("This could be answered until 14 days after delivery. Log a new signal, or reopen this one.")
        said = optional_text(self.words, field="words", longest=LONGEST)
        judged = HelpJudged(help=self.help, words=said, by_reporter=by_reporter)
        if by_reporter and self.help is Help.YES and signal.state is SignalState.DELIVERED:
            return [judged, SignalConfirmed()]
        return [judged]
