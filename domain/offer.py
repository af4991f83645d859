"""An offer: a vacancy or a workshop, with what it asks of a client; opened, changed, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.matching import Requirement, check_requirements
from domain.refusal import Refused
from domain.text import optional_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

MOST_PLACES = 10_000


class OfferKind(StrEnum):
    VACANCY = "vacancy"
    WORKSHOP = "workshop"


@dataclass(slots=True)
class Offer:
    """One vacancy or workshop, folded from events."""

    id: UUID
    version: int = 0
    kind: OfferKind = OfferKind.VACANCY
    title: str = ""
    requirements: tuple[Requirement, ...] = ()
    closed: bool = False


# events


class OfferEvent(Event, frozen=True, kw_only=True):
    """Something that happened to an offer. It is about work, not about a person: nothing in it is sealed."""

    category: ClassVar[str] = "offer"

    def apply(self, offer: Offer) -> None:
        """Change the folded offer accordingly."""


class OfferStands(OfferEvent, frozen=True, kw_only=True):
    """An offer as it is after this event. `capacity`: places; `starts_on` and `answer_by` may be open."""

    kind: OfferKind
    title: str
    description: str
    organisation: str
    requirements: list[Requirement]
    capacity: int
    starts_on: date | None
    answer_by: date | None

    def apply(self, offer: Offer) -> None:
        offer.kind = self.kind
        offer.title = self.title
        offer.requirements = tuple(self.requirements)


class OfferOpened(OfferStands, frozen=True):
    """A vacancy or workshop became available."""


class OfferChanged(OfferStands, frozen=True):
    """What it asks or offers changed."""


class OfferClosed(OfferEvent, frozen=True):
    """It is filled, over or withdrawn."""

    def apply(self, offer: Offer) -> None:
        offer.closed = True


OFFER_EVENTS: tuple[type[OfferEvent], ...] = (OfferOpened, OfferChanged, OfferClosed)


evolve_offer: Evolve[Offer] = evolver(Offer, OfferEvent)


# commands


class OfferCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one offer."""

    offer_id: UUID

    @property
    def stream_id(self) -> UUID:
        return self.offer_id


class OfferDetails(OfferCommand, frozen=True, kw_only=True):
    """What a form or a file says of an offer."""

    kind: OfferKind
    title: str
    requirements: Sequence[Requirement]
    description: str = ""
    organisation: str = ""
    capacity: int = 1
    starts_on: date | None = None
    answer_by: date | None = None

    def _checked(self, context: CommandContext) -> dict[str, object]:
        title = " ".join(self.title.split())
        if not title or len(title) > 120:
            raise Refused("Enter a title of at most 120 characters.", field="title")
        description = optional_text(self.description, field="description", longest=4000)
        organisation = optional_text(" ".join(self.organisation.split()), field="organisation", longest=120)
        if not 1 <= self.capacity <= MOST_PLACES:
            raise Refused("Enter a number from %(least)d to %(most)d.", field="capacity", least=1, most=MOST_PLACES)
        if self.answer_by and self.starts_on and self.answer_by > self.starts_on:
            raise Refused("The day to reply by can't be after the start.", field="answer_by")
        for field in ("starts_on", "answer_by"):
            if day := getattr(self, field):
                within_reach(day, local_day(context.at), field=field)
        requirements = check_requirements(self.requirements, may_use_protected=self.kind is OfferKind.WORKSHOP)
        return {
            "kind": self.kind,
            "title": title,
            "description": description or "",
            "organisation": organisation or "",
            "requirements": requirements,
            "capacity": self.capacity,
            "starts_on": self.starts_on,
            "answer_by": self.answer_by,
        }


class OpenOffer(OfferDetails, frozen=True):
    """Make a vacancy or a workshop available."""

    def decide(self, offer: Offer | None, context: CommandContext) -> Sequence[OfferEvent]:
        if offer is not None:
            raise Refused("This offer has already been recorded.")
        if self.starts_on and self.starts_on < local_day(context.at):
            raise Refused("Choose today or a later day.", field="starts_on")
        return [OfferOpened(**self._checked(context))]  # type: ignore[arg-type]  # checked as the command's fields are


class ChangeOffer(OfferDetails, frozen=True):
    """Change what it asks or offers."""

    shown: int | None = None

    def decide(self, offer: Offer | None, context: CommandContext) -> Sequence[OfferEvent]:
        offer = open_offer(offer)
        if self.kind is not offer.kind:
            raise Refused("A vacancy can't become a workshop, or a workshop a vacancy.", field="kind")
        if self.shown is not None and self.shown != offer.version:
            raise Refused(
                "Somebody else changed this while you were working on it. Compare the two and choose.", field="title"
            )
        return [OfferChanged(**self._checked(context))]  # type: ignore[arg-type]  # checked as the command's fields are


class CloseOffer(OfferCommand, frozen=True):
    """Close an offer: nothing can be proposed from it any more."""

    def decide(self, offer: Offer | None, context: CommandContext) -> Sequence[OfferEvent]:
        open_offer(offer)
        return [OfferClosed()]


def open_offer(offer: Offer | None) -> Offer:
    """The offer, if something can be proposed from it."""
    if offer is None:
        raise Refused("There is no such vacancy or workshop.")
    if offer.closed:
        raise Refused("This vacancy or workshop is closed.")
    return offer
