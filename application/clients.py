"""Opening a client's file, and the names of clients in a list: only for those who may, and with the look noted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from application.looks import Look, Seen
from application.refusals import MergedError, NotAllowedError, NotThereError, StoodInError
from application.services import Services
from eventlog.commands import CommandContext
from projections import caseload, merges
from projections.caseload import CaseloadClient as CaseloadClient
from projections.caseload import CaseloadRow
from records import leave


class Named(Protocol):
    """A row about a client that has the sealed name."""

    @property
    def client_id(self) -> UUID: ...

    @property
    def name(self) -> str | None: ...


def readable(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    """A client whose file the viewer may open.

    Raises:
        NotThereError: there is none, or it is not for this viewer, who is not to learn which.
        MergedError: the file ended in another one, which the viewer may open.
    """
    with services.database.read() as connection:
        row = caseload.client(connection, client_id)
        kept = merges.kept_of(connection, [client_id]) if row is None else {}
        goes_on = caseload.client(connection, kept[client_id]) if kept else None
    if goes_on is not None and look.viewer.may_read(goes_on.client.team_id, goes_on.client.coach_id):
        raise MergedError(goes_on.client_id)
    if row is None:
        raise NotThereError
    if not look.viewer.may_read(row.client.team_id, row.client.coach_id):
        look.note([client_id], Seen.REFUSED)
        raise NotThereError
    look.note([client_id], Seen.OPENED)
    return row


def recordable(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    """A client for whom the viewer may record something.

    Raises:
        NotThereError: as for `readable`.
        NotAllowedError: the viewer may read the file, and no more.
        StoodInError: the viewer stood in for the coach until a few days ago.
    """
    row = _still_readable(services, look, client_id)
    if not look.viewer.may_record(row.client.team_id, row.client.coach_id):
        raise NotAllowedError
    return row


def own(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    """A client of the viewer's own: for what is not for who stands in either.

    Raises:
        NotThereError: as for `readable`.
        NotAllowedError: the viewer may read the file, and no more, or stands in.
    """
    row = readable(services, look, client_id)
    if not look.viewer.coaches_client_of(row.client.coach_id):
        raise NotAllowedError
    return row


def correctable(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    """A client of whom the viewer may correct what was recorded.

    Raises:
        NotThereError: as for `readable`.
        NotAllowedError: the viewer may read the file, and no more.
        StoodInError: as for `recordable`.
    """
    row = _still_readable(services, look, client_id)
    if not look.viewer.may_correct(row.client.team_id, row.client.coach_id):
        raise NotAllowedError
    return row


def recording(services: Services, look: Look, row: CaseloadRow) -> CommandContext:
    """Who records something of this client now, and on whose behalf where the viewer stands in for the coach."""
    coach_id, viewer = row.client.coach_id, look.viewer
    on_behalf_of = coach_id if viewer.stands_in(coach_id) and not viewer.coaches_client_of(coach_id) else None
    return CommandContext(services.clock(), viewer.account_id, on_behalf_of)


def _still_readable(services: Services, look: Look, client_id: UUID) -> CaseloadRow:
    """As `readable`; but who stood in for the coach until a few days ago is told so, since a form was open."""
    try:
        return readable(services, look, client_id)
    except NotThereError:
        if stood_in(services, look, client_id):
            raise StoodInError from None
        raise


def stood_in(services: Services, look: Look, client_id: UUID) -> bool:
    """Whether the viewer stood in for this client's coach until a few days ago, and does no longer."""
    if not look.viewer.coaches:
        return False
    with services.database.read() as connection:
        row = caseload.client(connection, client_id)
        if row is None or row.client.coach_id is None:
            return False
        return leave.stood_in_lately(connection, look.viewer.account_id, row.client.coach_id, services.today)


def names_of(
    services: Services, look: Look, rows: Sequence[Named], seen: Seen | Mapping[UUID, Seen] = Seen.LISTED
) -> dict[UUID, str]:
    """The names of clients on a page, opened; a short id for one without a name or without a key."""
    look.note_each(seen if isinstance(seen, Mapping) else dict.fromkeys([row.client_id for row in rows], seen))
    return unnoted_names(services, rows)


def unnoted_names(services: Services, rows: Sequence[Named]) -> dict[UUID, str]:
    """The same, to put clients in order: who shows them notes the look first, with `names_of`."""
    client_ids = [row.client_id for row in rows]
    opener = services.log.opener(client_ids)
    return {row.client_id: opener.text(row.name) or short_id(row.client_id) for row in rows}


def short_id(client_id: UUID) -> str:
    """What stands for a client whose name is not to be had."""
    return client_id.hex[:8]
