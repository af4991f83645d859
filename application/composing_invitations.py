"""Makes the mail that invites a client to choose a time, at the moment that it leaves: its link stands nowhere else."""

from __future__ import annotations

from application.composing_appointments import COMES_ABOUT, up_to_date
from application.contact_details import language_of
from application.one_time_links import let_work, spaced
from application.services import Services
from application.undelivered import NothingToSendError, NotYetError
from projections import caseload, invitations
from projections.invitations_table import ANSWERED, OPEN
from records import outbox
from records.invitation_letters import invitation_letter
from records.invitations import LINKS
from records.outbox import Message


def invitation_mail(services: Services, message: Message) -> tuple[str, str, str]:
    """The address, the subject and the text. Raises NothingToSendError and NotYetError as `mail`."""
    up_to_date(services, "caseload", "invitations")
    client_id, where = message.client_id, services.settings.public_url
    if client_id is None:
        raise NothingToSendError("erased")
    with services.database.read() as connection:
        row = caseload.client(connection, client_id)
        invited = invitations.one(connection, client_id, message.subject_id)
    if row is None or row.client.closing_reason == "erased":
        raise NothingToSendError("erased")
    if invited is None:
        if services.clock() - message.put_at < COMES_ABOUT:
            raise NotYetError(outbox.NOT_RECORDED)
        raise NothingToSendError(outbox.NOT_RECORDED)
    if row.client.closed_on is not None:
        raise NothingToSendError("closed")
    if invited.state != OPEN or invited.until < services.today:
        raise NothingToSendError("answered" if invited.state == ANSWERED else "passed")
    if not where:
        raise NotYetError("no_public_address")
    opener = services.log.opener([client_id])
    address, name = opener.text(row.email), opener.text(row.name)
    if not address:
        raise NothingToSendError("no_address")
    secrets = let_work(services, LINKS, invited.invitation_id, client_id, invited.until)
    page = f"{where}/invitation"
    subject, lines = invitation_letter(
        language_of(row, opener),
        name or "",
        link=f"{page}/{secrets.token}",
        page=page,
        code=spaced(secrets.code),
        until=invited.until,
    )
    return address, subject, "\n\n".join(lines) + "\n"
