"""The team around a client: helpers outside, with the client's consent, for the client's own coach alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.refusals import NotThereError
from application.rights import needs
from application.services import Services
from database.rows import part_of
from domain.client.helpers import AddHelper, ChangeHelper, KnownHelper, RemoveHelper, RenewHelperConsent, dialled
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from projections import helpers
from projections.caseload import Scope
from projections.helpers import ConsentDue, HelperRow

_WHO = ("helper_role", "role_words", "organisation", "name", "phone", "email")


class HelperShown(Struct, frozen=True):
    """A helper with who it is, for the client's own coach."""

    client_id: UUID
    helper_id: UUID
    version: int
    consent_on: date
    asked_by: UUID | None
    ask_again_on: date
    helper_role: str | None
    role_words: str | None
    organisation: str | None
    name: str | None
    phone: str | None
    email: str | None

    @property
    def dialled(self) -> str:
        return dialled(self.phone or "")


@dataclass(frozen=True, slots=True)
class TeamAround:
    """A client's helpers, `shown` where the viewer may know who they are, how many there are, and of how many the
    consent is to be asked again."""

    shown: Sequence[HelperShown]
    count: int
    due: int


@dataclass(frozen=True, slots=True)
class HelperForm:
    """Whose helper it is, and who; None where it is a new one."""

    client: CaseloadClient
    name: str
    helper: HelperShown | None


class ConsentToAsk(Struct, frozen=True):
    """A client of whom the consent for a helper is to be asked again, since when."""

    client_id: UUID
    ask_again_on: date


@dataclass(frozen=True, slots=True)
class ConsentsToAsk:
    """The first of one's own clients to ask again, with the rows that have their sealed names, and how many."""

    entries: Sequence[ConsentToAsk]
    rows: Sequence[ConsentDue]
    count: int


@needs(rights.KEEP)
def add_helper(services: Services, look: Look, command: AddHelper, command_id: UUID) -> Answer:
    """Record a helper of a client of one's own, with the client's consent.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: what is said is not sound, or the same helper is on the file already.
    """
    clients.own(services, look, command.client_id)
    return _handled(services, look, _beside_others(services, command), command_id)


@needs(rights.KEEP)
def change_helper(services: Services, look: Look, command: ChangeHelper, command_id: UUID) -> Answer:
    """Have a helper otherwise. Raises as `add_helper`, and Conflict where somebody else changed it."""
    clients.own(services, look, command.client_id)
    return _handled(services, look, _beside_others(services, command), command_id)


@needs(rights.KEEP)
def renew_consent(services: Services, look: Look, command: RenewHelperConsent, command_id: UUID) -> Answer:
    """Record that the client still consents. Raises as `change_helper`."""
    clients.own(services, look, command.client_id)
    return _handled(services, look, command, command_id)


@needs(rights.KEEP)
def remove_helper(services: Services, look: Look, command: RemoveHelper, command_id: UUID) -> Answer:
    """Take a helper off the file. Raises as `add_helper`."""
    clients.own(services, look, command.client_id)
    return _handled(services, look, command, command_id)


@needs(rights.KEEP)
def helper_form(services: Services, look: Look, client_id: UUID) -> HelperForm:
    """What a form for a new helper begins with. Raises as `add_helper`."""
    row = clients.own(services, look, client_id)
    return HelperForm(row.client, clients.names_of(services, look, [row])[client_id], None)


@needs(rights.KEEP)
def helper_to_change(services: Services, look: Look, client_id: UUID, helper_id: UUID) -> HelperForm:
    """A helper as recorded now, folded up to now.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client, or there is no such helper any more.
    """
    row = clients.own(services, look, client_id)
    services.engine.catch_up([helpers.projection.name], wait=True)
    with services.database.read() as connection:
        found = helpers.one(connection, client_id, helper_id)
    if found is None:
        raise NotThereError
    name = clients.names_of(services, look, [row])[client_id]
    return HelperForm(row.client, name, _opened(services, client_id, [found])[0])


@needs(rights.READ_FILES)
def of_client(services: Services, look: Look, client_id: UUID) -> TeamAround:
    """A client's helpers, folded up to now: one whose consent was withdrawn is gone at once. Who they are is for the
    client's own coach, as all that is sensitive; others learn how many. Raises NotThereError: not for this viewer."""
    row = clients.readable(services, look, client_id)
    services.engine.catch_up([helpers.projection.name], wait=True)
    with services.database.read() as connection:
        rows = helpers.of_client(connection, client_id)
    own = look.viewer.sees_sensitive(row.client.coach_id)
    due = sum(each.ask_again_on <= services.today for each in rows)
    return TeamAround(_opened(services, client_id, rows) if own else [], len(rows), due)


def to_ask_again(services: Services, viewer: Viewer, most: int | None) -> ConsentsToAsk:
    """The viewer's own clients to be asked again for their consent: the first few, or all."""
    with services.database.read() as connection:
        rows = helpers.due(connection, Scope(coach_id=viewer.account_id), services.today)
    return ConsentsToAsk([part_of(ConsentToAsk, row) for row in rows[:most]], rows[:most], len(rows))


def _beside_others(services: Services, command: Any) -> Any:
    """The command with the helpers who stand in the file already: their names are opened for this alone."""
    services.engine.catch_up([helpers.projection.name], wait=True)
    with services.database.read() as connection:
        rows = [row for row in helpers.of_client(connection, command.client_id) if row.helper_id != command.helper_id]
    others = [
        KnownHelper(each.helper_id, each.version, each.name or "", each.organisation, each.phone or "")
        for each in _opened(services, command.client_id, rows)
    ]
    return replace(command, others=others)


def _opened(services: Services, client_id: UUID, rows: Collection[HelperRow]) -> list[HelperShown]:
    said = services.log.versions(client_id, sorted({row.words for row in rows}))
    opener = services.log.opener([client_id])
    return [part_of(HelperShown, row, **{name: opener.value(said[row.words], name) for name in _WHO}) for row in rows]


def _handled(services: Services, look: Look, command: Any, command_id: UUID) -> Answer:
    return services.clients.handle(command, CommandContext(services.clock(), look.viewer.account_id), command_id)
