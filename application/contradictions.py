"""Facts of a client that contradict each other: shown side by side, and settled when both hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from application import clients, rights, several_fields
from application.client_file import Fact
from application.clients import CaseloadClient
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.catalogue import Contradiction
from domain.client import AcceptContradiction
from eventlog.commands import Answer
from projections import definitions


@dataclass(frozen=True, slots=True)
class OpenContradiction:
    """A rule that is broken, with the facts that break it."""

    rule: Contradiction
    facts: Sequence[Fact]

    @property
    def shown(self) -> Mapping[str, int]:
        """The version of each fact, by which a conflict is judged."""
        return {fact.field.key: fact.row.version for fact in self.facts if fact.row}


@dataclass(frozen=True, slots=True)
class Contradictions:
    """What contradicts what of a client."""

    client: CaseloadClient
    name: str
    open: Sequence[OpenContradiction]


@needs(rights.CORRECT)
def contradictions_of(services: Services, look: Look, client_id: UUID) -> Contradictions:
    """What contradicts what of a client, folded up to now.

    Raises:
        NotThereError: there is no such client for this viewer.
        NotAllowedError: the viewer may not correct what is recorded of this client.
    """
    row = clients.correctable(services, look, client_id)
    with services.database.read() as connection:
        catalogue = definitions.on(connection, services.today).catalogue
    fields = list(dict.fromkeys(key for rule in catalogue.contradictions for key in rule.fields))
    found = several_fields.facts_of(services, row.client, fields)
    facts = {fact.field.key: fact for fact in found}
    broken = {key for fact in found if fact.row for key in fact.row.contradictions}
    return Contradictions(
        row.client,
        clients.names_of(services, look, [row])[client_id],
        [
            OpenContradiction(rule, [facts[key] for key in rule.fields])
            for rule in catalogue.contradictions
            if rule.key in broken
        ],
    )


@needs(rights.CORRECT)
def accept_contradiction(services: Services, look: Look, command: AcceptContradiction, command_id: UUID) -> Answer:
    """Say that both facts hold, until a day to look again.

    Raises:
        NotThereError, NotAllowedError: as `contradictions_of`.
        Conflict: one of the facts was changed meanwhile.
        Refused: what is said of it is not sound.
    """
    row = clients.correctable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)
