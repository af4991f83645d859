"""Closing days: days, beside weekends and public holidays, on which the city is closed and clocks stand still.

They are set and taken back from tomorrow on. What clocks counted of days gone by stays so, since figures were made of
it and people were told; so the log gives the same deadlines and figures whenever it is folded anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.refusal import Refused
from domain.text import required_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

LONGEST_NAME = 80
MOST_DAYS = 31


@dataclass(slots=True)
class ClosingDays:
    """Some days in a row on which the city is closed, folded from events."""

    id: UUID
    version: int = 0
    first_day: date = date.min
    last_day: date = date.min


class ClosingDaysEvent(Event, frozen=True, kw_only=True):
    """Something that happened to closing days."""

    category: ClassVar[str] = "closing_days"

    def apply(self, closing: ClosingDays) -> None:
        """Change the folded closing days accordingly."""


# events


class ClosingDaysSet(ClosingDaysEvent, frozen=True):
    """The city is closed from one day up to and with another."""

    name: str
    first_day: date
    last_day: date

    def apply(self, closing: ClosingDays) -> None:
        closing.first_day, closing.last_day = self.first_day, self.last_day


class ClosingDaysTakenBack(ClosingDaysEvent, frozen=True):
    """From a day on the city is open after all; closing days before it stay."""

    open_from: date

    def apply(self, closing: ClosingDays) -> None:
        closing.last_day = self.open_from - timedelta(days=1)


CLOSING_DAYS_EVENTS: tuple[type[ClosingDaysEvent], ...] = (ClosingDaysSet, ClosingDaysTakenBack)


evolve_closing_days: Evolve[ClosingDays] = evolver(ClosingDays, ClosingDaysEvent)


# commands


class SetClosingDays(msgspec.Struct, frozen=True, kw_only=True):
    """Close the city on a day, or on some in a row; `last_day` is the first where none is given."""

    closing_id: UUID
    name: str
    first_day: date | None
    last_day: date | None = None

    @property
    def stream_id(self) -> UUID:
        return self.closing_id

    def decide(self, closing: ClosingDays | None, context: CommandContext) -> Sequence[ClosingDaysEvent]:
        if closing is not None:
            raise Refused("This has already been recorded.")
        name = required_text(self.name, field="name", longest=LONGEST_NAME)
        first, last, today = self.first_day, self.last_day or self.first_day, local_day(context.at)
        if first is None or last is None:
            raise Refused("Enter a day.", field="first_day")
        if first <= today:
            raise Refused(
                "Choose tomorrow or a later day: today and earlier days have already been counted.",
                field="first_day",
            )
        within_reach(first, today, field="first_day")
        if last < first:
            raise Refused("The last day can't be before the first.", field="last_day")
        within_reach(last, today, field="last_day")
        if (last - first).days >= MOST_DAYS:
            raise Refused("Enter at most %(most)d days in a row.", field="last_day", most=MOST_DAYS)
        return [ClosingDaysSet(name=name, first_day=first, last_day=last)]


class TakeBackClosingDays(msgspec.Struct, frozen=True, kw_only=True):
    """Be open after all, on those of the days that lie ahead."""

    closing_id: UUID

    @property
    def stream_id(self) -> UUID:
        return self.closing_id

    def decide(self, closing: ClosingDays | None, context: CommandContext) -> Sequence[ClosingDaysEvent]:
        if closing is None:
            raise Refused("There are no such closing days.")
        if closing.last_day < closing.first_day:
            return []
        open_from = max(closing.first_day, local_day(context.at) + timedelta(days=1))
        if closing.last_day < open_from:
            raise Refused("These days have begun or passed and have been counted. They can’t be withdrawn any more.")
        return [ClosingDaysTakenBack(open_from=open_from)]
