"""Closing days of the city, on which clocks of signals stand still: all of them, setting some, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from application import rights
from application.rights import needs
from application.services import Services
from domain.closing_days import SetClosingDays, TakeBackClosingDays
from domain.roles import Viewer
from eventlog.commands import Answer, CommandContext
from feedback import board
from feedback.signals import signals
from projections import closing_days as model
from projections.closing_days import Closing as Closing


@dataclass(frozen=True, slots=True)
class ClosingDays:
    """What lies ahead, the next first; what has begun, passed or was taken back, the latest first; and by the id of
    what lies ahead, how many open signals are due on the first of its days or later."""

    ahead: Sequence[Closing]
    behind: Sequence[Closing]
    moved: dict[UUID, int]


@needs(rights.DECIDE_ALONE)
def every_closing_day(services: Services, viewer: Viewer) -> ClosingDays:
    """All closing days that were ever set, and how many signals those ahead give more time."""
    today = services.today
    with services.database.read() as connection:
        every = model.every(connection)
        ahead = model.closing_ahead(connection, today)
        moved = {c.closing_id: board.count(connection, signals.c.due_on >= c.first_day) for c in ahead}
    return ClosingDays(ahead, [closing for closing in every if closing not in ahead], moved)


@needs(rights.DECIDE_ALONE)
def set_closing_days(
    services: Services, viewer: Viewer, name: str, first: date | None, last: date | None, command_id: UUID
) -> Answer:
    """Close the city on some days from tomorrow on: clocks stand still on them, those that run included.

    Raises:
        Refused: they have no name, have begun, are too many or too far ahead.
    """
    command = SetClosingDays(closing_id=command_id, name=name, first_day=first, last_day=last)
    return services.closing_days.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)


@needs(rights.DECIDE_ALONE)
def take_back_closing_days(services: Services, viewer: Viewer, closing_id: UUID, command_id: UUID) -> Answer:
    """Be open after all on those of the days that lie ahead. Raises Refused where none does."""
    command = TakeBackClosingDays(closing_id=closing_id)
    return services.closing_days.handle(command, CommandContext(services.clock(), viewer.account_id), command_id)
