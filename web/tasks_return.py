"""Where a form on the page of tasks goes back to: the page of the group that it stood on."""

from __future__ import annotations

from typing import Any

from application.my_tasks import When

TASKS = "tasks"


def written(when: When | None, offset: int) -> str:
    """What a form says of where it stands."""
    return f"{TASKS}:{when}:{offset}" if when else TASKS


def place(back: str | None) -> dict[str, Any] | None:
    """The arguments of the page of tasks that a form says it stood on; None where it stood elsewhere."""
    name, _colon, rest = (back or "").partition(":")
    if name != TASKS:
        return None
    when, _colon, offset = rest.partition(":")
    if when not in set(When):
        return {}
    start = int(offset) if offset.isascii() and offset.isdigit() and len(offset) < 7 else 0
    return {"when": When(when), "from": start or None}
