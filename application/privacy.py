"""What the privacy officer works with: who looked at which client, who somebody is who asks, and erasures; no file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from msgspec import Struct

from application import clients, rights
from application.clients import short_id
from application.known_people import Person, who_is_known_as
from application.looks import Look, Seen
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from domain.client import ErasureReason
from domain.names import by_surname
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from eventlog.recording import Erasure
from projections import caseload, data_gaps, merges
from projections.caseload import CaseloadRow
from records import read_log
from records.read_log import LoggedLook

ERASED = "erased"


class PersonFound(Struct, frozen=True):
    """Who somebody is, as far as it takes to be sure that a request is theirs."""

    client_id: UUID
    name: str
    number: str | None
    birth_date: str | None
    coach_id: UUID | None
    intake_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class LooksAndErasures:
    """Looks at one client or at all, what to ask `before` to see earlier ones (None: there are none), and everybody who
    was erased, by number."""

    looks: Sequence[LoggedLook]
    earlier: int | None
    erasures: Sequence[Erasure]


@needs(rights.HANDLE_REQUESTS)
def looks_and_erasures(
    services: Services, _viewer: Viewer, client_id: UUID | None, before: int | None = None
) -> LooksAndErasures:
    """Who looked at a client, or at any where none is asked for, the latest first, a part at a time; and who was
    erased."""
    with services.database.read() as connection:
        looks, earlier = read_log.part(connection, client_id=client_id, before=before)
    return LooksAndErasures(looks, earlier, services.log.erasures())


@needs(rights.HANDLE_REQUESTS)
def find_person(services: Services, look: Look, words: str) -> Sequence[PersonFound]:
    """Who has this whole name, however it is written, or this number, in any team, closed files included; by name.

    Raises:
        Refused: nothing to look for was given.
    """
    if not words.strip():
        raise Refused("Enter a name or a client number.", field="words")
    # A birth date is not asked for: whoever has the name is shown with theirs, and is told apart by it.
    found = who_is_known_as(services, Person(words, words, None, services.today))
    with services.database.read() as connection:
        rows = caseload.by_id(connection, list(found))
    people = _people(services, look, rows, Seen.FOUND)
    return sorted(people, key=lambda each: (by_surname(each.name), each.birth_date or "", each.client_id))


@needs(rights.HANDLE_REQUESTS)
def person(services: Services, look: Look, client_id: UUID) -> PersonFound:
    """Who this is, to be confirmed before anything is erased; of files that were merged the one that goes on.

    Raises:
        NotThereError: there is nobody, or nobody any more.
    """
    services.engine.catch_up([caseload.projection.name, merges.projection.name], wait=True)
    with services.database.read() as connection:
        kept = merges.kept_of(connection, [client_id]).get(client_id, client_id)
        row = caseload.client(connection, kept)
    found = _people(services, look, [row] if row else [], Seen.OPENED)
    if not found:
        raise NotThereError
    return found[0]


def _people(services: Services, look: Look, rows: Sequence[CaseloadRow], seen: Seen) -> list[PersonFound]:
    """These people, opened and with the look at them noted; without those who were erased."""
    rows = [row for row in rows if row.client.closing_reason != ERASED]
    names = clients.names_of(services, look, rows, seen)
    opener = services.log.opener([row.client_id for row in rows])
    people = []
    for row in rows:
        with services.database.read() as connection:
            born = data_gaps.of_client(connection, row.client_id).get("birth_date")
        people.append(
            PersonFound(
                row.client_id,
                names.get(row.client_id, short_id(row.client_id)),
                opener.text(row.client_number),
                None if born is None or born.value is None else str(born.value),
                row.client.coach_id,
                row.client.intake_on,
                row.client.closed_on,
            )
        )
    return people


def erase_for_operator(services: Services, client_id: UUID, reason: ErasureReason) -> list[str]:
    """Erase a client for good, for whoever runs Werkpad; the read models that stopped, and still hold something.

    Raises:
        Refused: as `erase_client`.
    """
    services.erase(client_id, reason, CommandContext(services.clock()), uuid4())
    return list(services.engine.stopped())


@needs(rights.HANDLE_REQUESTS)
def erase_client(
    services: Services, viewer: Viewer, client_id: UUID, reason: ErasureReason, command_id: UUID
) -> Answer:
    """Erase a client: nobody can read any more who it was, while counts and history by number stay. Whichever of the
    files of one person this is, all that were merged are erased.

    Raises:
        Refused: there is no such client, or the erasure register can't be written; nothing was erased.
    """
    with services.database.read() as connection:
        if caseload.client(connection, client_id) is None and not merges.kept_of(connection, [client_id]):
            raise Refused("There is no client with this id.", field="client")
    return services.erase(client_id, reason, CommandContext(services.clock(), viewer.account_id), command_id)
