"""Where signals are handled: who reported one without a name, what goes together with its duplicates, redaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Connection

from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from eventlog.events import Event
from eventlog.handler import Handler, handle_together
from eventlog.log import EventLog
from eventlog.sealing import StreamOpener
from feedback.reporters import SealedReporters
from feedback.signal import (
    Acting,
    CarryVoices,
    CommentOnSignal,
    JudgeHelp,
    MoveSignal,
    PassageRedacted,
    RedactPassage,
    Signal,
    SignalCommand,
    SignalLogged,
    all_texts,
    nameless,
)
from records.heard import ReadReceipts

Part = tuple[Handler[Any], Sequence[Step[Any]]]
# What a reporter does as such: without a name where the signal was logged without one.
REPORTERS_STEPS = frozenset({"answer", "confirm", "reopen"})


class SignalHandler:
    """Handles the commands about signals, as far as they need more than one stream or a seal opened."""

    def __init__(
        self, log: EventLog, signals: Handler[Signal], pause: Callable[[int], None], receipts: ReadReceipts
    ) -> None:
        self.receipts = receipts
        self._log = log
        self._signals = signals
        self._pause = pause
        self._reporters = SealedReporters(log)

    def handle(self, command: SignalCommand, context: CommandContext, command_id: UUID) -> Answer:
        """Carry out a command, with what follows for other signals; all of it or nothing.

        Raises:
            Refused: the domain says no.
        """
        if isinstance(command, RedactPassage):
            return self._redact(command, context, command_id)
        return self.together([self.parts([command], context, command_id)])

    def together(self, groups: Iterable[Sequence[Part]]) -> Answer:
        """Carry out the parts of several wishes in one transaction."""
        return handle_together(self._log, [part for parts in groups for part in parts], self._pause)

    def parts(self, commands: Sequence[SignalCommand], context: CommandContext, command_id: UUID) -> list[Part]:
        """The steps that commands about one signal come to, also on the original of a duplicate."""
        steps: list[Step[Signal]] = []
        others: list[Part] = []
        for nth, command in enumerate(commands):
            own_id = command_id if nth == 0 else uuid5(command_id, str(nth))
            acting = self._as_reporter(command)
            steps.append(Step(acting, nameless(context) if _speaks_nameless(acting) else context, own_id))
            if isinstance(command, MoveSignal):
                others += self._on_the_original(command, context, uuid5(own_id, "original"))
        return [(self._signals, steps), *others]

    def _on_the_original(self, command: MoveSignal, context: CommandContext, command_id: UUID) -> list[Part]:
        signal = self._signals.state(command.signal_id)
        if signal is None or command.transition not in ("mark_duplicate", "undo_duplicate"):
            return []
        back = command.transition == "undo_duplicate"
        original = signal.duplicate_of if back else command.of
        if original is None or original == command.signal_id:
            return []
        supporters = signal.voices | ({signal.reporter} if signal.reporter else set())
        carry = CarryVoices(
            signal_id=original,
            viewer=command.viewer,
            duplicate=command.signal_id,
            back=back,
            supporters=frozenset(supporters),
            followers=frozenset(signal.followers),
        )
        return [(self._signals, [Step(carry, context, command_id)])]

    def _as_reporter(self, command: SignalCommand) -> SignalCommand:
        signal = self._signals.state(command.signal_id)
        if signal is None or not signal.nameless or self.reporter_of(command.signal_id) != command.viewer.account_id:
            return command
        return msgspec.structs.replace(command, as_reporter=True)

    def acting(self, signal: Signal, viewer: Viewer) -> Acting:
        """Who the viewer is to a signal."""
        if signal.nameless:
            return Acting(viewer, self.reporter_of(signal.id) == viewer.account_id)
        return Acting(viewer, signal.reporter == viewer.account_id)

    def reporter_of(self, signal_id: UUID) -> UUID | None:
        """Who reported a signal that was logged without a name: for the system alone."""
        return reporter_in(*self._log.opened(signal_id))

    def reported_without_name(
        self, connection: Connection, signal_ids: Collection[UUID], account_id: UUID
    ) -> set[UUID]:
        """Those of these signals, which were logged without a name, that somebody logged."""
        return self._reporters.own(connection, signal_ids, account_id)

    def _redact(self, command: RedactPassage, context: CommandContext, command_id: UUID) -> Answer:
        acting = self._as_reporter(command)
        context = nameless(context) if acting.as_reporter else context
        # Sent twice: whether it is the same passage can't be compared, since it is gone.
        if answer := self._redacted(command.signal_id, context, command_id):
            return answer
        answer = self._signals.reseal(acting, context, command_id, self._with_texts)
        self._log.scrub()
        return answer

    def _redacted(self, signal_id: UUID, context: CommandContext, command_id: UUID) -> Answer | None:
        written = [w for w in self._log.written_by(command_id) if w.stream_id == signal_id]
        if not written:
            return None
        event = self._log.versions(signal_id, [written[0].version])[written[0].version]
        redacted = isinstance(event, PassageRedacted) and event.actor == context.actor
        return Answer(signal_id, written[0].position, 1) if redacted else None

    def _with_texts(self, command: Any) -> Any:
        """The command with all that is to be kept of its signal, as it stands now."""
        events, opener = self._log.opened(command.signal_id)
        reporter = reporter_in(events, opener)
        return msgspec.structs.replace(
            command, texts=all_texts(events, opener), sealed_reporter=str(reporter) if reporter else None
        )


def reporter_in(events: Sequence[Event], opener: StreamOpener) -> UUID | None:
    for event in reversed(events):
        if isinstance(event, PassageRedacted | SignalLogged) and (found := opener.value(event, "sealed_reporter")):
            return UUID(found)
    return None


def _speaks_nameless(command: SignalCommand) -> bool:
    if not command.as_reporter:
        return False
    return isinstance(command, CommentOnSignal | JudgeHelp) or (
        isinstance(command, MoveSignal) and command.transition in REPORTERS_STEPS
    )
