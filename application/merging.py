"""Two files of one person: side by side, merged into one that goes on, and two again when that was a mistake."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

import msgspec

from application import clients, rights
from application.clients import short_id
from application.history import Ended, to_undo
from application.known_people import Alike, Person, who_may_be_the_same
from application.looks import Look, Seen
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.client import Client, ClientEvent, EndInMerge, MergeFiles, ReviveAfterMerge, UndoMerge
from domain.client.standing import standing_in
from domain.client.taking_over import brought
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from eventlog.events import shape_of, standing
from eventlog.handler import Handler
from projections import caseload, contacts, data_gaps, merges
from projections.caseload import ERASED, CaseloadRow

# The steps for each of the two files, and who handles them.
Parts = list[tuple[Handler[Client], list[Step[Client]]]]


@dataclass(frozen=True, slots=True)
class FileBeside:
    """One of two files as they stand side by side: who it is, and how much is recorded. Name and birth date are None
    for a viewer who works with numbers alone."""

    client_id: UUID
    number: str
    name: str | None
    birth_date: str | None
    coach_id: UUID | None
    intake_on: date
    last_seen_on: date | None
    closed_on: date | None
    fields: int
    contacts: int


@dataclass(frozen=True, slots=True)
class FilesBeside:
    """Two files that may be of one person."""

    one: FileBeside
    other: FileBeside


@dataclass(frozen=True, slots=True)
class FileToMerge:
    """A file, who may be the same person, and the files that ended in it already."""

    file: FileBeside
    alike: Sequence[Alike]
    merged: Sequence[Ended]


@needs(rights.MERGE)
def may_be_merged(services: Services, look: Look, client_id: UUID) -> FileToMerge:
    """A file, who may be the same person, and what was merged with it.

    Raises:
        NotThereError: there is none, or it is not for this viewer.
    """
    row = _row(services, client_id)
    if row is None or not _may(look.viewer, row):
        raise NotThereError
    look.note([client_id], Seen.OPENED)
    shown = _beside(services, look, row)
    opener = services.log.opener([client_id])
    person = Person(opener.text(row.name), opener.text(row.client_number), _birth_date(services, row), shown.intake_on)
    # Who works with numbers alone has no names to look for.
    alike = [] if shown.name is None else who_may_be_the_same(services, look, person, but=client_id)
    with services.database.read() as connection:
        ended = merges.all_ended(connection, [client_id])
    merged = to_undo(ended, client_id, look.viewer, services.log.opener([each.client_id for each in ended]))
    return FileToMerge(shown, [each for each in alike if not each.applied], merged)


@needs(rights.MERGE)
def files_beside(services: Services, look: Look, one: UUID, other: UUID) -> FilesBeside:
    """Two files side by side, before one of them is merged with the other. Raises as `merge_files`."""
    rows = _mergeable(services, look, one, other)
    return FilesBeside(*(_beside(services, look, row) for row in rows))


@needs(rights.MERGE)
def merge_files(services: Services, look: Look, kept: UUID, other: UUID, command_id: UUID) -> Answer:
    """Let one of two files go on for both, and end the other in it; all of it or nothing.

    Raises:
        Refused: it is one file, one is not for this viewer to merge, was merged or erased already, or the one that is
            to go on is closed.
        Conflict: somebody recorded something in one of them meanwhile.
    """
    # Sent again, it is worked out anew from what the files were the first time.
    if not services.log.known_commands([command_id]):
        _mergeable(services, look, kept, other)
    context = CommandContext(services.clock(), look.viewer.account_id)
    return services.together(parts_of_merge(services, kept, other, context, command_id))


def parts_of_merge(services: Services, kept: UUID, other: UUID, context: CommandContext, command_id: UUID) -> Parts:
    """What is to be carried out together so that one file goes on for both."""
    ended_by = _of_the_other(command_id)
    ours, theirs = _events(services, kept, command_id), _events(services, other, ended_by)
    taken = brought(standing_in(ours[0]), standing_in(theirs[0]))
    merge = MergeFiles(client_id=kept, other=other, brought=taken, seen=ours[1])
    end = EndInMerge(client_id=other, kept=kept, seen=theirs[1])
    return [
        (services.clients, [Step(merge, context, command_id)]),
        (services.clients, [Step(end, context, ended_by)]),
    ]


@needs(rights.MERGE)
def undo_merge(services: Services, look: Look, kept: UUID, other: UUID, command_id: UUID) -> Answer:
    """Make two files of one again: as they would be had they never been merged, with what was recorded since.

    Raises:
        NotThereError: there is no such file, or it is not for this viewer.
        Refused: they are not merged, or one was erased, or the viewer may not merge both.
    """
    services.engine.catch_up([merges.projection.name, caseload.projection.name], wait=True)
    row = _row(services, kept)
    if row is None or not _may(look.viewer, row):
        raise NotThereError
    with services.database.read() as connection:
        ended = {each.client_id: each for each in merges.all_ended(connection, [kept])}.get(other)
    if ended is not None and not look.viewer.may_merge(ended.team_id, ended.coach_id):
        raise _not_yours()
    context = CommandContext(services.clock(), look.viewer.account_id)
    return services.together(parts_of_undoing(services, kept, other, context, command_id))


def parts_of_undoing(services: Services, kept: UUID, other: UUID, context: CommandContext, command_id: UUID) -> Parts:
    """What is to be carried out together so that both files stand on their own again."""
    undo, revive = UndoMerge(client_id=kept, other=other), ReviveAfterMerge(client_id=other, kept=kept)
    return [
        (services.clients, [Step(undo, context, command_id)]),
        (services.clients, [Step(revive, context, _of_the_other(command_id))]),
    ]


def _of_the_other(command_id: UUID) -> UUID:
    """The id of the command for the other file, which follows from the first."""
    return uuid5(command_id, "other")


def _events(services: Services, client_id: UUID, command_id: UUID) -> tuple[list[ClientEvent], int]:
    """What stands in a file, opened, and its version; up to where this command wrote, if it did."""
    events, opener = services.log.opened(client_id)
    written = services.log.written_by(command_id)
    if written and written[0].stream_id == client_id:
        events = events[: written[0].version - 1]
    found = []
    for event in standing(events):
        if isinstance(event, ClientEvent):
            said = {name: opener.value(event, name) for name in shape_of(type(event)).personal}
            found.append(msgspec.structs.replace(event, **said))
    return found, events[-1].originator_version if events else 0


def _mergeable(services: Services, look: Look, one: UUID, other: UUID) -> list[CaseloadRow]:
    if one == other:
        raise Refused("Choose two different files.", field="other")
    services.engine.catch_up([merges.projection.name, caseload.projection.name], wait=True)
    with services.database.read() as connection:
        rows = {row.client_id: row for row in caseload.by_id(connection, [one, other])}
        ended = {each.client_id: each for each in merges.by_id(connection, [one, other])}
    mine = [row for row in rows.values() if _may(look.viewer, row)]
    if any(look.viewer.may_merge(each.team_id, each.coach_id) for each in ended.values()):
        raise Refused("One of these files has already been merged. Open the file that was kept.", field="other")
    if len(mine) < len((one, other)):
        look.note(rows.keys(), Seen.REFUSED)
        # The same of a file that there is not: nobody is to learn which there are.
        raise _not_yours()
    if any(row.client.closing_reason == ERASED for row in mine):
        raise Refused("One of these clients was erased. There is nothing to merge.", field="other")
    look.note([one, other], Seen.OPENED)
    return [rows[one], rows[other]]


def _not_yours() -> Refused:
    return Refused(
        "You can merge two files only if both belong to your own clients or your team. Ask the "
        "privacy officer to merge these.",
        field="other",
    )


def _may(viewer: Viewer, row: CaseloadRow) -> bool:
    return viewer.may_merge(row.client.team_id, row.client.coach_id)


def _row(services: Services, client_id: UUID) -> CaseloadRow | None:
    with services.database.read() as connection:
        return caseload.client(connection, client_id)


def _birth_date(services: Services, row: CaseloadRow) -> str | None:
    with services.database.read() as connection:
        known = data_gaps.of_client(connection, row.client_id).get("birth_date")
    return None if known is None or known.value is None else str(known.value)


def _beside(services: Services, look: Look, row: CaseloadRow) -> FileBeside:
    client, client_id = row.client, row.client_id
    by_name = look.viewer.may_read(client.team_id, client.coach_id)
    opener = services.log.opener([client_id])
    with services.database.read() as connection:
        known = data_gaps.of_client(connection, client_id)
        held = contacts.of_client(connection, client_id)
    return FileBeside(
        client_id=client_id,
        number=opener.text(row.client_number) or short_id(client_id),
        name=clients.names_of(services, look, [row])[client_id] if by_name else None,
        birth_date=_birth_date(services, row) if by_name else None,
        coach_id=client.coach_id,
        intake_on=client.intake_on,
        last_seen_on=client.last_seen_on,
        closed_on=client.closed_on,
        fields=sum(1 for each in known.values() if each.recorded),
        contacts=sum(1 for each in held if not each.struck),
    )
