"""The words for codes: roles, tracks, channels and the like, as people read them; a topic a file."""

from __future__ import annotations

from typing import Any

from flask import g

from domain.names import folded
from web.words import accounts, appointments, clients, explained, figures, mail, offers, places, signals, steps

WORDS: dict[str, dict[str, Any]] = {
    **accounts.WORDS,
    **clients.WORDS,
    **appointments.WORDS,
    **signals.WORDS,
    **offers.WORDS,
    **figures.WORDS,
    **explained.WORDS,
    **places.WORDS,
    **mail.WORDS,
    **steps.WORDS,
}


def word(kind: str, code: object) -> str:
    """What people read for a code; the code itself where there is no word yet. Looked up once a request."""
    known = g.setdefault("words", {})
    if (kind, code) not in known:
        known[kind, code] = str(WORDS[kind].get(str(code), code))
    return str(known[kind, code])


def with_word(code: str, kind: str) -> tuple[str, str]:
    """A code with what people read for it."""
    return code, word(kind, code)


def choices(kind: str) -> list[tuple[str, str]]:
    """Codes with their words, for a form."""
    return [(code, str(text)) for code, text in WORDS[kind].items()]


def pages() -> list[tuple[str, str]]:
    """The pages that signals, rules and norms are about, in the order of what people call them."""
    return sorted(choices("page"), key=lambda named: folded(named[1]))
