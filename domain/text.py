"""What is checked of texts and days that people give, whatever they are about."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any, cast

from domain.refusal import Refused


def optional_text(text: str | None, *, field: str, longest: int, needed: bool = False) -> str | None:
    """Free text without blanks around it, None for nothing."""
    text = (text or "").strip()
    not_longer(text, field=field, longest=longest)
    if needed and not text:
        raise Refused("Please fill this in.", field=field)
    return text or None


def required_text(text: str | None, *, field: str, longest: int) -> str:
    return cast("str", optional_text(text, field=field, longest=longest, needed=True))


def not_longer(text: str, *, field: str, longest: int) -> None:
    """Raises Refused for a text of more characters."""
    if len(text) > longest:
        raise Refused(
            "This is too long: %(length)d characters, at most %(longest)d.",
            field=field,
            length=len(text),
            longest=longest,
        )


def same_text(text: str) -> str:
    """A text as it is compared: one form of each letter, no capitals, one blank between words and none around."""
    return " ".join(unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold()).split())


def not_in_future(day: date, moment_day: date, *, field: str, not_before: date | None = None, **values: Any) -> date:
    """A day that has come. Raises Refused for one in the future, or before the intake."""
    if day > moment_day:
        raise Refused("This can't be in the future.", field=field)
    if not_before is not None and day < not_before:
        raise Refused("This can't be before the intake on %(intake)s.", field=field, intake=not_before.isoformat())
    return day
