"""Two files of one person become one, and two again: what the file that goes on takes over from the other."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import ClassVar
from uuid import UUID

from domain.client.aggregate import Client, ClientCommand, ClientEvent, Merge, existing, known, open_file
from domain.client.plan import PLAN, TRACK
from domain.refusal import Conflict, Refused
from eventlog.commands import CommandContext
from eventlog.events import Event

# By these an event says which invitation, appointment, contact, task, proposal, step, e-mail, helper or draft of an
# exemption it is about; one that says what became of an appointment is about that and not about the contact, and an
# answer to an invitation is about that and not about the appointment.
THINGS = (
    "invitation_id",
    "appointment_id",
    "contact_id",
    "task_id",
    "proposal_id",
    "step_id",
    "mail_id",
    "helper_id",
    "exemption_id",
)


class FilesMerged(ClientEvent, frozen=True):
    """This file goes on for both: what it takes over from the other file are the events that follow, so many of them.
    Each says what the other file said, and by whom it was said there; `things` are the appointments, contacts, tasks,
    steps, helpers, proposals, e-mails, drafts and the invitation among them."""

    other: UUID
    brought: int
    things: list[UUID]

    def apply(self, client: Client) -> None:
        first = self.originator_version
        versions, before = range(first, first + self.brought + 1), dict(client.fields)
        merge = Merge(self.other, versions, frozenset(self.things), before, client.track, client.plan_on)
        client.merges = (*client.merges, merge)


class MergedInto(ClientEvent, frozen=True):
    """This file ended: the person goes on in the file that was kept."""

    kept: UUID

    def apply(self, client: Client) -> None:
        client.merged_into = self.kept


class MergeUndone(ClientEvent, frozen=True):
    """Two files are two again, as though they had never been merged; what was recorded since stays in the file in which
    it was recorded. The same event stands in both."""

    takes_back: ClassVar[bool] = True

    other: UUID

    def undoes(self, earlier: Sequence[Event]) -> AbstractSet[int]:
        for event in reversed(earlier):
            if isinstance(event, MergedInto) and event.kept == self.other:
                return {event.originator_version}
            if isinstance(event, FilesMerged) and event.other == self.other:
                return _and_what_came_along(event, earlier)
        return frozenset()

    def apply(self, client: Client) -> None:
        if client.merged_into == self.other:
            client.merged_into = None
            return
        merge = next(each for each in client.merges if each.other == self.other)
        client.merges = tuple(_without(each, merge) for each in client.merges if each is not merge)
        _take_back(client, merge)


def _and_what_came_along(merge: FilesMerged, earlier: Sequence[Event]) -> set[int]:
    """The versions of a merge, of what came along, and of what was recorded since about a thing that came along."""
    end = merge.originator_version + merge.brought
    since = (event for event in earlier if event.originator_version > end and thing_of(event) in merge.things)
    return {*range(merge.originator_version, end + 1), *(event.originator_version for event in since)}


def thing_of(event: Event) -> UUID | None:
    """Which appointment, contact, task, proposal or step an event is about."""
    return next((getattr(event, name) for name in THINGS if hasattr(event, name)), None)


def _without(merge: Merge, undone: Merge) -> Merge:
    """How things would have stood before a merge, had an earlier one not been."""
    before = {key: undone.fields.get(key) if undone.came(mark) else mark for key, mark in merge.fields.items()}
    return replace(
        merge,
        fields={key: mark for key, mark in before.items() if mark is not None},
        track=undone.track if undone.came(merge.fields.get(TRACK)) else merge.track,
        plan_on=undone.plan_on if undone.came(merge.fields.get(PLAN)) else merge.plan_on,
    )


def _take_back(client: Client, merge: Merge) -> None:
    """Make of a client what it would be without this merge; what was recorded since of a field stays."""
    if merge.came(client.fields.get(TRACK)):
        client.track = merge.track
    if merge.came(client.fields.get(PLAN)):
        client.plan_on = merge.plan_on
    before = {key: merge.fields.get(key) if merge.came(mark) else mark for key, mark in client.fields.items()}
    client.fields = {key: mark for key, mark in before.items() if mark is not None}
    client.answers = {key: version for key, version in client.answers.items() if version not in merge.versions}
    client.contacts = {key: mark for key, mark in client.contacts.items() if key not in merge.things}
    client.tasks = {key: done for key, done in client.tasks.items() if key not in merge.things}
    client.proposals = {key: how for key, how in client.proposals.items() if key not in merge.things}
    client.appointments = {key: mark for key, mark in client.appointments.items() if key not in merge.things}
    client.calls = {key: how for key, how in client.calls.items() if key not in merge.things}
    client.steps = {key: mark for key, mark in client.steps.items() if key not in merge.things}
    client.mails = {key: how for key, how in client.mails.items() if key not in merge.things}
    client.helpers = {key: version for key, version in client.helpers.items() if key not in merge.things}
    if client.exemption is not None and client.exemption.exemption_id in merge.things:
        client.exemption = None
    client.settled -= merge.things
    if client.invitation is not None and client.invitation.invitation_id in merge.things:
        client.invitation = None


class MergeFiles(ClientCommand, frozen=True):
    """Let this file go on for both, with what it takes over from the other (`domain/client/taking_over.py`). `seen` is
    the version of this file that this was worked out from."""

    other: UUID
    brought: Sequence[ClientEvent]
    seen: int

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        if self.other == self.client_id:
            raise Refused("Choose two different files.", field="other")
        client = open_file(client)
        _unchanged(client, self.seen)
        things = list(dict.fromkeys(thing for event in self.brought if (thing := thing_of(event))))
        return [FilesMerged(other=self.other, brought=len(self.brought), things=things), *self.brought]


class EndInMerge(ClientCommand, frozen=True):
    """End this file, since the person goes on in another one. `seen` as in `MergeFiles`."""

    kept: UUID
    seen: int

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = existing(client)
        _unchanged(client, self.seen)
        return [MergedInto(kept=self.kept)]


class UndoMerge(ClientCommand, frozen=True):
    """Make two files of one again: this is the file that was kept."""

    other: UUID

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = existing(client)
        if all(merge.other != self.other for merge in client.merges):
            raise _not_merged()
        return [MergeUndone(other=self.other)]


class ReviveAfterMerge(ClientCommand, frozen=True):
    """Let this file stand on its own again: it ended in the one that was kept."""

    kept: UUID

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = known(client)
        if client.merged_into != self.kept:
            raise _not_merged()
        return [MergeUndone(other=self.kept)]


def _not_merged() -> Refused:
    return Refused("These files are not merged, or no longer are.")


def _unchanged(client: Client, seen: int) -> None:
    if client.version != seen:
        raise Conflict(
            "Somebody recorded something in one of these files in the meantime. Check them again, then merge them."
        )
