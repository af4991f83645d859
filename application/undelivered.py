"""Why a message did not leave, and what becomes of it: each error names its reason by a code."""

from __future__ import annotations

from records import outbox
from records.mail_server import LOG_IN_REFUSED as LOG_IN_REFUSED
from records.mail_server import SENDER_REFUSED as SENDER_REFUSED
from records.mail_server import UNANSWERED as UNANSWERED
from records.mail_server import UNREACHABLE as UNREACHABLE


class UndeliveredError(Exception):
    """A message did not leave."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


class EndedError(UndeliveredError):
    """It never will; `state` is what stands in the outbox then."""

    state: str


class NothingToSendError(EndedError):
    """There is nobody to send it to any more, or nothing that they have not seen."""

    state = outbox.DROPPED


class RefusedForGoodError(EndedError):
    """It can't be made, or no mail server will ever take it."""

    state = outbox.FAILED


class NotYetError(UndeliveredError):
    """Whether there is something to send can't be told yet."""


class NotNowError(UndeliveredError):
    """The mail server does not take it now."""


class ServerAwayError(UndeliveredError):
    """The mail server takes no message at all; the reason is one of the four codes above."""


class LostError(ServerAwayError):
    """The mail server broke off, or fell silent, while it had this message."""
