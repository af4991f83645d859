"""What forms that decide something say: in which meeting, and the signal that is behind it."""

from __future__ import annotations

from uuid import UUID

from flask import request

from domain.refusal import Refused
from web.context import as_uuid
from web.handing import signal_at


def named_meeting() -> UUID | None:
    """The meeting that the form names."""
    return as_uuid(request.form.get("meeting"))


def named_signal() -> UUID | None:
    """The signal that the form names, by its address or id. Raises Refused for what is neither."""
    text = request.form.get("signal", "").strip()
    if not text:
        return None
    signal_id = signal_at(text)
    if signal_id is None:
        raise Refused("There is no such signal.", field="signal")
    return signal_id
