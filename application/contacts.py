"""Contacts with a client: recorded, corrected or struck out; and what is kept of a form half-written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from application import appointments, asking, clients, rights, several_fields
from application.appointments import AppointmentShown
from application.client_file import ContactShown, Fact, Todo, opened_contact, todo_of
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from application.several_fields import Said
from domain.client import (
    ClientCommand,
    CorrectContact,
    FinishTask,
    MakeAppointment,
    RecordContact,
    RecordContactOfAppointments,
    SettlePromise,
    StrikeContact,
)
from domain.client.steps import AgreeStep
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer
from projections import caseload, contacts
from projections.agenda import PROMISE
from projections.caseload import Scope
from projections.contacts import Contact
from projections.filters import quick
from records import drafts

DRAFT = "contact"
# What a contact may be about, and the parts of its form about the next one and about a step.
APPOINTMENT, AGREED, STEP_PART = "appointment", "agreed", "step"

# A form as it was half-written: for each of its fields the texts in it.
Texts = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Settled:
    """Something that was promised, agreed or to be done, and is done now. `kind` is that of the item, as its list shows
    it."""

    kind: str
    item_id: UUID

    def command(self, client_id: UUID) -> ClientCommand:
        if self.kind == PROMISE:
            return SettlePromise(client_id=client_id, contact_id=self.item_id)
        return FinishTask(client_id=client_id, task_id=self.item_id)


@dataclass(frozen=True, slots=True)
class ContactForm:
    """What a form for a new contact begins with: a draft and when it was kept, or else `appointment`, of which it says
    what became, or else channel and topics of the last contact, since most go like the one before. `todo` is what was
    promised and is to be done, and appointments that have come; `ask` are the few fields
    that are worth asking now, `plan` its parts as they stand."""

    client: CaseloadClient
    name: str
    draft: Texts | None
    kept_at: datetime | None
    channel: str | None
    topics: Sequence[str]
    appointment: AppointmentShown | None
    by_mail: bool
    todo: Sequence[Todo]
    ask: Sequence[Fact]
    plan: Sequence[Fact]


@dataclass(frozen=True, slots=True)
class ContactToCorrect:
    """A contact with its words, and whose it is."""

    client: CaseloadClient
    name: str
    contact: ContactShown


@needs(rights.RECORD)
def record_contact(
    services: Services,
    look: Look,
    command: RecordContact,
    command_id: UUID,
    *,
    done: Sequence[Settled] = (),
    said: Sequence[Said] = (),
    again: Set[str] = frozenset(),
    agreed: MakeAppointment | None = None,
    confirmed: Set[str] = frozenset(),
    step: AgreeStep | None = None,
) -> Answer:
    """Record a contact with a client of one's own, or of a coach for whom one stands in, and what came of it, all of it
    or nothing; its draft goes. `done` is what was promised or to be done, `said` what was said of fields and agreed of
    the plan, of which only that counts which differs from what was shown, or was asked `again`. `agreed` is the next
    appointment and `step` a step of the plan, made with it.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        UnconfirmedError: something stands in the way of the appointment that was not `confirmed`.
        RefusedTogether: what is said of it is not sound, or a colleague changed it; each with its part of the form.
    """
    client_id = command.client_id
    row = clients.recordable(services, look, client_id)
    several_fields.require_answerable(look, row.client, said)
    parts: list[tuple[str, ClientCommand]] = [("contact", _of_appointments(command, done))]
    parts += [(f"done:{each.item_id}", each.command(client_id)) for each in done if each.kind != APPOINTMENT]
    differing = several_fields.what_differs(services, client_id, said, again)
    several_fields.require_decided_by_coach(look, row.client, differing)
    parts += [(several_fields.key_of(each), each) for each in differing]
    parts += [(STEP_PART, step)] if step else []
    context = clients.recording(services, look, row)
    if agreed is not None:
        agreed = appointments.prepared(services, row, agreed)
        parts.append((AGREED, agreed))
        if not services.log.known_commands([command_id]) and not several_fields.wrong_of(services, context, parts[-1:]):
            appointments.require_confirmed(services, look, row, agreed, confirmed)
    answer = several_fields.handle_parts(services, context, command_id, parts)
    _forget(services, look.viewer, client_id)
    return answer


@needs(rights.RECORD)
def contact_refusals(
    services: Services,
    look: Look,
    client_id: UUID,
    command: RecordContact | None,
    said: Sequence[Said],
    again: Set[str] = frozenset(),
    done: Sequence[Settled] = (),
    agreed: MakeAppointment | None = None,
    step: AgreeStep | None = None,
) -> list[tuple[str, Refused]]:
    """What would be refused of it, each with its part of the form; nothing is recorded. `command`, `agreed` and `step`
    are None where they can't be made of what was sent. Raises NotThereError and NotAllowedError as `record_contact`."""
    row = clients.recordable(services, look, client_id)
    wrong = several_fields.refusals(services, look, client_id, said, again)
    given: list[tuple[str, ClientCommand]] = [("contact", _of_appointments(command, done))] if command else []
    given += [(AGREED, agreed)] if agreed else []
    given += [(STEP_PART, step)] if step else []
    context = clients.recording(services, look, row)
    return [*several_fields.wrong_of(services, context, given), *wrong]


