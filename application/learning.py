"""What somebody has seen of the help: kept for that person alone. Nobody else is told, and no figure has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from application import rights
from application.rights import needs
from application.services import Services
from domain.refusal import Refused
from domain.roles import Viewer
from records import seen_in_help

TOUR, LESSON, RELEASE, SINCE = "tour", "lesson", "release", "since"
# In the place of a topic: all tours, those of pages still to come included.
ALL_TOURS = "all"


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody has seen, as `kind:which`."""

    what: frozenset[str]

    def has_closed_tour(self, topic: str) -> bool:
        return not self.what.isdisjoint({_named(TOUR, topic), _named(TOUR, ALL_TOURS)})

    @property
    def lessons(self) -> frozenset[str]:
        """The lessons that were taken, by key."""
        return frozenset(each.removeprefix(f"{LESSON}:") for each in self.what if each.startswith(f"{LESSON}:"))

    def has_closed_release(self, key: str, on: date) -> bool:
        """Whether somebody has read what a release of this day changed, or began to work here afterwards."""
        began = max((each.removeprefix(f"{SINCE}:") for each in self.what if each.startswith(f"{SINCE}:")), default="")
        return _named(RELEASE, key) in self.what or on.isoformat() <= began


def begin(connection: Connection, account_id: UUID, day: date) -> None:
    """Keep with a new account since when it is there: what changed before is not new to whoever has it."""
    seen_in_help.add(connection, account_id, _named(SINCE, day.isoformat()))


def begin_practice(connection: Connection, account_id: UUID, day: date) -> None:
    """Where somebody practises, nothing is announced or explained a second time."""
    begin(connection, account_id, day)
    seen_in_help.add(connection, account_id, _named(TOUR, ALL_TOURS))


@needs(rights.KEEP_ACCOUNT)
def seen(services: Services, viewer: Viewer) -> Seen:
    """What the viewer has seen."""
    with services.database.read() as connection:
        return Seen(seen_in_help.of(connection, viewer.account_id))


@needs(rights.KEEP_ACCOUNT)
def close_tour(services: Services, viewer: Viewer, topic: str) -> None:
    """Show the tour of this page no more; of no page, for `ALL_TOURS`. Raises Refused where the name is too long."""
    with services.database.write() as connection:
        seen_in_help.add(connection, viewer.account_id, _named(TOUR, topic))


@needs(rights.KEEP_ACCOUNT)
def open_tour(services: Services, viewer: Viewer, topic: str) -> None:
    """Show the tour of this page again, and those of other pages not yet seen."""
    with services.database.write() as connection:
        seen_in_help.remove(connection, viewer.account_id, {_named(TOUR, topic), _named(TOUR, ALL_TOURS)})


@needs(rights.KEEP_ACCOUNT)
def take_lesson(services: Services, viewer: Viewer, key: str) -> None:
    """Keep for the viewer that a lesson was taken; what was answered is not kept."""
    with services.database.write() as connection:
        seen_in_help.add(connection, viewer.account_id, _named(LESSON, key))


@needs(rights.KEEP_ACCOUNT)
def close_release(services: Services, viewer: Viewer, key: str) -> None:
    """Say no more on the viewer's first page that a release changed something."""
    with services.database.write() as connection:
        seen_in_help.add(connection, viewer.account_id, _named(RELEASE, key))


def _named(kind: str, which: str) -> str:
    name = f"{kind}:{which}"
    if len(name) > seen_in_help.LONGEST:
        raise Refused("There is no such page in the help.")
    return name
