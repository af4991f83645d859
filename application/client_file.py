"""A client's file: who, what is known and where from, what is missing, contacts and history, opened for one viewer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from application import clients, rights
from application.clients import CaseloadClient, short_id
from application.contact_details import language_of
from application.conversation_cases import ChosenFor, chosen_for
from application.history import Ended, Entry, Part, history, to_undo
from application.looks import Look
from application.refusals import NotAllowedError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.catalogue import Field, State
from domain.catalogue.reasons import SaidReason
from domain.catalogue.reasons import read as read_reason
from domain.client import ContactRecorded
from domain.client.own_notes import OWN_NOTE_EVENTS
from domain.gaps import Gap, on_list, state_on
from domain.in_force import Definitions
from domain.roles import Viewer
from eventlog.events import Event
from eventlog.sealing import Opener
from projections import agenda, contacts, data_gaps, offers, proposals, questionnaires
from projections import definitions as revisions
from projections.agenda import Transfer
from projections.caseload import CaseloadRow
from projections.contacts import Contact
from projections.data_gaps import RecordedField
from projections.questionnaires import SENT
from records import questionnaires as links
from records import read_log
from records.read_log import LoggedLook

# Entries of the history on the first page of a file, and on those that one turns to from there.
FIRST = 6
SHOWN = 100


class Known(Struct, frozen=True):
    """Since when a field stands as it does, and where what is recorded of it comes from; the value is not here."""

    state: str
    review_on: date | None
    contradictions: list[str]
    since: date | None
    recorded: str | None
    source: str | None
    known_on: date | None
    version: int
    actor: UUID | None
    recorded_for: UUID | None
    recorded_at: datetime | None


class ContactShown(Struct, frozen=True):
    """A contact with its words: the topics, the note, the client's own words and what was agreed next."""

    contact_id: UUID
    version: int
    actor: UUID | None
    held_on: date
    channel: str
    started_by: str
    outcome: str
    minutes_with_client: int | None
    minutes_administration: int | None
    agreed_on: date | None
    struck: bool
    topics: Sequence[str] | None
    note: str | None
    own_words: str | None
    agreed_next: str | None


class Todo(Struct, frozen=True):
    """A task or a promise, in its words; for whom it waits, and since when."""

    item_id: UUID
    kind: str
    due_on: date | None
    what: str | None
    waiting_for: str | None = None
    waiting_since: date | None = None


class ProposalMade(Struct, frozen=True):
    """What was proposed, how far it is, and what the client said."""

    proposal_id: UUID
    offer_id: UUID
    delivery: str
    proposed_on: date
    step: str
    reminded_on: date | None
    answer: str | None
    outcome: str | None
    undelivered_why: str | None
    reminder_why: str | None
    own_words: str | None


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of a field: its state on a day, and where that comes from.

    `value` is as stored; it and `reason` are None where there is none, or it is not for the viewer.
    """

    field: Field
    row: Known | None
    state: State = State.UNKNOWN
    value: Any = None
    reason: SaidReason | None = None
    on_list: bool = False


@dataclass(frozen=True, slots=True)
class QuestionnaireAsked:
    """The questionnaire that was sent last: `state` also tells that it was opened, or not sent back in time."""

    questionnaire_id: UUID
    how: str
    sent_on: date
    until: date
    state: str
    state_on: date

    @property
    def is_open(self) -> bool:
        return self.state in (SENT, "opened")


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """What goes on with a client: tasks and promises, questionnaire, transfer, proposals and their offers' titles;
    `waiting` is how many answers wait beside what is known, of a questionnaire or of a file that was merged."""

    todo: Sequence[Todo]
    questionnaire: QuestionnaireAsked | None
    waiting: int
    transfer: Transfer | None
    proposals: Sequence[ProposalMade]
    titles: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A file as one viewer may see it; `contacts` are those recorded in the entries shown, as they stand now, by id;
    `earlier` is before what more of the history stands, if any. `ended` are the files that were merged with it, and
    `merged` those that the viewer may make stand on their own again. `retired`: of fields that are asked no more."""

    client: CaseloadClient
    name: str
    reachable: Mapping[str, str | None]
    language: str
    facts: Sequence[Fact]
    retired: Sequence[Fact]
    contacts: Mapping[UUID, ContactShown]
    entries: Sequence[Entry]
    earlier: int | None
    ended: Sequence[UUID]
    merged: Sequence[Ended]
    open: OpenMatters

    @property
    def missing(self) -> list[Fact]:
        """What is on the weekly list, or comes there."""
        return [fact for fact in self.facts if fact.on_list]


