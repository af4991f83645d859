"""One e-mail address: checked the same wherever somebody gives one."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from domain.refusal import Refused
from domain.text import optional_text

LONGEST = 254


def optional_address(text: str | None, *, field: str, longest: int = LONGEST) -> str | None:
    """A single address without a name around it, None for nothing. Nobody is asked whether it exists.

    Raises:
        Refused: it is none, it is several, or it is too long.
    """
    text = optional_text(text, field=field, longest=longest)
    if text is None:
        return None
    try:
        # Invented addresses of tests and demonstrations are well formed, too.
        checked = validate_email(text, check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        raise Refused("This is not an e-mail address. Give one, such as name@example.org.", field=field) from None
    return checked.normalized
