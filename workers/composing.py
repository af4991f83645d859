"""Makes the mails of the outbox, at the moment that they leave: proposals to clients, notices to colleagues."""

from __future__ import annotations

from email.message import EmailMessage

from domain.client import ProposalStep
from feedback import board
from feedback.news import unheard
from feedback.signals import signals
from projections import caseload, offers, proposals
from projections.database import Row
from records import leave, notices, people, weekly_lists
from records.letters import letter
from records.people import Account
from werkpad.wiring import Services

_OVER = (ProposalStep.ANSWERED, ProposalStep.CONCLUDED)


class NothingToSendError(Exception):
    """There is nobody to send it to any more, or nothing that they have not seen."""


def mail(services: Services, message: Row) -> EmailMessage:
    """The message as it goes out, opened only now.

    Raises:
        NothingToSendError: there is nothing to send.
        StoppedError: what it is made of is not up to date.
    """
    notice = message["kind"] in notices.KINDS
    address, subject, text = _notice(services, message) if notice else _letter(services, message)
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = subject, services.settings.mail_from, address
    made["Message-ID"] = f"<{message['message_id']}@{services.settings.mail_from.rpartition('@')[2]}>"
    made.set_content(text)
    return made


def _letter(services: Services, message: Row) -> tuple[str, str, str]:
    services.engine.require("caseload", "offers", "proposals")
    with services.database.read() as connection:
        client = caseload.client(connection, message["client_id"])
        proposal = proposals.proposal(connection, message["client_id"], message["subject_id"])
        offer = offers.offer(connection, proposal["offer_id"]) if proposal else None
    if client is None or proposal is None or offer is None or proposal["step"] in _OVER:
        raise NothingToSendError
    opener = services.log.opener([message["client_id"]])
    address, name = opener.text(client["email"]), opener.text(client["name"])
    if not address or client["closed_on"] is not None:
        raise NothingToSendError
    return (address, *letter(message["kind"], message["language"], name or "", offer))


def _notice(services: Services, message: Row) -> tuple[str, str, str]:
    services.engine.require("signals")
    with services.database.read() as connection:
        account = people.account(connection, message["subject_id"])
    if account is None or not account.active or not account.email:
        raise NothingToSendError
    numbers = _numbers(services, message["kind"], account)
    if not any(numbers.values()):
        raise NothingToSendError
    language = account.language or message["language"]
    return (account.email, *notices.notice(message["kind"], language, numbers, services.settings.public_url))


def _numbers(services: Services, kind: str, account: Account) -> dict[str, int]:
    with services.database.read() as connection:
        if kind in (notices.WEEKLY_LIST, notices.STAND_IN):
            own = kind == notices.WEEKLY_LIST
            away = leave.stood_in_for(connection, account.account_id, services.today)
            found = [weekly_lists.of_coach(connection, coach) for coach in ([account.account_id] if own else away)]
            lists = [each for each in found if each and (each["rows"] or each["done"])]
            rows = [row for each in lists for row in each["rows"]]
            done = sum(each["done"] for each in lists)
            return {"lists": len(lists), "lines": len(rows), "new": sum(row["is_new"] for row in rows), "done": done}
        if kind == notices.CLOCKS:
            theirs = signals.c.handled_by == account.team_id if account.team_id else signals.c.handled_by.is_(None)
            clocks = {c: board.clock_is(c, services.today) for c in ("passed", "near")}
            return {name: board.count(connection, theirs, condition) for name, condition in clocks.items()}
        return {"signals": len(unheard(connection, services.desk, account.account_id, services.today))}
