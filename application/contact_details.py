"""How a client can be reached and in which language letters go to them: changed on the file."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from application import clients, rights
from application.clients import CaseloadClient
from application.looks import Look
from application.rights import needs
from application.services import Services
from domain.client import ChangeContactDetails
from domain.client.contact_details import letter_language
from eventlog.commands import Answer
from eventlog.sealing import Opener
from projections.caseload import CaseloadRow


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How a client of one's own is reached now; `language` is the code of that of letters."""

    client: CaseloadClient
    name: str
    email: str | None
    phone: str | None
    language: str


@needs(rights.RECORD)
def change_contact_details(services: Services, look: Look, command: ChangeContactDetails, command_id: UUID) -> Answer:
    """Change how a client of one's own is reached, and the language of letters.

    Raises:
        NotThereError, NotAllowedError: it is not the viewer's client.
        Refused: this is no address, letters are not written in this language, or the file is closed.
    """
    row = clients.recordable(services, look, command.client_id)
    return services.clients.handle(command, clients.recording(services, look, row), command_id)


@needs(rights.RECORD)
def contact_details(services: Services, look: Look, client_id: UUID) -> ContactDetails:
    """How a client of one's own is reached now. Raises NotThereError and NotAllowedError."""
    row = clients.recordable(services, look, client_id)
    name = clients.names_of(services, look, [row])[client_id]
    opener = services.log.opener([client_id])
    return ContactDetails(row.client, name, opener.text(row.email), opener.text(row.phone), language_of(row, opener))


def language_of(row: CaseloadRow, opener: Opener) -> str:
    """The language that the client wants letters in, whoever reads the page from which they are sent."""
    return letter_language(opener.text(row.language)).value
