"""Why a message did not leave, and what becomes of it: each error names its reason by a code."""

from __future__ import annotations

from records import outbox


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
    """The mail server takes no message at all; the reason is a code of `records.mail_server`."""


class LostError(ServerAwayError):
    """The mail server broke off, or fell silent, while it had this message."""