class FileForClient(NamedTuple):
    """What a client may see of what is held: the file, who looked, and the conversations it was chosen for."""

    file: ClientFile
    looks: Sequence[LoggedLook]
    chosen_for: Sequence[ChosenFor]


@needs(rights.READ_FILES)
def client_file(
    services: Services, look: Look, client_id: UUID, kinds: tuple[str, ...] | None, *, before: int | None = None
) -> ClientFile:
    """A client's file, with these kinds of entries of its history, or all: the latest few, or those `before` a version;
    what coaches noted for themselves is not among them.

    Raises:
        NotThereError: there is no such client, or none for this viewer.
    """
    row = clients.readable(services, look, client_id)
    sensitive = look.viewer.sees_sensitive(row.client.coach_id)
    own_notes = [event.__name__ for event in OWN_NOTE_EVENTS]
    part = (
        Part(SHOWN, before, kinds, own_notes)
        if kinds or before
        else Part(FIRST, without=own_notes, down_to=ContactRecorded.__name__)
    )
    return _file(services, look.viewer, row, part, sensitive=sensitive)


@needs(rights.KEEP)
def file_for_client(services: Services, look: Look, client_id: UUID) -> FileForClient:
    """Everything that is held about a client, in full, who looked, and for which conversations between coach and
    manager the client was chosen: as the client may see it, with the own coach.

    Raises:
        NotThereError: there is no such client, or none for this viewer.
        NotAllowedError: the viewer is not the client's own coach.
    """
    row = clients.own(services, look, client_id)
    file = _file(services, look.viewer, row, Part(read_log.EVERY), sensitive=True)
    with services.database.read() as connection:
        looks = read_log.of_client(connection, client_id, *file.ended)
    return FileForClient(file, looks, chosen_for(services, [client_id, *file.ended]))


def known_fact(services: Services, look: Look, client: CaseloadClient, field: Field) -> Fact:
    """What is known of one field, folded up to now: for the form that changes it.

    Raises:
        NotAllowedError: the field is sensitive, and the viewer not the client's own coach.
    """
    if field.sensitive and not look.viewer.sees_sensitive(client.coach_id):
        raise NotAllowedError
    return known_facts(services, client, [field])[0]


def known_facts(services: Services, client: CaseloadClient, fields: Sequence[Field]) -> list[Fact]:
    """What is known of some fields, folded up to now, with all that is sensitive: for one who may answer them."""
    services.engine.catch_up([data_gaps.projection.name], wait=True)
    with services.database.read() as connection:
        rows = data_gaps.of_client(connection, client.client_id)
    opener = services.log.opener([client.client_id])
    return [_fact(field, rows.get(field.key), opener, services.today, sensitive=True) for field in fields]


def todo_of(services: Services, client_id: UUID) -> list[Todo]:
    """What is to be done for a client, and was promised, in its words: for one who may read the file."""
    with services.database.read() as connection:
        items = agenda.of_client(connection, client_id)
    said = services.log.versions(client_id, sorted({item.words for item in items}))
    opener = services.log.opener([client_id])
    return [part_of(Todo, item, what=_words(said.get(item.words), opener)) for item in items]


def fields_of(client: CaseloadClient, defined: Definitions) -> list[Field]:
    """The fields that are asked of a client of this team."""
    return [f for f in defined.catalogue.fields.values() if client.specialised or not f.specialised_only]


def opened_contact(row: Contact, said: Mapping[int, Event], opener: Opener) -> ContactShown:
    """A contact with its words."""
    event = said.get(row.words or 0)
    words = ("topics", "note", "own_words", "agreed_next")
    return part_of(ContactShown, row, **{name: opener.value(event, name) if event else None for name in words})


