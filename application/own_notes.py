"""A coach's own notes and marks on the own clients: for one's own order of work, and for nobody else's eyes here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from msgspec import Struct

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.client import Client
from domain.client.own_notes import OwnMark, SetOwnMark, WriteOwnNote
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from projections import caseload, own_notes
from projections.caseload import CaseloadRow, Scope
from projections.filters import quick
from projections.own_notes import OwnRow
from records import mark_names


class OwnNote(Struct, frozen=True):
    """The viewer's own note and mark on a client, if any."""

    what: str | None
    look_on: date | None
    mark: str | None


@dataclass(frozen=True, slots=True)
class OwnNoteForm:
    """Whose note it is about, as it stands, and what the viewer calls the marks."""

    client: CaseloadClient
    name: str
    own: OwnNote
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NotesDue:
    """The first of the viewer's own notes whose day has come, by client, how many there are, and what the viewer calls
    the marks."""

    notes: Mapping[UUID, OwnNote]
    count: int
    marks: Mapping[str, str]


@needs(rights.KEEP)
def write_note(services: Services, look: Look, command: WriteOwnNote, command_id: UUID) -> Answer:
    """Note something on a client of one's own, for oneself.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: it is too long, or its day has passed.
    """
    clients.own(services, look, command.client_id)
    return services.clients.handle(command, _context(services, look.viewer), command_id)


@needs(rights.KEEP)
def set_mark(services: Services, look: Look, command: SetOwnMark, command_id: UUID) -> Answer:
    """Mark a client of one's own, for oneself. Raises as `write_note`."""
    clients.own(services, look, command.client_id)
    return services.clients.handle(command, _context(services, look.viewer), command_id)


@needs(rights.KEEP)
def own_note_form(services: Services, look: Look, client_id: UUID) -> OwnNoteForm:
    """The viewer's own note and mark on a client, folded up to now. Raises as `write_note`."""
    row = clients.own(services, look, client_id)
    services.engine.catch_up([own_notes.projection.name], wait=True)
    name = clients.names_of(services, look, [row])[client_id]
    return OwnNoteForm(
        row.client, name, _opened(services, look.viewer, client_id), names_of_marks(services, look.viewer)
    )


@needs(rights.KEEP)
def for_many(
    services: Services,
    viewer: Viewer,
    chosen: Sequence[UUID],
    *,
    note: tuple[str, date | None] | None,
    mark: tuple[OwnMark | None] | None,
    command_id: UUID,
) -> Answer:
    """Note the same on several clients of one's own, or mark them alike, with all of them or none; what is None stays
    as it is with each.

    Raises:
        Refused: nobody or nothing was chosen, somebody of another caseload, or what is said is not sound.
    """
    if not chosen:
        raise Refused("Choose at least one client.", field="chosen")
    services.engine.catch_up(["caseload"], wait=True)
    if set(chosen) - {row.client_id for row in _own(services, viewer)}:
        raise Refused("One of the clients chosen is not on your caseload.", field="chosen")
    if note is None and mark is None:
        raise Refused("Choose a mark or write a note.", field="mark")
    context = _context(services, viewer)
    steps: list[Step[Client]] = []
    for client_id in dict.fromkeys(chosen):
        if note is not None:
            write = WriteOwnNote(client_id=client_id, what=note[0], look_on=note[1])
            steps.append(Step(write, context, uuid5(command_id, f"note {client_id}")))
        if mark is not None:
            step = SetOwnMark(client_id=client_id, mark=mark[0])
            steps.append(Step(step, context, uuid5(command_id, f"mark {client_id}")))
    return services.together([(services.clients, [step]) for step in steps])


@needs(rights.KEEP)
def name_marks(services: Services, viewer: Viewer, names: Mapping[OwnMark, str]) -> None:
    """Call the marks so. Raises Refused for a name that is too long."""
    with services.database.write() as connection:
        mark_names.save(connection, viewer.account_id, names)


def names_of_marks(services: Services, viewer: Viewer) -> Mapping[str, str]:
    """What the viewer calls the marks."""
    with services.database.read() as connection:
        return mark_names.of(connection, viewer.account_id)


def of_file(services: Services, viewer: Viewer, client: CaseloadClient) -> OwnNote | None:
    """The viewer's own note and mark on a client whose file they read; None where it is another's client."""
    return _opened(services, viewer, client.client_id) if client.coach_id == viewer.account_id else None


def of_list(services: Services, viewer: Viewer, listed: Sequence[CaseloadClient]) -> dict[UUID, OwnNote]:
    """The viewer's own notes and marks on the clients of a list who are the viewer's own."""
    own = {client.client_id for client in listed if client.coach_id == viewer.account_id}
    with services.database.read() as connection:
        rows = [row for row in own_notes.of_coach(connection, viewer.account_id) if row.client_id in own]
    return _notes(services, rows)


def due(services: Services, viewer: Viewer, most: int | None) -> tuple[NotesDue, Sequence[CaseloadRow]]:
    """The viewer's own notes on open clients of their own whose day has come, the earliest first; with the rows that
    have the sealed names."""
    with services.database.read() as connection:
        scope, is_due = Scope(coach_id=viewer.account_id), [quick("note_due", services.today)]
        rows = caseload.clients(connection, scope, is_due, limit=None)
        days = {each.client_id: each.look_on for each in own_notes.of_coach(connection, viewer.account_id)}
    shown = sorted(rows, key=lambda row: (days.get(row.client_id) or services.today, row.client_id))[:most]
    notes = of_list(services, viewer, [row.client for row in shown])
    by_day = {row.client_id: notes[row.client_id] for row in shown if row.client_id in notes}
    return NotesDue(by_day, len(rows), names_of_marks(services, viewer)), shown


def _opened(services: Services, viewer: Viewer, client_id: UUID) -> OwnNote:
    with services.database.read() as connection:
        row = own_notes.one(connection, client_id, viewer.account_id)
    return _notes(services, [row])[client_id] if row else OwnNote(None, None, None)


def _notes(services: Services, rows: Sequence[OwnRow]) -> dict[UUID, OwnNote]:
    opener = services.log.opener([row.client_id for row in rows])
    said = services.log.at([(row.client_id, row.words) for row in rows if row.words is not None])
    texts = {client_id: opener.value(event, "what") for (client_id, _version), event in said.items()}
    return {row.client_id: OwnNote(texts.get(row.client_id), row.look_on, row.mark) for row in rows}


def _own(services: Services, viewer: Viewer) -> list[CaseloadRow]:
    with services.database.read() as connection:
        return caseload.clients(connection, Scope(coach_id=viewer.account_id), limit=None)


def _context(services: Services, viewer: Viewer) -> CommandContext:
    return CommandContext(services.clock(), viewer.account_id)
