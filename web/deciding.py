"""Deciding in the name of a meeting: which one, whether the viewer was there, and the signal that is behind it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import request
from sqlalchemy import Connection

from database.rows import Row
from domain.refusal import Refused
from feedback import meetings
from web.context import as_uuid, services, today, viewer
from web.handing import signal_at

# What a meeting decided is carried out within so many days, or decided again.
CARRIED_OUT_WITHIN = timedelta(days=60)


def meetings_to_decide_in(connection: Connection) -> list[Row]:
    """The meetings at which the viewer was and that can still be carried out."""
    me = viewer()
    if not me.decides_signals:
        return []
    return [
        row
        for row in meetings.latest(connection)
        if row["state"] == meetings.HELD
        and me.account_id in row["present"]
        and row["held_on"] >= today() - CARRIED_OUT_WITHIN
    ]


def deciding_meeting() -> UUID | None:
    """The meeting that the form names. Raises Refused for one at which the viewer was not, or too long ago."""
    meeting_id = as_uuid(request.form.get("meeting"))
    if meeting_id is None:
        return None
    with services().database.read() as connection:
        if meeting_id not in {row["meeting_id"] for row in meetings_to_decide_in(connection)}:
            raise Refused("Choose a meeting of the last 60 days at which you were.", field="meeting")
    return meeting_id


def signal_behind(meeting: UUID | None) -> UUID | None:
    """The signal that the form names; where a meeting decides, one that it accepted.

    Raises:
        Refused: there is no such signal, or the meeting did not accept it.
    """
    text = request.form.get("signal", "").strip()
    if not text:
        return None
    signal_id = signal_at(text)
    if signal_id is None or services().signals.state(signal_id) is None:
        raise Refused("There is no such signal.", field="signal")
    found = services().meetings.state(meeting) if meeting else None
    if found is not None and signal_id not in found.accepted:
        raise Refused("That meeting did not accept this signal.", field="signal")
    return signal_id
