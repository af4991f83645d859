"""One e-mail address: checked the same wherever somebody gives one, and again when a mail leaves."""

from __future__ import annotations

from domain.refusal import Refused
from domain.text import optional_text
from werkpad.mail_address import MailAddress as MailAddress
from werkpad.mail_address import one_address as one_address

LONGEST = 254


def optional_address(text: str | None, *, field: str, longest: int = LONGEST) -> str | None:
    """A single address without a name around it, None for nothing. Nobody is asked whether it exists.

    Raises:
        Refused: it is none, it is several, or it is too long.
    """
    text = optional_text(text, field=field, longest=longest)
    if text is None:
        return None
    address = one_address(text)
    if address is None:
        raise Refused("This is not an e-mail address. Enter one like name@example.org.", field=field)
    return address.written
