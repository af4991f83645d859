"""What an address asks of a page: a part that the page does not know is left out, and the page says so."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import TypeVar
from uuid import UUID

from flask import g, request
from flask_babel import gettext

from domain.refusal import Refused
from web.context import as_uuid

T = TypeVar("T")

MOST_SAID = 80  # letters of what is left out
# An odd address may name many: so many are told.
MOST_TOLD = 10


def asked(name: str, read: Callable[[str], T | None]) -> T | None:
    """What this part of the address asks for, as `read` makes it out; None where nothing is asked, or where it is left
    out: since `read` gives None, or a sentence by Refused."""
    text, *others = request.args.getlist(name) or [""]
    for other in dict.fromkeys(others):
        if other != text:
            leave_out(other, gettext("Only one value is allowed here; the first one counts."))
    if not text:
        return None
    why = None
    try:
        found = read(text)
    except Refused as refused:
        found, why = None, str(gettext(refused.message)) % (refused.values or {})
    if found is None:
        leave_out(text, why)
    return found


def one_of(name: str, known: Container[str]) -> str | None:
    """One of some codes."""
    return asked(name, lambda text: text if text in known else None)


def asked_id(name: str) -> UUID | None:
    return asked(name, as_uuid)


def of_each(known: Mapping[str, Container[str]]) -> dict[str, str | None]:
    """Several parts at once, each one of its codes."""
    return {name: one_of(name, codes) for name, codes in known.items()}


def leave_out(text: str, why: str | None = None) -> None:
    told, said = left_out(), (text[:MOST_SAID], why or gettext("There is no such choice here."))
    if len(told) < MOST_TOLD and said not in told:
        told.append(said)


def left_out() -> list[tuple[str, str]]:
    """What was left out of this address, and why."""
    if "left_out" not in g:
        g.left_out = []
    found: list[tuple[str, str]] = g.left_out
    return found
