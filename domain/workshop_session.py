"""A session of a workshop: planned, with places; filled in the order in which clients came; cancelled, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import msgspec

from domain.calendar import local_day, moment_at, within_reach
from domain.meeting_length import LONGEST_PLACE, bounded_minutes
from domain.refusal import Checks, Refused
from domain.text import required_text
from eventlog.commands import CommandContext, Evolve, evolver
from eventlog.events import Event

MOST_PLACES = 500
# until it is planned
NEVER = datetime.max.replace(tzinfo=UTC)


class Attendance(StrEnum):
    """Whether a client who was enrolled was there."""

    CAME = "came"
    EXCUSED = "excused"
    STAYED_AWAY = "stayed_away"
    UNKNOWN = "unknown"


class Attended(msgspec.Struct, frozen=True):
    """Whether one of the clients was there."""

    client_id: UUID
    attendance: Attendance


@dataclass(slots=True)
class WorkshopSession:
    """One session, folded from events."""

    id: UUID
    version: int = 0
    starts_at: datetime = NEVER
    over: bool = False
    # in the order in which they came; the first ones have a place, the others wait
    entries: list[UUID] = field(default_factory=list)

    def __deepcopy__(self, memo: object) -> WorkshopSession:
        return WorkshopSession(self.id, self.version, self.starts_at, self.over, list(self.entries))


# events


class WorkshopEvent(Event, frozen=True, kw_only=True):
    """Something that happened to a session. Clients stand in it by their ids, which are random."""

    category: ClassVar[str] = "workshop"

    def apply(self, session: WorkshopSession) -> None:
        """Change the folded session accordingly."""


class SessionPlanned(WorkshopEvent, frozen=True):
    """A session of a workshop, in UTC, at a place that is nobody's home, for so many clients."""

    offer_id: UUID
    starts_at: datetime
    minutes: int
    place: str
    places: int

    def apply(self, session: WorkshopSession) -> None:
        session.starts_at = self.starts_at


class PlaceTaken(WorkshopEvent, frozen=True):
    """A client was enrolled: with a place, or on the waiting list where all are taken."""

    client_id: UUID

    def apply(self, session: WorkshopSession) -> None:
        session.entries.append(self.client_id)


class PlaceGivenBack(WorkshopEvent, frozen=True):
    """A client does not come after all; whoever waits longest has the place."""

    client_id: UUID

    def apply(self, session: WorkshopSession) -> None:
        session.entries.remove(self.client_id)


class SessionCancelled(WorkshopEvent, frozen=True):
    """It does not take place."""

    def apply(self, session: WorkshopSession) -> None:
        session.over = True


class SessionClosed(WorkshopEvent, frozen=True):
    """It was held, and this is who was there."""

    attended: list[Attended]

    def apply(self, session: WorkshopSession) -> None:
        session.over = True


WORKSHOP_EVENTS: tuple[type[WorkshopEvent], ...] = (
    SessionPlanned,
    PlaceTaken,
    PlaceGivenBack,
    SessionCancelled,
    SessionClosed,
)

evolve_workshop: Evolve[WorkshopSession] = evolver(WorkshopSession, WorkshopEvent)


# commands


class WorkshopCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish about one session."""

    session_id: UUID

    @property
    def stream_id(self) -> UUID:
        return self.session_id

    def decide(self, session: WorkshopSession | None, context: CommandContext) -> Sequence[WorkshopEvent]:
        """The events that follow. Raises Refused, with the field it is about, when none may."""
        raise NotImplementedError


class PlanSession(WorkshopCommand, frozen=True):
    """Plan a session: day and time as the clock in Amsterdam shows them."""

    offer_id: UUID
    day: date
    at: time
    minutes: int
    place: str
    places: int

    def decide(self, session: WorkshopSession | None, context: CommandContext) -> Sequence[WorkshopEvent]:
        if session is not None:
            raise Refused("This session has already been recorded.")
        checked = Checks()
        starts_at = checked(self._ahead, context)
        minutes = checked(bounded_minutes, self.minutes)
        place = checked(required_text, self.place, field="place", longest=LONGEST_PLACE)
        if not 1 <= self.places <= MOST_PLACES:
            checked(_refuse_places)
        checked.require()
        return [
            SessionPlanned(
                offer_id=self.offer_id,
                starts_at=starts_at,
                minutes=minutes,
                place=place,
                places=self.places,
            )
        ]

    def _ahead(self, context: CommandContext) -> datetime:
        within_reach(self.day, local_day(context.at), field="day")
        starts_at = moment_at(self.day, self.at, field="at")
        if starts_at <= context.at:
            raise Refused("This time has passed. Choose a later one.", field="at")
        return starts_at


class TakePlace(WorkshopCommand, frozen=True):
    """Enrol a client, up to the beginning."""

    client_id: UUID

    def decide(self, session: WorkshopSession | None, context: CommandContext) -> Sequence[WorkshopEvent]:
        session = open_session(session)
        if session.starts_at <= context.at:
            raise Refused("This session has begun. Nobody can be enrolled any more.")
        if self.client_id in session.entries:
            raise Refused("This client is already enrolled.", field="clients")
        return [PlaceTaken(client_id=self.client_id)]


class GivePlaceBack(WorkshopCommand, frozen=True):
    """Let a client be enrolled no more; where that is so already, nothing happens."""

    client_id: UUID

    def decide(self, session: WorkshopSession | None, context: CommandContext) -> Sequence[WorkshopEvent]:
        session = open_session(session)
        return [PlaceGivenBack(client_id=self.client_id)] if self.client_id in session.entries else []


class CancelSession(WorkshopCommand, frozen=True):
    """Say that it does not take place."""

    def decide(self, session: WorkshopSession | None, context: CommandContext) -> Sequence[WorkshopEvent]:
        open_session(session)
        return [SessionCancelled()]


class CloseSession(WorkshopCommand, frozen=True):
    """Say who was there, of those who have a place: all of them at once. `seen` are those who were enrolled then."""

    attended: Sequence[Attended]
    seen: Sequence[UUID]

    def decide(self, session: WorkshopSession | None, context: CommandContext) -> Sequence[WorkshopEvent]:
        session = open_session(session)
        if session.starts_at > context.at:
            raise Refused("This session is still to come. Close it when it has been held.")
        if list(self.seen) != session.entries:
            raise Refused(
                "Somebody was enrolled or withdrawn in the meantime. Check the list again, then close the session."
            )
        return [SessionClosed(attended=list(self.attended))]


def open_session(session: WorkshopSession | None) -> WorkshopSession:
    """The session, if something can be done with it."""
    if session is None:
        raise Refused("There is no such session.")
    if session.over:
        raise Refused("This session is over, or was cancelled.")
    return session


def _refuse_places() -> None:
    raise Refused("Enter a number from %(least)d to %(most)d.", field="places", least=1, most=MOST_PLACES)
