"""A change: something that was delivered because of signals, told in the changelog."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day
from domain.refusal import Refused
from domain.roles import Viewer
from domain.text import required_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

LONGEST_TITLE, LONGEST_TEXT = 120, 1000


@dataclass(slots=True)
class Change:
    """One entry of the changelog."""

    id: UUID
    version: int = 0


class ChangeEvent(Event, frozen=True, kw_only=True):
    """Something that happened to an entry."""

    category: ClassVar[str] = "change"


class ChangeDelivered(ChangeEvent, frozen=True):
    """Something was delivered on a day, because of these signals; in English and Dutch."""

    title_en: str
    title_nl: str
    text_en: str
    text_nl: str
    delivered_on: date
    signals: list[UUID]


CHANGE_EVENTS: tuple[type[ChangeEvent], ...] = (ChangeDelivered,)


evolve_change: Evolve[Change] = evolver(Change, ChangeEvent)


class RecordChange(msgspec.Struct, frozen=True, kw_only=True):
    """Tell in the changelog what was delivered; its signals are delivered with it."""

    change_id: UUID
    viewer: Viewer
    title_en: str
    title_nl: str
    text_en: str
    text_nl: str
    signals: Sequence[UUID]

    @property
    def stream_id(self) -> UUID:
        return self.change_id

    def decide(self, change: Change | None, context: CommandContext) -> Sequence[ChangeEvent]:
        if change is not None:
            raise Refused("This has already been recorded.")
        if not self.viewer.decides_signals:
            raise Refused("In your role you can't write in the changelog.")

        def text(name: str, longest: int) -> str:
            return required_text(getattr(self, name), field=name, longest=longest)

        return [
            ChangeDelivered(
                title_en=text("title_en", LONGEST_TITLE),
                title_nl=text("title_nl", LONGEST_TITLE),
                text_en=text("text_en", LONGEST_TEXT),
                text_nl=text("text_nl", LONGEST_TEXT),
                delivered_on=local_day(context.at),
                signals=list(self.signals),
            )
        ]
