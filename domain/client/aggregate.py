"""The client as commands see it: what was recorded, field by field and contact by contact, without personal values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.catalogue import State, Track
from domain.refusal import Conflict, Refused
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a field stands, and the version of the event that last touched it."""

    state: State
    version: int


@dataclass(frozen=True, slots=True)
class ContactMark:
    """Where a contact stands, and the version of the event that last touched it."""

    held_on: date
    version: int
    struck: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentMark:
    """Where an appointment stands, and the version of the event that last changed it. `changes` counts how often it
    was moved or cancelled, `told` has which notices of which change reached the client."""

    starts_at: datetime
    minutes: int
    delivery: str | None
    version: int
    changes: int = 0
    cancelled: bool = False
    contact_id: UUID | None = None
    told: frozenset[tuple[str, int]] = frozenset()

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def is_ahead(self, now: datetime) -> bool:
        return not self.cancelled and self.contact_id is None and self.starts_at > now


@dataclass(frozen=True, slots=True)
class StepMark:
    """Where a step of the plan stands, and the version of the event that last changed it. `over`: it was answered, or
    the file was closed."""

    starts_on: date
    version: int
    over: bool = False


@dataclass(frozen=True, slots=True)
class InvitationMark:
    """An invitation that the client can still answer: by which coach, for which times, and until when."""

    invitation_id: UUID
    coach: UUID | None
    slots: frozenset[datetime]
    until: date


@dataclass(frozen=True, slots=True)
class ExemptionMark:
    """A draft of an exemption that waits for a reader, or was `returned`: the version of the event that last changed
    it, everybody who wrote of it, and its last day."""

    exemption_id: UUID
    version: int
    written_by: frozenset[UUID | None]
    until: date
    returned: bool = False

    def returned_in(self, version: int) -> ExemptionMark:
        return replace(self, version=version, returned=True)


@dataclass(frozen=True, slots=True)
class Merge:
    """Another file that ended in this one: the versions of what came along, the appointments, contacts, tasks, steps
    and proposals among it, and how things stood before."""

    other: UUID
    versions: range
    things: AbstractSet[UUID]
    fields: Mapping[str, Mark]
    track: Track | None
    plan_on: date | None

    def came(self, mark: Mark | None) -> bool:
        """Whether what is known of a field came along, and nothing was recorded of it since."""
        return mark is not None and mark.version in self.versions