def _file(services: Services, viewer: Viewer, row: CaseloadRow, part: Part, *, sensitive: bool) -> ClientFile:
    client, client_id, as_of = row.client, row.client_id, services.today
    with services.database.read() as connection:
        known = data_gaps.of_client(connection, client_id)
        held = contacts.of_client(connection, client_id)
        told = history(services, connection, client_id, part)
        defined = revisions.on(connection, as_of)
        todo, transfer = agenda.of_client(connection, client_id), agenda.transfer_of(connection, client_id)
        proposed = proposals.of_client(connection, client_id)
        titles = offers.titles_of(connection, [proposal.offer_id for proposal in proposed])
        waiting = len(questionnaires.waiting(connection, client_id))
        asked = _questionnaire(connection, client_id, as_of)
    # What was said stands in the log alone.
    found = services.log.at(told.places())
    recorded = {event.contact_id for event in found.values() if isinstance(event, ContactRecorded)}
    held = [contact for contact in held if contact.contact_id in recorded]
    spoken = (*(c.words for c in held), *(item.words for item in todo), *(p.words for p in proposed))
    said = services.log.versions(client_id, sorted({version for version in spoken if version}))
    opener = services.log.opener([client_id, *told.files])
    return ClientFile(
        client=client,
        name=opener.text(row.name) or short_id(client_id),
        reachable={key: opener.text(getattr(row, key)) for key in ("client_number", "email", "phone")},
        language=language_of(row, opener),
        facts=[_fact(f, known.get(f.key), opener, as_of, sensitive=sensitive) for f in fields_of(client, defined)],
        retired=[_fact(f, known[f.key], opener, as_of, sensitive=sensitive) for f in _retired(defined, known)],
        contacts={contact.contact_id: opened_contact(contact, said, opener) for contact in held},
        entries=told.opened(found, opener, defined, sensitive=sensitive),
        earlier=told.earlier,
        ended=told.files,
        merged=to_undo(told.ended.values(), client_id, viewer, opener),
        open=OpenMatters(
            [part_of(Todo, item, what=_words(said.get(item.words), opener)) for item in todo],
            asked,
            waiting,
            transfer,
            [part_of(ProposalMade, p, own_words=_words(said.get(p.words or 0), opener)) for p in proposed],
            titles,
        ),
    )


def _retired(defined: Definitions, known: Mapping[str, RecordedField]) -> list[Field]:
    return [f for key, f in defined.catalogue.retired.items() if key in known and known[key].recorded]


def _questionnaire(connection: Connection, client_id: UUID, as_of: date) -> QuestionnaireAsked | None:
    row = questionnaires.latest(connection, client_id)
    if row is None:
        return None
    link, state = links.of(connection, row.questionnaire_id), row.state
    if state == SENT:
        state = "passed" if row.until < as_of else "opened" if link and link.opened_at else state
    return QuestionnaireAsked(row.questionnaire_id, row.how, row.sent_on, row.until, state, row.state_on)


def _fact(field: Field, row: RecordedField | None, opener: Opener, as_of: date, *, sensitive: bool) -> Fact:
    if row is None:
        return Fact(field, None)
    gap = Gap(
        field.key,
        State(row.state),
        row.due_on,
        row.stale_on,
        row.review_on,
        tuple(row.contradictions),
        row.since,
    )
    known, state, listed = part_of(Known, row), state_on(gap, as_of), on_list(gap, as_of)
    if field.sensitive and not sensitive:
        # The reason why somebody does not say what is sensitive is as sensitive.
        return Fact(field, known, state, on_list=listed)
    if row.recorded == State.KNOWN:
        sealed = field.sensitive or field.key == "plan_of_action"
        return Fact(field, known, state, value=opener.text(row.sealed) if sealed else row.value, on_list=listed)
    return Fact(
        field, known, state, reason=read_reason(opener.text(row.sealed)) if row.recorded else None, on_list=listed
    )


def _words(event: Event | None, opener: Opener) -> str | None:
    attribute = next((a for a in ("what", "agreed_next", "own_words") if hasattr(event, a)), None)
    return opener.value(event, attribute) if event is not None and attribute else None
