"""What in a signal's text looks as if it pointed at a person: found before it is sent, and taken out when asked."""

from __future__ import annotations

import re

_PATTERNS = (
    # an e-mail address; looked for where one can begin, since a long word would else be read from each of its letters
    re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    # a number as long as a citizen's or a telephone's, also in groups; or one of six digits and more in a row
    re.compile(r"(?<![\w-])(?:\+?\d[ .-]?){7,14}\d(?![\w-])"),
    re.compile(r"(?<![\w.,-])\d{6,}(?![\w-])"),
    # a client number such as DEMO-000123 or k12345, but not "covid-2019"
    re.compile(r"(?<![\w-])[a-z]{1,6}(?:-(?!(?:19|20)\d\d\b)\d{4,}|\d{5,})(?![\w-])", re.IGNORECASE),
    # an account at a bank
    re.compile(r"\b[A-Z]{2}\d{2} ?[A-Z]{4}(?: ?\d){10}\b", re.IGNORECASE),
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