@dataclass(slots=True)
class Client:
    """One client, folded from events."""

    id: UUID
    version: int = 0
    # the first day there is, until the intake was taken
    intake_on: date = date.min
    team: UUID | None = None
    coach: UUID | None = None
    specialised: bool = False
    track: Track | None = None
    plan_on: date | None = None
    closed_on: date | None = None
    erased: bool = False
    fields: dict[str, Mark] = field(default_factory=dict)
    contacts: dict[UUID, ContactMark] = field(default_factory=dict)
    # whether each task is done, and the contacts of which the promise is settled
    tasks: dict[UUID, bool] = field(default_factory=dict)
    settled: frozenset[UUID] = frozenset()
    # team, whether it is specialised, and coach of a transfer that waits for its answer
    transfer: tuple[UUID, bool, UUID] | None = None
    # the offer of each proposal, and how far it is
    proposals: dict[UUID, tuple[UUID, str]] = field(default_factory=dict)
    # when the person applied on the public page, and whether nothing came of it
    applied_on: date | None = None
    application_ended: bool = False
    # the questionnaire that can still be returned, and until when
    questionnaire: tuple[UUID, date] | None = None
    # the answers that stand beside what is known, each with the version of its event
    answers: dict[str, int] = field(default_factory=dict)
    # whether the client changed something that the coach has not looked at
    unseen: bool = False
    appointments: dict[UUID, AppointmentMark] = field(default_factory=dict)
    steps: dict[UUID, StepMark] = field(default_factory=dict)
    invitation: InvitationMark | None = None
    # the version in which each e-mail was written, and whether it left
    mails: dict[UUID, tuple[int, bool]] = field(default_factory=dict)
    # calls of the client that nobody ticked off: the day each was noted, and the contact that answered it
    calls: dict[UUID, tuple[date, UUID | None]] = field(default_factory=dict)
    # the helpers around the client, each with the version of the event that last changed it
    helpers: dict[UUID, int] = field(default_factory=dict)
    # the colleague from whom, and to whom, the client came for a time, by take-over; until the client is given back
    take_overs: dict[UUID, tuple[UUID, UUID]] = field(default_factory=dict)
    # the draft of an exemption, until it is approved or withdrawn
    exemption: ExemptionMark | None = None
    # the file in which this one ended, and those that ended in this one
    merged_into: UUID | None = None
    merges: tuple[Merge, ...] = ()

    def __deepcopy__(self, memo: object) -> Client:
        # Marks are immutable, so copying the dicts is deep enough, and 20 times cheaper than the real thing.
        return Client(
            self.id,
            self.version,
            self.intake_on,
            self.team,
            self.coach,
            self.specialised,
            self.track,
            self.plan_on,
            self.closed_on,
            self.erased,
            dict(self.fields),
            dict(self.contacts),
            dict(self.tasks),
            self.settled,
            self.transfer,
            dict(self.proposals),
            self.applied_on,
            self.application_ended,
            self.questionnaire,
            dict(self.answers),
            self.unseen,
            dict(self.appointments),
            dict(self.steps),
            self.invitation,
            dict(self.mails),
            dict(self.calls),
            dict(self.helpers),
            dict(self.take_overs),
            self.exemption,
            self.merged_into,
            self.merges,
        )

    @property
    def is_client(self) -> bool:
        """Whether the intake was taken: before, there is an application and no file."""
        return self.intake_on > date.min

    def ask_again(self, contact_id: UUID) -> None:
        """What became of an appointment or a call is not known any more: the contact that said so was struck out."""
        for appointment_id, mark in self.appointments.items():
            if mark.contact_id == contact_id:
                self.appointments[appointment_id] = replace(mark, contact_id=None)
        for task_id, (noted_on, answered_by) in self.calls.items():
            if answered_by == contact_id:
                self.calls[task_id] = (noted_on, None)
                self.tasks[task_id] = False


class ClientEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a client."""

    category: ClassVar[str] = "client"

    def apply(self, client: Client) -> None:
        """Change the folded client accordingly."""


evolve: Evolve[Client] = evolver(Client, ClientEvent)


class ClientCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one client."""

    client_id: UUID

    @property
    def stream_id(self) -> UUID:
        return self.client_id

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        """The events that follow. Raises Refused, with the field it is about, when none may."""
        raise NotImplementedError


def known(client: Client | None) -> Client:
    """The client, if there is one to speak of; also one whose file ended in another."""
    if client is not None and client.erased:
        raise Refused("This client was erased. Nothing can be recorded any more.")
    if client is None or not client.is_client:
        raise Refused("There is no such client.")
    return client


def existing(client: Client | None) -> Client:
    """The client, if there is a file in which something can be recorded."""
    client = known(client)
    if client.merged_into is not None:
        raise Refused("This file was merged with another one. Record it there.")
    return client


def open_file(client: Client | None) -> Client:
    """The client, if the file is open."""
    client = existing(client)
    if client.closed_on is not None:
        raise Refused("This file is closed. Reopen it first.")
    return client


def unchanged(version: int | None, shown: int | None, field: str) -> None:
    """Refuse when what the form showed has been changed by somebody else since.

    `version` is that of the last change, None for none; `shown` the one that the form carried, None for no check.
    """
    if shown is not None and (version or 0) != shown:
        raise Conflict(
            "Somebody else changed this while you were working on it. Compare the two and choose.", field=field
        )
