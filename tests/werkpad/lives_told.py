"""What the log tells of each client of the demonstration, opened and side by side, for tests to look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from application.services import Services
from domain.calendar import local_day
from domain.client import (
    ClientAssigned,
    ClientClosed,
    ClientReopened,
    ContactCorrected,
    ContactRecorded,
    ContactStruckOut,
    FieldCorrected,
    FieldRegistered,
    IntakeTaken,
    Outcome,
    PlanOfActionAgreed,
    PromiseSettled,
    ServiceTrackChosen,
)
from projections.engine.folding import opened


@dataclass
class Person:
    """What the log says of somebody: each value with the day on which it was known, and what happened."""

    client_id: UUID
    name: str
    team: UUID
    intake_on: date
    said: list[tuple[date, str, Any]] = field(default_factory=list)
    contacts: dict[UUID, ContactRecorded | ContactCorrected] = field(default_factory=dict)
    spoken_of: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    closed: list[tuple[date, str]] = field(default_factory=list)
    reopened: list[date] = field(default_factory=list)
    settled: list[tuple[date, UUID]] = field(default_factory=list)
    plans: list[date] = field(default_factory=list)
    tracks: list[tuple[date, str]] = field(default_factory=list)
    assigned: list[ClientAssigned] = field(default_factory=list)

    def values(self, key: str) -> Iterator[tuple[date, Any]]:
        return ((on, value) for on, name, value in self.said if name == key)

    def last(self, key: str) -> Any:
        return ([value for _, value in self.values(key)] or [None])[-1]

    @property
    def born(self) -> date | None:
        """None for a year alone."""
        value = self.last("birth_date")
        return date.fromisoformat(value) if value and len(value) == 10 else None

    def age(self, on: date) -> int:
        assert self.born is not None
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def open_on(self, day: date) -> bool:
        happened = sorted([(on, 1) for on, _ in self.closed] + [(on, 0) for on in self.reopened])
        last = [closes for on, closes in happened if on <= day]
        return self.intake_on <= day and not (last and last[-1])

    @property
    def seen_on(self) -> date | None:
        return max((c.held_on for c in self.contacts.values() if c.outcome is Outcome.SPOKEN), default=None)


def read(services: Services) -> list[Person]:
    found = []
    first = frozenset({IntakeTaken})
    for _, events, opener in opened(services.log, services.log.head(), first):
        intake = events[0]
        assert isinstance(intake, IntakeTaken)
        person = Person(intake.originator_id, opener.value(intake, "name"), intake.team, intake.held_on)
        for event in events:
            match event:
                case FieldRegistered() | FieldCorrected():
                    person.said.append((event.known_on, event.field, opener.value(event, "value")))
                case ContactRecorded() | ContactCorrected():
                    person.contacts[event.contact_id] = event
                    told = ("topics", "note", "own_words", "agreed_next")
                    person.spoken_of[event.contact_id] = {name: opener.value(event, name) for name in told}
                case ContactStruckOut():
                    del person.contacts[event.contact_id]
                case ClientClosed():
                    person.closed.append((event.closed_on, event.reason.value))
                case ClientReopened():
                    person.reopened.append(event.reopened_on)
                case PromiseSettled():
                    person.settled.append((local_day(event.recorded_at), event.contact_id))
                case PlanOfActionAgreed():
                    person.plans.append(event.agreed_on)
                case ServiceTrackChosen():
                    person.tracks.append((event.chosen_on, event.track.value))
                case ClientAssigned():
                    person.assigned.append(event)
        found.append(person)
    return found
