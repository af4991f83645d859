"""Exemptions decided by two: the client's own coach drafts one, another person of the team approves or returns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from msgspec import Struct

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotAllowedError, NotThereError
from application.rights import needs
from application.services import Services
from domain.client.exemptions import (
    ApproveExemption,
    DraftExemption,
    ReturnExemption,
    WithdrawExemption,
)
from domain.roles import Viewer
from eventlog.commands import Answer
from projections import exemptions
from projections.caseload import CaseloadRow, Scope
from projections.exemptions import COMES_UP, ExemptionListed, ExemptionRow
from records import notice_choices, notices
from records.notice_choices import Way


@dataclass(frozen=True, slots=True)
class ExemptionDraft:
    """A client with the draft of an exemption where there is one, what it is based on, and with which words it was
    returned."""

    client: CaseloadClient
    name: str
    now: ExemptionRow | None
    basis: str | None
    words: str | None


class ExemptionOnFile(Struct, frozen=True):
    """What the file says of an exemption: whether there is a draft, and until when the client is exempt. `comes_up`:
    it ends soon, has ended, or no last day is on record."""

    draft: ExemptionRow | None
    exempt: bool
    exempt_until: date | None
    ended: bool
    comes_up: bool


@dataclass(frozen=True, slots=True)
class ExemptionsToRead:
    """The drafts of a team that wait for the viewer, with names."""

    drafts: Sequence[ExemptionListed]
    names: Mapping[UUID, str]


@dataclass(frozen=True, slots=True)
class ExemptionsOfCoach:
    """Of a coach's own clients: drafts that were returned, those approved of late, exemptions that end, and how many
    drafts wait; none of what its reader does not want to hear of. `rows` have the sealed names."""

    returned: Sequence[ExemptionListed]
    approved: Sequence[ExemptionListed]
    ending: Sequence[ExemptionListed]
    returned_count: int
    approved_count: int
    ending_count: int
    waiting_count: int

    @property
    def rows(self) -> Sequence[ExemptionListed]:
        return [*self.returned, *self.approved, *self.ending]


@needs(rights.KEEP)
def draft_exemption(services: Services, look: Look, command: DraftExemption, command_id: UUID) -> Answer:
    """Write the draft of an exemption of a client of one's own.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Conflict: it was changed or read meanwhile.
        Refused: what is said is not sound.
    """
    row = clients.own(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.KEEP)
def withdraw_exemption(services: Services, look: Look, command: WithdrawExemption, command_id: UUID) -> Answer:
    """Take the draft back. Raises as `draft_exemption`."""
    row = clients.own(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.KEEP)
def exemption_to_draft(services: Services, look: Look, client_id: UUID) -> ExemptionDraft:
    """The draft as it stands, folded up to now. Raises NotThereError, NotAllowedError: not the viewer's client."""
    return _draft(services, look, clients.own(services, look, client_id))


@needs(rights.DECIDE_EXEMPTIONS)
def exemption_to_read(services: Services, look: Look, client_id: UUID, *, answered: bool = False) -> ExemptionDraft:
    """A draft that waits for a reader, folded up to now; for who `answered` it also where none waits any more.

    Raises:
        NotThereError: there is no such client for this viewer, or no draft waits.
        NotAllowedError: the viewer wrote it.
    """
    found = _draft(services, look, clients.readable(services, look, client_id))
    if answered:
        return found
    if found.now is None or found.now.exemption_id is None or found.now.returned is not None:
        raise NotThereError
    if found.now.drafted_by == look.viewer.account_id:
        raise NotAllowedError
    return found


@needs(rights.DECIDE_EXEMPTIONS)
def approve_exemption(services: Services, look: Look, command: ApproveExemption, command_id: UUID) -> Answer:
    """Approve the draft that was read: the client is exempt until its last day.

    Raises:
        NotThereError: there is no such client for this viewer.
        Conflict: the draft was changed meanwhile.
        Refused: the viewer wrote of it, it is not there any more, or its last day has passed.
    """
    row = clients.readable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.DECIDE_EXEMPTIONS)
