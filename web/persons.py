"""What is typed about a signal, held back where it looks as if it pointed at a person, until somebody chooses."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request

from domain.persons import found_in, without


def pointing_at_persons(names: Iterable[str]) -> list[str]:
    """What in these fields of the form looks so; nothing once it was chosen to send it without, or as it is."""
    chosen = request.form.get("send") in ("without", "anyway")
    return [] if chosen else found_in(*(request.form.get(name) for name in names))


def typed(name: str) -> str:
    """What was typed in a field, without what points at a person if that was chosen."""
    text = request.form.get(name, "")
    return without(text) if request.form.get("send") == "without" else text
