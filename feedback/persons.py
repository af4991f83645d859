"""What in a signal's text looks as if it pointed at a person: found before it is sent, and taken out when asked."""

from __future__ import annotations

import re

# An e-mail address; a number as long as a citizen's or a telephone's; a client number such as DEMO-000123.
_PATTERNS = (
    re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    re.compile(r"(?<![\w-])(?:\+?\d[ .-]?){7,14}\d(?![\w-])"),
    re.compile(r"\b[A-Z]{2,6}-\d{4,}\b"),
)
# A day written in full has eight digits too, and points at nobody.
_DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{4}")
GONE = "…"


def found_in(*texts: str | None) -> list[str]:
    """What looks like an address or a number of a person, each once, in order."""
    found = (m.group().strip() for text in texts for p in _PATTERNS for m in p.finditer(text or ""))
    return [text for text in dict.fromkeys(found) if not _DAY.fullmatch(text)]


def without(text: str | None) -> str:
    """The text with each of these taken out."""
    text = text or ""
    for person in sorted(found_in(text), key=len, reverse=True):
        text = text.replace(person, GONE)
    return text
