"""Makes the short e-mails of coaches as they leave."""

from __future__ import annotations

from application.composing_appointments import COMES_ABOUT, up_to_date
from application.contact_details import language_of
from application.services import Services
from application.undelivered import NothingToSendError, NotYetError
from domain.client.mails import MailWritten
from projections import caseload
from records import outbox, people
from records.coach_mails import coach_mail
from records.outbox import Message


def written_mail(services: Services, message: Message) -> tuple[str, str, str]:
    """The address, the subject and the text. Raises NothingToSendError and NotYetError as `mail`."""
    if message.client_id is None:
        raise NothingToSendError("erased")
    up_to_date(services, "caseload")
    with services.database.read() as connection:
        row = caseload.client(connection, message.client_id)
        coach = people.account(connection, message.actor) if message.actor else None
    if row is None or row.client.closing_reason == "erased":
        raise NothingToSendError("erased")
    event = _event(services, message)
    if row.client.closed_on is not None:
        raise NothingToSendError("closed")
    if event.until < services.today:
        raise NothingToSendError("passed")
    opener = services.log.opener([row.client_id])
    address, name, phone = opener.text(row.email), opener.text(row.name), opener.value(event, "phone")
    if not address:
        raise NothingToSendError("no_address")
    language, signed = language_of(row, opener), coach.full_name if coach else ""
    return (
        address,
        *coach_mail(event.about, language, name or "", until=event.until, phone=phone or "", coach=signed),
    )


def _event(services: Services, message: Message) -> MailWritten:
    """What the coach wrote, where that was recorded."""
    client_id = message.client_id
    state = services.clients.state(client_id) if client_id else None
    version, _ = state.mails.get(message.subject_id, (None, False)) if state else (None, False)
    event = services.log.versions(client_id, [version]).get(version) if client_id and version else None
    if isinstance(event, MailWritten):
        return event
    if services.clock() - message.put_at < COMES_ABOUT:
        raise NotYetError(outbox.NOT_RECORDED)
    raise NothingToSendError(outbox.NOT_RECORDED)
