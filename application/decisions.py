"""Deciding in the name of a meeting: which ones the viewer may name, and the signal that is behind a decision."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct
from sqlalchemy import Connection

from application.services import Services
from database.rows import part_of
from domain.refusal import Refused
from domain.roles import Viewer
from feedback import meetings

# What a meeting decided is carried out within so many days, or decided again.
CARRIED_OUT_WITHIN = timedelta(days=60)


class DecidedIn(Struct, frozen=True):
    """A meeting in whose name something is decided."""

    meeting_id: UUID
    held_on: date


def meetings_to_decide_in(services: Services, viewer: Viewer, connection: Connection) -> list[DecidedIn]:
    """The meetings at which the viewer was and that can still be carried out."""
    if not viewer.decides_signals:
        return []
    return [
        part_of(DecidedIn, row)
        for row in meetings.latest(connection)
        if row.state == meetings.HELD
        and viewer.account_id in row.present
        and row.held_on >= services.today - CARRIED_OUT_WITHIN
    ]


def require_decided(services: Services, viewer: Viewer, meeting_id: UUID | None, signal_id: UUID | None = None) -> None:
    """That the viewer may decide in the name of a meeting, if one is named; and that there is the signal behind it, if
    one is named, which the meeting accepted.

    Raises:
        Refused: it is not so.
    """
    if meeting_id is not None:
        with services.database.read() as connection:
            if meeting_id not in {row.meeting_id for row in meetings_to_decide_in(services, viewer, connection)}:
                raise Refused("Choose a meeting of the last 60 days that you attended.", field="meeting")
    if signal_id is None:
        return
    if services.signals.state(signal_id) is None:
        raise Refused("There is no such signal.", field="signal")
    found = services.meetings.state(meeting_id) if meeting_id else None
    if found is not None and signal_id not in found.accepted:
        raise Refused("That meeting did not accept this signal.", field="signal")
