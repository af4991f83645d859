"""Short e-mails that a coach sends: what is asked, by which day, and whether it left. The words are always the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.calendar import local_day, within_reach
from domain.client.aggregate import Client, ClientCommand, ClientEvent, existing, open_file
from domain.refusal import Checks, Refused
from domain.text import required_text
from eventlog.commands import CommandContext
from eventlog.events import Personal

LONGEST_PHONE = 40


class MailAbout(StrEnum):
    """What an e-mail asks. None of them says anything of the client: who reads along learns no more than that."""

    CALL = "call"
    MEET = "meet"
    POST = "post"


# events


class MailEvent(ClientEvent, frozen=True, kw_only=True):
    """Something about one e-mail."""

    mail_id: UUID


class MailWritten(MailEvent, frozen=True):
    """The coach writes to the client: to call this number, by a day."""

    about: MailAbout
    until: date
    phone: Personal[str]

    def apply(self, client: Client) -> None:
        client.mails[self.mail_id] = (self.originator_version, False)


class MailDelivered(MailEvent, frozen=True):
    """The mail server took it."""

    def apply(self, client: Client) -> None:
        version, _ = client.mails[self.mail_id]
        client.mails[self.mail_id] = (version, True)


class MailUndelivered(MailEvent, frozen=True):
    """It did not leave, for a reason that is a code."""

    reason: str | None = None


MAIL_EVENTS: tuple[type[ClientEvent], ...] = (MailWritten, MailDelivered, MailUndelivered)


# commands


class WriteMail(ClientCommand, frozen=True):
    """Write a client a short e-mail."""

    mail_id: UUID
    about: MailAbout
    until: date
    phone: str

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        open_file(client)
        today, checked = local_day(context.at), Checks()
        until = checked(self._ahead, today)
        phone = checked(required_text, self.phone, field="phone", longest=LONGEST_PHONE)
        checked.require()
        return [MailWritten(mail_id=self.mail_id, about=self.about, until=until, phone=phone)]

    def _ahead(self, today: date) -> date:
        if self.until < today:
            raise Refused("This day has passed. Choose a later one.", field="until")
        within_reach(self.until, today, field="until")
        return self.until


class RecordMailDelivery(ClientCommand, frozen=True):
    """Say that an e-mail left, or that it did not and why; also in a file that was closed meanwhile."""

    mail_id: UUID
    delivered: bool = True
    reason: str | None = None

    def decide(self, client: Client | None, context: CommandContext) -> Sequence[ClientEvent]:
        client = existing(client)
        if self.mail_id not in client.mails:
            raise Refused("There is no such e-mail.")
        # What left has left, whatever becomes of it when it is sent again.
        if client.mails[self.mail_id][1]:
            return []
        if self.delivered:
            return [MailDelivered(mail_id=self.mail_id)]
        return [MailUndelivered(mail_id=self.mail_id, reason=self.reason)]
