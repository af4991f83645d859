"""An exemption is decided by two: drafted by one until a day, read and approved or returned by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.catalogue import Track
from domain.client.aggregate import Client, ClientCommand, ClientEvent, ExemptionMark, open_file, unchanged
from domain.client.plan import ServiceTrackChosen, since_intake
from domain.refusal import Checks, Refused
from domain.text import required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_BASIS, LONGEST_WORDS = 4000, 1000
# So many weeks before its last day an exemption comes up.
COMES_UP_WEEKS = 6


# events


class ExemptionEvent(ClientEvent, frozen=True, kw_only=True):
    """Something happened to the draft of an exemption; the track stays what it is until one is approved."""

    exemption_id: UUID


class ExemptionDrafted(ExemptionEvent, frozen=True, kw_only=True):
    """The draft as it is to be read, written for the first time or anew. What it is based on is sealed."""

    basis: Personal[str]
    until: date

    def apply(self, client: Client) -> None:
        before = client.exemption
        wrote = before.written_by if before is not None and before.exemption_id == self.exemption_id else frozenset()
        client.exemption = ExemptionMark(self.exemption_id, self.originator_version, wrote | {self.actor}, self.until)


class ExemptionReturned(ExemptionEvent, frozen=True, kw_only=True):
    """Whoever read the draft gave it back, with what has to be otherwise."""

    words: Personal[str]

    def apply(self, client: Client) -> None:
        if (mark := client.exemption) is not None:
            client.exemption = mark.returned_in(self.originator_version)


class ExemptionWithdrawn(ExemptionEvent, frozen=True):
    """The draft was taken back before it was approved."""

    def apply(self, client: Client) -> None:
        client.exemption = None


class ExemptionApproved(ExemptionEvent, frozen=True):
    """Another person read the draft and approved it; the track follows in the same command."""

    def apply(self, client: Client) -> None:
        client.exemption = None


EXEMPTION_EVENTS: tuple[type[ClientEvent], ...] = (
    ExemptionDrafted,
    ExemptionReturned,
    ExemptionWithdrawn,
    ExemptionApproved,
)

# commands


class DraftExemption(ClientCommand, frozen=True, kw_only=True):
    """Write the draft of an exemption, or write it anew; `shown` is the version that the form showed, 0 for none."""

    exemption_id: UUID
    basis: str
    until: date
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        mark = client.exemption
        unchanged(mark.version if mark else None, self.shown, "basis")
        if mark is not None and mark.exemption_id != self.exemption_id:
            raise Refused("There is a draft of an exemption already. Change that one, or withdraw it.", field="basis")
        checked = Checks()
        basis = checked(required_text, self.basis, field="basis", longest=LONGEST_BASIS)
        until = checked(self._until, context)
        checked.require()
        found: dict[str, object] = {"exemption_id": self.exemption_id, "basis": basis, "until": until}
        return [ExemptionDrafted(**found)]  # type: ignore[arg-type]  # checked as the command's fields are

    def _until(self, context: CommandContext) -> date:
        today = local_day(context.at)
        if self.until <= today:
            raise Refused("The last day of an exemption must be in the future.", field="until")
        return within_reach(self.until, today, field="until")


class WithdrawExemption(ClientCommand, frozen=True):
    """Take the draft back; the track stays what it is."""

    exemption_id: UUID
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _standing(client, self.exemption_id, self.shown, "basis")
        return [ExemptionWithdrawn(exemption_id=self.exemption_id)]


class ApproveExemption(ClientCommand, frozen=True):
    """Approve the draft that was read; `shown` is its version: one that was changed meanwhile is read again first."""

    exemption_id: UUID
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        mark = _to_read(client, self.exemption_id, self.shown, context)
        today = local_day(context.at)
        if mark.until <= today:
            raise Refused("The last day of this draft is not in the future any more. Return it, and say so.")
        return [
            ExemptionApproved(exemption_id=self.exemption_id),
            ServiceTrackChosen(track=Track.EXEMPT, chosen_on=today, until=mark.until),
        ]


class BringExemption(ClientCommand, frozen=True):
    """Record an exemption that was decided before the file came to Werkpad, from an import alone: no last day of it is
    on record, so that it comes up to be decided here."""

    chosen_on: date

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = open_file(client)
        if client.track is Track.EXEMPT:
            return []
        return [ServiceTrackChosen(track=Track.EXEMPT, chosen_on=since_intake(self.chosen_on, client, context))]


class ReturnExemption(ClientCommand, frozen=True):
    """Give the draft back to who wrote it, and say what has to be otherwise."""

    exemption_id: UUID
    words: str
    shown: int | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        _to_read(client, self.exemption_id, self.shown, context)
        words = required_text(self.words, field="words", longest=LONGEST_WORDS)
        return [ExemptionReturned(exemption_id=self.exemption_id, words=words)]


def _standing(client: Client | None, exemption_id: UUID, shown: int | None, field: str) -> ExemptionMark:
    mark = open_file(client).exemption
    if mark is None or mark.exemption_id != exemption_id:
        raise Refused("This draft is not there any more: it was approved or withdrawn.")
    unchanged(mark.version, shown, field)
    return mark


def _to_read(client: Client | None, exemption_id: UUID, shown: int | None, context: CommandContext) -> ExemptionMark:
    """A draft that waits for a reader, read by somebody who wrote nothing of it, and for nobody else."""
    mark = _standing(client, exemption_id, shown, "words")
    if mark.returned:
        raise Refused("This draft was returned, and has not been written anew yet.")
    if context.actor is None or context.actor in mark.written_by or context.recorded_for is not None:
        raise Refused("Who wrote the draft does not decide on it. Another person of the team reads it.")
    return mark
