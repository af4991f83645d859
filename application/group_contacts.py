"""One contact with several clients at once: what is said of all is recorded with each, with all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from application import clients, rights
from application.caseload import Selection, selected_rows
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.client import Channel, Client, Outcome, RecordContact, Topic
from domain.names import by_surname
from domain.refusal import Refused
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext, Step
from projections import caseload
from projections.caseload import CaseloadRow, Scope


@dataclass(frozen=True, slots=True)
class GroupContact:
    """What is said of a contact with several clients, and who came or stayed away."""

    held_on: date
    channel: Channel
    topics: Sequence[Topic]
    note: str | None
    came: Sequence[UUID]
    stayed_away: Sequence[UUID]


@needs(rights.KEEP)
def record_group_contact(services: Services, viewer: Viewer, contact: GroupContact, command_id: UUID) -> Answer:
    """Record a contact with several clients of one's own.

    Raises:
        Refused: nobody was chosen, or somebody twice or of another caseload, or what is said is not sound; nothing
            was stored.
    """
    services.engine.catch_up(["caseload"], wait=True)
    came, stayed_away = contact.came, contact.stayed_away
    own = {row.client_id for row in _own(services, viewer)}
    if set(came) & set(stayed_away):
        raise Refused("Somebody can't both have attended and not have attended.", field="came")
    if not came and not stayed_away:
        raise Refused("Choose at least one client.", field="came")
    if {*came, *stayed_away} - own:
        raise Refused("One of the clients chosen is not on your caseload.", field="came")
    context = CommandContext(services.clock(), viewer.account_id)
    steps: list[Step[Client]] = [
        Step(_command(contact, client_id, contact_id), context, contact_id)
        for client_id, contact_id in ((c, uuid5(command_id, str(c))) for c in (*came, *stayed_away))
    ]
    return services.together([(services.clients, [step]) for step in steps])


@needs(rights.KEEP)
def clients_to_choose(services: Services, look: Look, selection: Selection) -> Mapping[UUID, str]:
    """Those of the viewer's own clients that a selection leaves by name, to say who came."""
    with services.database.read() as connection:
        rows = selected_rows(services, connection, selection, Scope(coach_id=look.viewer.account_id))
    names = clients.names_of(services, look, rows)
    return dict(sorted(names.items(), key=lambda item: by_surname(item[1])))


def _own(services: Services, viewer: Viewer) -> list[CaseloadRow]:
    with services.database.read() as connection:
        return caseload.clients(connection, Scope(coach_id=viewer.account_id), limit=None)


def _command(contact: GroupContact, client_id: UUID, contact_id: UUID) -> RecordContact:
    spoken = client_id in contact.came
    return RecordContact(
        client_id=client_id,
        contact_id=contact_id,
        held_on=contact.held_on,
        channel=contact.channel,
        outcome=Outcome.SPOKEN if spoken else Outcome.NO_SHOW,
        topics=list(contact.topics) if spoken else (),
        note=contact.note,
    )
