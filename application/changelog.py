"""What is new in Werkpad: changes that were delivered, definitions revised and norms set, and telling of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

import msgspec
from sqlalchemy import Connection

from application import rights
from application.rights import needs
from application.services import Services
from application.signals import SignalShown, opened
from domain.calendar import local_day
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from feedback import board, changelog, norms
from feedback.change import Change, RecordChange
from feedback.changelog import Delivered
from feedback.norms import Norm
from feedback.signal import MoveSignal, SignalState
from feedback.signals import signals
from projections import definitions
from projections.definitions import Revision

LANGUAGES = ("en", "nl")
LONGEST_REASON = 2000
# Of those that wait to be delivered, so many are offered.


@dataclass(frozen=True, slots=True)
class Entry:
    """Something new: a "change", a "definition" or a "norm", since when, from which day on, and the signals behind it.

    Title and text are in both languages; a definition has the name of its `subject` for a title, and its text is the
    reason, as that of a norm, in the language in which it was given.
    """

    kind: str
    at: datetime
    on: date
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    signals: Sequence[UUID | str]
    subject: str | None = None


@needs(rights.LOG_SIGNALS)
def whats_new(services: Services, viewer: Viewer) -> list[Entry]:
    """What became of signals, for everybody to read: changes delivered, definitions revised and norms set that were not
    withdrawn; the latest first."""
    with services.database.read() as connection:
        return entries_of(connection)


def entries_of(connection: Connection) -> list[Entry]:
    """All that became of signals, the latest first."""
    changes = changelog.latest(connection)
    revisions = [r for r in definitions.revisions(connection) if r.withdrawn_at is None]
    holding = norms.holding(connection)
    entries = [_change(row) for row in changes]
    entries += [_revision(revision) for revision in revisions]
    entries += [_norm(row) for row in holding]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _change(change: Delivered) -> Entry:
    titles = {"en": change.title_en, "nl": change.title_nl}
    texts = {"en": change.text_en, "nl": change.text_nl}
    return Entry("change", change.recorded_at, change.delivered_on, titles, texts, change.signals)


def _revision(revision: Revision) -> Entry:
    behind = [revision.signal_id] if revision.signal_id else []
    return Entry(
        "definition",
        revision.revised_at,
        revision.valid_from,
        {},
        same_in_both(revision.reason),
        behind,
        revision.subject,
    )


def _norm(norm: Norm) -> Entry:
    behind = [norm.signal_id] if norm.signal_id else []
    titles = {"en": norm.en, "nl": norm.nl}
    return Entry("norm", norm.set_at, local_day(norm.set_at), titles, same_in_both(norm.reason), behind)


def same_in_both(text: str) -> dict[str, str]:
    """What was written in one language alone, in the place of both."""
    return dict.fromkeys(LANGUAGES, text)


@needs(rights.DECIDE)
def waiting_for_delivery(services: Services, viewer: Viewer) -> list[SignalShown]:
    """Signals that were accepted or planned, which a change can deliver."""
    states = [SignalState.ACCEPTED, SignalState.PLANNED]
    with services.database.read() as connection:
        rows = board.board(connection, [signals.c.state.in_(states)])
    return opened(services, rows, ["seen"])


@needs(rights.DECIDE)
def deliver_change(services: Services, viewer: Viewer, command: RecordChange, said: str, command_id: UUID) -> Answer:
    """Tell what was delivered; the signals that it came from are delivered with it and hear what is `said`: all or
    none.

    Raises:
        Refused: what is told is not sound, or one of the signals can't be delivered.
    """
    now = CommandContext(services.clock(), viewer.account_id)
    own = msgspec.structs.replace(command, viewer=viewer)
    if services.log.written_by(command_id):
        # Sent twice: the first time did it all, signals included.
        return services.changes.handle(own, now, command_id)
    first: Step[Change] = Step(own, now, command_id)
    parts: list[Any] = [[(services.changes, [first])]]
    for signal_id in own.signals:
        state = services.signals.state(signal_id)
        plan = [MoveSignal(signal_id=signal_id, viewer=viewer, transition="plan", on=services.today)]
        deliver = MoveSignal(signal_id=signal_id, viewer=viewer, transition="deliver", reason=said[:LONGEST_REASON])
        accepted = state is not None and state.state is SignalState.ACCEPTED
        steps = [*(plan if accepted else []), deliver]
        parts.append(services.signal_handler.parts(steps, now, uuid5(command_id, str(signal_id))))
    return services.signal_handler.together(parts)