@needs(rights.CORRECT)
def correct_contact(services: Services, look: Look, command: CorrectContact, command_id: UUID) -> Answer:
    """Say how a contact was that was recorded wrongly.

    Raises:
        NotThereError, NotAllowedError: the viewer may not correct what is recorded of this client.
        Conflict: somebody else changed it meanwhile.
        Refused: what is said of it is not sound.
    """
    row = clients.correctable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.CORRECT)
def strike_contact(services: Services, look: Look, command: StrikeContact, command_id: UUID) -> Answer:
    """Say that a contact should not have been recorded. Raises as `correct_contact`."""
    row = clients.correctable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def contact_form(
    services: Services,
    look: Look,
    client_id: UUID,
    answered: Callable[[Texts], Set[str]] = lambda _: frozenset(),
    appointment_id: UUID | None = None,
) -> ContactForm:
    """What a form for a new contact begins with; `answered` tells which fields a draft has begun to answer, and
    `appointment_id` of which appointment it says what became, if it may.

    Raises NotThereError and NotAllowedError as `record_contact`.
    """
    row = clients.recordable(services, look, client_id)
    client, name = row.client, clients.names_of(services, look, [row])[client_id]
    texts, kept_at = _draft(services, look.viewer, client_id) or (None, None)
    ask, plan = asking.worth_asking(services, look, client, frozenset(answered(texts or {})))
    agreed = appointments.to_conclude(services, client_id)
    come = [Todo(each.appointment_id, APPOINTMENT, each.starts_on, each.purpose) for each in agreed]
    todo = [*come, *todo_of(services, client_id)]
    its = next((each for each in agreed if each.appointment_id == appointment_id), None)
    by_mail = appointments.goes_by_mail(services, row)
    with services.database.read() as connection:
        before = contacts.last(connection, client_id) if texts is None else None
    channel, topics = (before.channel, _opened(services, before).topics or ()) if before else (None, ())
    return ContactForm(client, name, texts, kept_at, channel, topics, its, by_mail, todo, ask, plan)


@needs(rights.CORRECT)
def contact_to_correct(services: Services, look: Look, client_id: UUID, contact_id: UUID) -> ContactToCorrect:
    """A contact as it is now, folded up to now: conflicts are judged by what others recorded a moment ago.

    Raises:
        NotThereError, NotAllowedError: as `correct_contact`, or there is no such contact.
    """
    row = clients.correctable(services, look, client_id)
    services.engine.catch_up([contacts.projection.name], wait=True)
    with services.database.read() as connection:
        contact = contacts.contact(connection, client_id, contact_id)
    if contact is None:
        raise NotThereError
    name = clients.names_of(services, look, [row])[client_id]
    return ContactToCorrect(row.client, name, _opened(services, contact))


@needs(rights.RECORD)
def next_due(services: Services, viewer: Viewer, but: UUID) -> UUID | None:
    """The client of the viewer's own, another than this one, with whom a contact is due first."""
    due = [quick("contact_due", services.today)]
    with services.database.read() as connection:
        rows = caseload.clients(connection, Scope(coach_id=viewer.account_id), due, limit=2)
    return next((row.client_id for row in rows if row.client_id != but), None)


@needs(rights.RECORD)
def keep_draft(services: Services, look: Look, client_id: UUID, form: Texts) -> None:
    """Keep a form as it is now; also for who stood in until a few days ago and was writing still. Raises as
    `record_contact`."""
    if not clients.stood_in(services, look, client_id):
        clients.recordable(services, look, client_id)
    with services.database.write() as connection:
        now, account_id = services.clock(), look.viewer.account_id
        drafts.save(connection, services.log, account_id, client_id, DRAFT, dict(form), now)


@needs(rights.RECORD)
def forget_draft(services: Services, look: Look, client_id: UUID) -> None:
    """Throw a draft away. Raises as `record_contact`."""
    clients.recordable(services, look, client_id)
    _forget(services, look.viewer, client_id)


def _of_appointments(command: RecordContact, done: Sequence[Settled]) -> ClientCommand:
    """The contact, and that it is what became of the appointments among what is done now."""
    its = [each.item_id for each in done if each.kind == APPOINTMENT]
    if not its:
        return command
    return RecordContactOfAppointments(client_id=command.client_id, contact=command, appointments=its)


def _opened(services: Services, contact: Contact) -> ContactShown:
    said = services.log.versions(contact.client_id, [contact.words] if contact.words else [])
    return opened_contact(contact, said, services.log.opener([contact.client_id]))


def _forget(services: Services, viewer: Viewer, client_id: UUID) -> None:
    with services.database.write() as connection:
        drafts.forget(connection, viewer.account_id, client_id, DRAFT)


def _draft(services: Services, viewer: Viewer, client_id: UUID) -> tuple[dict[str, Any], datetime] | None:
    """What was kept of a form; none where it became a contact, and nobody came to forget it."""
    with services.database.read() as connection:
        found = drafts.find(connection, services.log, viewer.account_id, client_id, DRAFT)
    if found is None:
        return None
    client = services.clients.state(client_id)
    recorded = {str(contact_id) for contact_id in client.contacts} if client else set()
    if recorded.isdisjoint(found[0].get("contact_id", ())):
        return found
    _forget(services, viewer, client_id)
    return None
