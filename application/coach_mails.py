"""Short e-mails to several of one's own clients, seen beforehand; whoever has no address is named and gets a letter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from application import clients, rights
from application.appointments import goes_by_mail
from application.contact_details import language_of
from application.looks import Look
from application.proposals import Message, mailed
from application.rights import needs
from application.selected_people import chosen_of_own
from application.services import Services
from domain.client import Client
from domain.client.mails import MailAbout, WriteMail
from domain.names import by_surname
from domain.refusal import Refused
from eventlog.commands import Answer, CommandContext, Step
from projections.caseload import CaseloadRow
from records import people
from records.coach_mails import WRITTEN, coach_mail


@dataclass(frozen=True, slots=True)
class MailRequest:
    """What is asked of whom: to call a number, by a day."""

    client_ids: Sequence[UUID]
    about: MailAbout
    until: date
    phone: str


@dataclass(frozen=True, slots=True)
class MailPreview:
    """What would be sent: by language an example with how many get it, to whom, and who has no address."""

    examples: Sequence[tuple[str, str, str, int]]
    to: Mapping[UUID, str]
    without: Mapping[UUID, str]


@needs(rights.KEEP)
def preview_mails(services: Services, look: Look, request: MailRequest) -> MailPreview:
    """What `send_mails` would send; nothing is stored.

    Raises:
        Refused: nobody was chosen, or somebody of another caseload, or what is asked is not sound.
    """
    rows = chosen_of_own(services, look, request.client_ids)
    names = clients.names_of(services, look, rows)
    context = CommandContext(services.clock(), look.viewer.account_id)
    for row in rows:
        services.clients.decide([Step(_command(row, request, row.client_id), context, row.client_id)])
    reached = [row for row in rows if goes_by_mail(services, row)]
    opener = services.log.opener([row.client_id for row in reached])
    with services.database.read() as connection:
        account = people.account(connection, look.viewer.account_id)
    by_language: dict[str, list[CaseloadRow]] = {}
    for row in reached:
        by_language.setdefault(language_of(row, opener), []).append(row)
    examples = []
    for language, theirs in sorted(by_language.items()):
        subject, text = coach_mail(
            request.about,
            language,
            names[theirs[0].client_id],
            until=request.until,
            phone=request.phone.strip(),
            coach=account.full_name if account else "",
        )
        examples.append((language, subject, text, len(theirs)))
    in_order = sorted(names.items(), key=lambda item: by_surname(item[1]))
    with_address = {row.client_id for row in reached}
    return MailPreview(
        examples,
        {key: name for key, name in in_order if key in with_address},
        {key: name for key, name in in_order if key not in with_address},
    )


@needs(rights.KEEP)
def send_mails(services: Services, look: Look, request: MailRequest, command_id: UUID) -> Answer:
    """Send each of some of one's own clients a short e-mail: all of them or nobody. Each file says so.

    Raises:
        Refused: nobody was chosen, or somebody of another caseload or without an address, or what is asked is not
            sound.
    """
    services.engine.catch_up(["caseload"], wait=True)
    rows = chosen_of_own(services, look, request.client_ids)
    look.note([row.client_id for row in rows])
    context = CommandContext(services.clock(), look.viewer.account_id)
    commands = [_command(row, request, command_id) for row in rows]
    steps: list[Step[Client]] = [Step(each, context, each.mail_id) for each in commands]
    # A repeat is answered as the first time was; what is wrong is said before all else.
    if not services.log.known_commands([step.command_id for step in steps]):
        for step in steps:
            services.clients.decide([step])
        if not all(goes_by_mail(services, row) for row in rows):
            raise Refused("One of the clients chosen has no e-mail address. Send a letter instead.", field="client")
    messages = [Message(WRITTEN, each.client_id, each.mail_id, each.mail_id) for each in commands]
    with mailed(services, look.viewer, messages):
        return services.together([(services.clients, [step]) for step in steps])


def _command(row: CaseloadRow, request: MailRequest, command_id: UUID) -> WriteMail:
    mail_id = uuid5(command_id, f"mail {row.client_id}")
    return WriteMail(
        client_id=row.client_id, mail_id=mail_id, about=request.about, until=request.until, phone=request.phone
    )
