"""A coach's own note on a client, and a mark: for the own order of work, and what becomes of them at a handover."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, open_file
from domain.refusal import Refused
from domain.text import optional_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_OWN_NOTE, LONGEST_MARK_NAME = 200, 30


class OwnMark(StrEnum):
    """The shapes of marks; what each means, its coach says."""

    CIRCLE = "circle"
    SQUARE = "square"
    TRIANGLE = "triangle"
    STAR = "star"
    DIAMOND = "diamond"
    CROSS = "cross"


class NoteHandling(StrEnum):
    """What becomes of note and mark when a client is handed over: they stay with their coach, who sees them where the
    client comes back; the colleague gets them; or they go."""

    KEEP = "keep"
    PASS_ON = "pass_on"  # noqa: S105 - what becomes of a note, not a password
    DROP = "drop"


# Whose they are, the event's actor says.


class OwnNoteWritten(ClientEvent, frozen=True):
    """What a coach noted, and the day on which it is to come up; without a text, there is no note any more."""

    what: Personal[str] | None
    look_on: date | None


class OwnMarkSet(ClientEvent, frozen=True):
    """How a coach marked a client; None: not any more."""

    mark: OwnMark | None


class OwnNoteHandedOver(ClientEvent, frozen=True):
    """What is to become of a coach's note and mark when somebody else gets the client."""

    handling: NoteHandling


OWN_NOTE_EVENTS: tuple[type[ClientEvent], ...] = (OwnNoteWritten, OwnMarkSet, OwnNoteHandedOver)


class WriteOwnNote(ClientCommand, frozen=True):
    """Note something on a client for oneself, for a day; without a text, remove the note."""

    what: str | None = None
    look_on: date | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        open_file(client)
        what = optional_text(self.what, field="what", longest=LONGEST_OWN_NOTE)
        if what is None and self.look_on is not None:
            raise Refused("Write what to remind you of on that day.", field="what")
        if self.look_on is not None:
            if self.look_on < local_day(context.at):
                raise Refused("Choose today or a later day.", field="look_on")
            within_reach(self.look_on, local_day(context.at), field="look_on")
        return [OwnNoteWritten(what=what, look_on=self.look_on)]


class SetOwnMark(ClientCommand, frozen=True):
    """Mark a client for oneself; None: not any more."""

    mark: OwnMark | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        open_file(client)
        return [OwnMarkSet(mark=self.mark)]
