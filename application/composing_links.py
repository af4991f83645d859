"""Makes the mails with a one-time link, of questionnaires and invitations, as they leave: it stands nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from application import questionnaire_links
from application.composing_appointments import COMES_ABOUT, up_to_date
from application.contact_details import language_of
from application.one_time_links import let_work, spaced
from application.services import Services
from application.undelivered import NothingToSendError, NotYetError
from projections import caseload, invitations, questionnaires
from projections.invitations_table import ANSWERED, OPEN
from records import outbox
from records.invitation_letters import INVITATION, invitation_letter
from records.invitations import LINKS
from records.letters import QUESTIONNAIRE, questionnaire_letter
from records.outbox import Message


@dataclass(frozen=True, slots=True)
class _Linked:
    """What a link opens: the read model that has it and how one is found there, the state in which it waits and that in
    which it was answered, the page, and how its link is made and its letter written."""

    read_model: str
    one: Callable[..., Any]
    waits: str
    answered: str
    page: str
    let_work: Callable[[Services, Any], Any]
    letter: Callable[..., Any]


_LINKED = {
    QUESTIONNAIRE: _Linked(
        "questionnaires",
        questionnaires.one,
        questionnaires.SENT,
        questionnaires.RETURNED,
        "questionnaire",
        questionnaire_links.let_work,
        questionnaire_letter,
    ),
    INVITATION: _Linked(
        "invitations",
        invitations.one,
        OPEN,
        ANSWERED,
        "invitation",
        lambda services, it: let_work(services, LINKS, it.invitation_id, it.client_id, it.until),
        invitation_letter,
    ),
}
KINDS = frozenset(_LINKED)


def linked_mail(services: Services, message: Message) -> tuple[str, str, str]:
    """The address, the subject and the text. Raises NothingToSendError and NotYetError as `mail`."""
    linked = _LINKED[message.kind]
    up_to_date(services, "caseload", linked.read_model)
    client_id, where = message.client_id, services.settings.public_url
    if client_id is None:
        raise NothingToSendError("erased")
    with services.database.read() as connection:
        row = caseload.client(connection, client_id)
        asked = linked.one(connection, client_id, message.subject_id)
    if row is None or row.client.closing_reason == "erased":
        raise NothingToSendError("erased")
    if asked is None:
        if services.clock() - message.put_at < COMES_ABOUT:
            raise NotYetError(outbox.NOT_RECORDED)
        raise NothingToSendError(outbox.NOT_RECORDED)
    if row.client.closed_on is not None:
        raise NothingToSendError("closed")
    if asked.state != linked.waits or asked.until < services.today:
        raise NothingToSendError("answered" if asked.state == linked.answered else "passed")
    if not where:
        raise NotYetError("no_public_address")
    opener = services.log.opener([client_id])
    address, name = opener.text(row.email), opener.text(row.name)
    if not address:
        raise NothingToSendError("no_address")
    secrets = linked.let_work(services, asked)
    page = f"{where}/{linked.page}"
    subject, lines = linked.letter(
        language_of(row, opener),
        name or "",
        link=f"{page}/{secrets.token}",
        page=page,
        code=spaced(secrets.code),
        until=asked.until,
    )
    return address, subject, "\n\n".join(lines) + "\n"
