"""A norm: an agreement about proper use of the dashboard, with its reason, where it applies and when to look again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.definition import refuse_undecided
from domain.refusal import Refused
from domain.roles import Viewer
from domain.text import required_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

LONGEST = 1000


@dataclass(slots=True)
class Norm:
    """One norm, folded from events."""

    id: UUID
    version: int = 0
    withdrawn: bool = False


class NormEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a norm."""

    category: ClassVar[str] = "norm"

    def apply(self, norm: Norm) -> None:
        """Change the folded norm accordingly."""


# events


class NormSet(NormEvent, frozen=True):
    """A norm holds from now on, or holds in these words from now on: English, Dutch, why, on which pages."""

    en: str
    nl: str
    reason: str
    pages: list[str]
    review_on: date
    signal: UUID | None = None
    meeting: UUID | None = None


class NormWithdrawn(NormEvent, frozen=True):
    """A norm no longer holds."""

    reason: str

    def apply(self, norm: Norm) -> None:
        norm.withdrawn = True


NORM_EVENTS: tuple[type[NormEvent], ...] = (NormSet, NormWithdrawn)


evolve_norm: Evolve[Norm] = evolver(Norm, NormEvent)


# commands


class NormCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one norm, by a viewer; `meeting` where a meeting decides so."""

    norm_id: UUID
    viewer: Viewer
    reason: str
    meeting: UUID | None = None

    @property
    def stream_id(self) -> UUID:
        return self.norm_id

    def refuse_others(self, norm: Norm | None) -> None:
        if norm is not None and norm.withdrawn:
            raise Refused("This norm was withdrawn. Set a new one.")
        refuse_undecided(self.viewer, self.meeting)


class SetNorm(NormCommand, frozen=True):
    """Set a norm, or put one into other words; from today on, and to be looked at again on a day."""

    en: str
    nl: str
    pages: Sequence[str]
    review_on: date | None
    signal: UUID | None = None

    def decide(self, norm: Norm | None, context: CommandContext) -> Sequence[NormEvent]:
        self.refuse_others(norm)
        if not self.pages:
            raise Refused("Choose at least one page where it applies.", field="pages")
        if self.review_on is None:
            raise Refused("Enter a day.", field="review_on")
        if self.review_on <= local_day(context.at):
            raise Refused("Choose a later review day.", field="review_on")
        within_reach(self.review_on, local_day(context.at), field="review_on")
        return [
            NormSet(
                en=required_text(self.en, field="en", longest=LONGEST),
                nl=required_text(self.nl, field="nl", longest=LONGEST),
                reason=required_text(self.reason, field="reason", longest=LONGEST),
                pages=list(self.pages),
                review_on=self.review_on,
                signal=self.signal,
                meeting=self.meeting,
            )
        ]


class WithdrawNorm(NormCommand, frozen=True):
    """Say that a norm no longer holds, and why."""

    def decide(self, norm: Norm | None, context: CommandContext) -> Sequence[NormEvent]:
        if norm is None:
            raise Refused("There is no such norm.")
        self.refuse_others(norm)
        return [NormWithdrawn(reason=required_text(self.reason, field="reason", longest=LONGEST))]
