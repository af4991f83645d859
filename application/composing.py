"""Makes the mails of the outbox, at the moment that they leave: those to clients, and notices to colleagues."""

from __future__ import annotations

from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from msgspec.structs import replace

from application import composing_links, composing_mails
from application.composing_appointments import COMES_ABOUT, CalendarFile, appointment_mail, up_to_date
from application.contact_details import language_of
from application.services import Services
from application.undelivered import NothingToSendError, NotYetError, RefusedForGoodError
from domain.calendar import local_day
from domain.client import ProposalStep
from domain.client.proposals import OVER
from domain.mail_address import one_address
from feedback import board
from feedback.news import unheard
from feedback.signals import signals
from projections import caseload, closing_days, offers, proposals
from projections.offers import OfferRow
from projections.proposals import Proposal
from records import appointment_letters, city_letters, leave, new_work, notices, outbox, people, weekly_lists
from records.coach_mails import WRITTEN
from records.letters import REMINDER, letter
from records.outbox import Message
from records.people import Account


def mail(services: Services, message: Message) -> tuple[EmailMessage, str]:
    """The message as it goes out, opened only now, and the one address that it goes to.

    Raises:
        NothingToSendError, NotYetError, RefusedForGoodError: it can't leave now or ever; anything if it can't be made.
    """
    if message.client_id is not None:
        # A file that was merged meanwhile goes on in another one, and what the mail is about does so, too.
        message = replace(message, client_id=services.file_that_goes_on(message.client_id))
    notice = message.kind in notices.KINDS
    until = notices.good_until(message.kind, message.put_at)
    if until is not None and until <= services.clock():
        raise NothingToSendError("passed")
    file: CalendarFile | None = None
    if message.kind in appointment_letters.KINDS:
        address, subject, text, file = appointment_mail(services, message)
    else:
        address, subject, text = _notice(services, message) if notice else _letter(services, message)
    to = _one_address(address)
    made = EmailMessage(policy=SMTP)
    made["Subject"], made["From"], made["To"] = subject, services.settings.mail_from, to
    made["Date"] = format_datetime(services.clock())
    made["Message-ID"] = f"<{message.message_id}@{services.settings.mail_from.rpartition('@')[2]}>"
    # So that no absence message or list answers it.
    made["Auto-Submitted"], made["X-Auto-Response-Suppress"] = "auto-generated", "All"
    made.set_content(text)
    if file is not None:
        made.add_attachment(
            file.content, maintype="text", subtype="calendar", filename=file.name, params={"method": file.method}
        )
    # Whether it can be sent shows here, and not when half of it has gone.
    made.as_bytes(policy=SMTP.clone(utf8=not to.addr_spec.isascii()))
    return made, to.addr_spec


def _one_address(text: str) -> Address:
    """The address as every mail server knows it: a domain with other letters has a name in plain ones.

    Raises:
        RefusedForGoodError: it is none, or several; it was stored before addresses were checked.
    """
    found = one_address(text)
    if found is None:
        raise RefusedForGoodError("address_refused")
    return Address(username=found.local, domain=found.domain)


def _letter(services: Services, message: Message) -> tuple[str, str, str]:
    if message.kind in composing_links.KINDS:
        return composing_links.linked_mail(services, message)
    if message.kind == WRITTEN:
        return composing_mails.written_mail(services, message)
    up_to_date(services, "caseload", "offers", "proposals")
    client_id = message.client_id
    if client_id is None:
        raise NothingToSendError("erased")
    with services.database.read() as connection:
        row = caseload.client(connection, client_id)
        proposal = proposals.proposal(connection, client_id, message.subject_id)
        offer = offers.offer(connection, proposal.offer_id) if proposal else None
    if row is None or row.client.closing_reason == "erased":
        raise NothingToSendError("erased")
    if proposal is None or offer is None or not _came_about(message, proposal):
        if services.clock() - message.put_at < COMES_ABOUT:
            raise NotYetError(outbox.NOT_RECORDED)
        raise NothingToSendError(outbox.NOT_RECORDED)
    if proposal.step in OVER:
        raise NothingToSendError("answered")
    if message.kind == REMINDER and proposal.step == ProposalStep.UNDELIVERED:
        raise NothingToSendError("never_arrived")
    if row.client.closed_on is not None:
        raise NothingToSendError("closed")
    if _has_passed(offer, services):
        raise NothingToSendError("passed")
    opener = services.log.opener([client_id])
    address, name = opener.text(row.email), opener.text(row.name)
    if not address:
        raise NothingToSendError("no_address")
    return (address, *letter(message.kind, language_of(row, opener), name or "", offer))


def _came_about(message: Message, proposal: Proposal) -> bool:
    """Whether somebody was reminded since the reminder was put; of a proposal its row says so."""
    reminded_on = proposal.reminded_on
    return message.kind != REMINDER or (reminded_on is not None and reminded_on >= local_day(message.put_at))


def _has_passed(offer: OfferRow, services: Services) -> bool:
    days = (offer.answer_by, offer.starts_on)
    return offer.closed_on is not None or any(day is not None and day < services.today for day in days)


# The read models that what a notice says is counted in, where it is not about signals.
_TOLD_FROM: Mapping[str, tuple[str, ...]] = {
    notices.MONTHLY: (),
    notices.MEETING: ("applications",),
    notices.UNDELIVERED: ("caseload", "proposals", "appointments", "invitations", "questionnaires"),
    **dict.fromkeys((notices.TO_READ, notices.ANSWERED, notices.ENDING), ("caseload", "exemptions")),
    **dict.fromkeys((notices.TO_GIVE_BACK, notices.TAKEN_OVER), ("take_overs",)),
}


def _notice(services: Services, message: Message) -> tuple[str, str, str]:
    up_to_date(services, *_TOLD_FROM.get(message.kind, ("signals",)))
    with services.database.read() as connection:
        account = people.account(connection, message.subject_id)
    if account is None or not account.active:
        raise NothingToSendError("closed")
    if not account.email:
        raise NothingToSendError("no_address")
    numbers = _numbers(services, message.kind, account)
    if not any(numbers.values()):
        raise NothingToSendError("nothing_to_say")
    language = account.language or message.language
    return (account.email, *notices.notice(message.kind, language, numbers, services.settings.public_url))


def _numbers(services: Services, kind: str, account: Account) -> dict[str, int]:
    with services.database.read() as connection:
        if kind in (notices.WEEKLY_LIST, notices.STAND_IN):
            own = kind == notices.WEEKLY_LIST
            away = leave.stood_in_for(connection, account.account_id, services.today)
            found = [weekly_lists.of_coach(connection, coach) for coach in ([account.account_id] if own else away)]
            lists = [each for each in found if each and (each.rows or each.done)]
            rows = [row for each in lists for row in each.rows]
            done = sum(each.done for each in lists)
            return {"lists": len(lists), "lines": len(rows), "new": sum(row.is_new for row in rows), "done": done}
        if kind == notices.MONTHLY:
            return {"letters": city_letters.count_sent(connection)}
        if kind in _TOLD_FROM:
            return new_work.numbers(connection, kind, account.account_id, services.clock())
        if kind == notices.CLOCKS:
            theirs = signals.c.handled_by == account.team_id if account.team_id else signals.c.handled_by.is_(None)
            days = closing_days.working_days(connection)
            clocks = {c: board.clock_is(c, services.today, days) for c in ("passed", "near")}
            return {name: board.count(connection, theirs, condition) for name, condition in clocks.items()}
        return {"signals": len(unheard(connection, services.signal_handler, account.account_id, services.today))}
