"""Keeping closed files no longer than their term: the term, the files that are past it, and erasing some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from msgspec import Struct

from application import rights
from application.clients import short_id
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain import retention as rule
from domain.client import ErasureReason
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import CommandContext
from projections import caseload_closed
from records import retention as terms

# What is shown on one page, and erased in one go: each erasure destroys a key and writes to the register.
SHOWN = 50


class FilePastTerm(Struct, frozen=True):
    """A file past its term: the client's number, or a short id for one without, and how it was closed; no more."""

    client_id: UUID
    number: str
    closed_on: date
    closing_reason: str


@dataclass(frozen=True, slots=True)
class PastTerm:
    """A page of the files past the term of so many years, those closed first at the top, and how many there are."""

    years: int
    files: Sequence[FilePastTerm]
    total: int


@needs(rights.KEEP_TO_TERMS)
def past_term(services: Services, look: Look, page: int) -> PastTerm:
    """The closed files that are past their term; `page` counts from 1."""
    with services.database.read() as connection:
        years = terms.years(connection) or rule.USUAL_YEARS
        by = rule.past_term_by(services.today, years)
        rows = caseload_closed.closed_by(connection, by, limit=SHOWN, offset=(page - 1) * SHOWN)
        total = caseload_closed.count_closed_by(connection, by)
    client_ids = [row.client_id for row in rows]
    look.note(client_ids)
    opener = services.log.opener(client_ids)
    files = [
        FilePastTerm(
            client_id=row.client_id,
            number=opener.text(row.client_number) or short_id(row.client_id),
            closed_on=row.closed_on,
            closing_reason=row.closing_reason,
        )
        for row in rows
    ]
    return PastTerm(years, files, total)


@needs(rights.KEEP_TO_TERMS)
def set_term(services: Services, viewer: Viewer, years: int | None) -> None:
    """Set for how many years files are kept after they were closed. Nothing is erased by it.

    Raises:
        Refused: it is no number of years that may be.
    """
    with services.database.write() as connection:
        terms.put(connection, years, viewer.account_id, services.clock())


@needs(rights.KEEP_TO_TERMS)
def erase_past_term(services: Services, viewer: Viewer, client_ids: Sequence[UUID], command_id: UUID) -> int:
    """Erase some of the files past their term; the position of the last erasure. Sent twice, it is done once.

    Raises:
        Refused: none was chosen, or more than a page; one of them is not past its term any more, then none is erased;
            or that shows, or the register fails, on the way: those before are erased, and the sentence says how many.
    """
    if not 0 < len(client_ids) <= SHOWN:
        raise Refused("Choose from 1 to %(most)d files.", field="files", most=SHOWN)
    commands = {client_id: uuid5(command_id, client_id.hex) for client_id in dict.fromkeys(client_ids)}
    known = services.log.known_commands(list(commands.values()))
    left = [client_id for client_id, once in commands.items() if once not in known]
    # Who reopened a file a moment ago is heard.
    services.engine.catch_up(["caseload"], wait=True)
    with services.database.read() as connection:
        by = rule.past_term_by(services.today, terms.years(connection) or rule.USUAL_YEARS)
        if caseload_closed.of_these_closed_by(connection, by, left) != set(left):
            raise Refused(
                "One of the files you chose is no longer on the list: it was reopened or erased, or the "
                "retention period was changed. Nothing was erased; check the list again.",
                field="files",
            )
    context = CommandContext(services.clock(), viewer.account_id)
    position, erased = services.log.head(), 0
    try:
        for client_id in left:
            position = services.erase_in_log(
                client_id, ErasureReason.RETENTION_ENDED, context, commands[client_id], closed_by=by
            ).position
            erased += 1
    except Refused as refused:
        if not erased:
            raise
        raise Refused(
            "%(erased)d of %(all)d files were erased; the others were not. Check the list again.",
            field="files",
            erased=erased,
            all=len(left),
        ) from refused
    finally:
        services.forget_erased()
    return position