def return_exemption(services: Services, look: Look, command: ReturnExemption, command_id: UUID) -> Answer:
    """Give the draft back with words. Raises as `approve_exemption`."""
    row = clients.readable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.DECIDE_EXEMPTIONS)
def exemptions_to_read(services: Services, look: Look) -> ExemptionsToRead:
    """The drafts of the viewer's team that wait for a reader who wrote nothing of them. Raises NotThereError: the
    viewer has no team."""
    if look.viewer.team_id is None:
        raise NotThereError
    rows = _waiting_for(services, look.viewer)
    return ExemptionsToRead(rows, clients.names_of(services, look, rows))


def count_to_read(services: Services, viewer: Viewer) -> int:
    """How many drafts of the team wait for the viewer; none for who may read none, or does not want to hear of it."""
    if not rights.DECIDE_EXEMPTIONS.allows(viewer) or viewer.team_id is None:
        return 0
    with services.database.read() as connection:
        ways = notice_choices.of_account(connection, viewer.account_id)
    return 0 if ways[notices.TO_READ] is Way.OFF else len(_waiting_for(services, viewer))


def _waiting_for(services: Services, viewer: Viewer) -> list[ExemptionListed]:
    """The drafts of the viewer's team that wait for somebody who did not write them."""
    with services.database.read() as connection:
        rows = exemptions.waiting(connection, Scope(team_id=viewer.team_id))
    return [row for row in rows if row.drafted_by != viewer.account_id]


@needs(rights.READ_FILES)
def of_client(services: Services, look: Look, client_id: UUID) -> ExemptionOnFile:
    """What the file says of an exemption, folded up to now. Raises NotThereError: it is not for this viewer."""
    clients.readable(services, look, client_id)
    row, today = _now(services, client_id), services.today
    if row is None:
        return ExemptionOnFile(None, exempt=False, exempt_until=None, ended=False, comes_up=False)
    until = row.exempt_until
    return ExemptionOnFile(
        row if row.exemption_id is not None else None,
        exempt=row.exempt,
        exempt_until=until,
        ended=until is not None and until < today,
        comes_up=row.exempt and (until is None or until <= today + COMES_UP),
    )


def of_coach(services: Services, viewer: Viewer, most: int | None) -> ExemptionsOfCoach:
    """What of the viewer's own clients asks for something: the first few of each, or all."""
    scope = Scope(coach_id=viewer.account_id)
    with services.database.read() as connection:
        ways = notice_choices.of_account(connection, viewer.account_id)
        told, ends = ways[notices.ANSWERED] is not Way.OFF, ways[notices.ENDING] is not Way.OFF
        returned = exemptions.given_back(connection, scope) if told else []
        approved = exemptions.approved(connection, scope, services.today) if told else []
        ending = exemptions.ending(connection, scope, services.today + COMES_UP) if ends else []
        waiting = len(exemptions.waiting(connection, scope))
    return ExemptionsOfCoach(
        returned[:most], approved[:most], ending[:most], len(returned), len(approved), len(ending), waiting
    )


def _now(services: Services, client_id: UUID) -> ExemptionRow | None:
    services.engine.catch_up([exemptions.projection.name], wait=True)
    with services.database.read() as connection:
        return exemptions.of_client(connection, client_id)


def _draft(services: Services, look: Look, row: CaseloadRow) -> ExemptionDraft:
    client_id = row.client.client_id
    now = _now(services, client_id)
    opener = services.log.opener([client_id])
    wanted = sorted({version for version in (now.basis, now.returned) if version} if now else ())
    said = services.log.versions(client_id, wanted)
    basis = opener.value(said[now.basis], "basis") if now and now.basis in said else None
    words = opener.value(said[now.returned], "words") if now and now.returned in said else None
    name = clients.names_of(services, look, [row])[client_id]
    return ExemptionDraft(row.client, name, now, basis, words)
