"""What one e-mail address is: judged by one library with one set of options, for the settings and the domain alike."""

from __future__ import annotations

from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email


@dataclass(frozen=True, slots=True)
class MailAddress:
    """One address: `written` as people write it, `local` and `domain` as every mail server knows it."""

    written: str
    local: str
    domain: str


def one_address(text: str) -> MailAddress | None:
    """A single address without a name around it, or None where it is none. Nobody is asked whether it exists."""
    try:
        # Invented addresses of tests and demonstrations are well formed, too.
        checked = validate_email(text.strip(), check_deliverability=False, test_environment=True, strict=True)
    except EmailNotValidError:
        return None
    return MailAddress(checked.normalized, checked.local_part, checked.ascii_domain)
