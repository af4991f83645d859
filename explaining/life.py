"""One client's life as the log tells it, by a moment: whose client it is, since when, when they last spoke.

Plain Python over events. It reads as the definitions do, and knows neither folds nor tables.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import client as c
from domain.client.contacts import ContactEvent
from eventlog.events import Event
from explaining.defined import Defined

# Opens what an event has sealed under a name; None where the key is gone.
Opened = Callable[[Event, str], Any]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_OWN_EVENT: dict[str, type[Event]] = {
    "plan_of_action": c.PlanOfActionAgreed,
    "service_track": c.ServiceTrackChosen,
    "contact_frequency": c.ContactFrequencyAgreed,
}

_STEPS = (c.OfferProposed, c.ProposalDelivered, c.ProposalUndelivered, c.ProposalAnswered, c.ProposalConcluded)


def _follows(event: Event, after: Event | None) -> bool:
    return after is None or event.originator_version > after.originator_version


def day_of(moment: datetime) -> date:
    return moment.astimezone(AMSTERDAM).date()


def months_later(day: date, months: int) -> date:
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    while month < 1:
        year, month = year - 1, month + 12
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def that_stand(events: Sequence[Event]) -> list[Event]:
    """Without those that a later one took back, as the end of a merge does."""
    gone: set[int] = set()
    for nth, event in enumerate(events):
        if event.takes_back:
            gone |= event.undoes(events[:nth])
    return [event for event in events if event.originator_version not in gone]


@dataclass
class Life:
    """A client's events that stand, oldest first, and what opens their personal values. `lost`: who was erased since,
    of whom nothing is left but figures on work."""

    client_id: UUID
    events: Sequence[Event]
    opened: Opened
    defined: Defined = field(default_factory=lambda: Defined({}, {}))
    lost: bool = False

    def last(self, *kinds: type[Event]) -> Any:
        return next((event for event in reversed(self.events) if isinstance(event, kinds)), None)

    # whose, since when, until when

    @cached_property
    def begun(self) -> bool:
        """Whether there is a file: an application is none yet."""
        return self.last(c.IntakeTaken) is not None

    @property
    def merged(self) -> bool:
        """Whether the file ended in another one of the same person."""
        return self.last(c.MergedInto) is not None

    @cached_property
    def _whose(self) -> Any:
        return self.last(c.ClientAssigned, c.IntakeTaken)

    @property
    def team(self) -> UUID | None:
        return self._whose.team if self._whose else None

    @property
    def specialised(self) -> bool:
        return bool(self._whose.specialised)

    @cached_property
    def coach(self) -> UUID | None:
        assigned = self.last(c.ClientAssigned)
        return assigned.coach if assigned else None

    @cached_property
    def first_assigned(self) -> Any:
        return next((event for event in self.events if isinstance(event, c.ClientAssigned)), None)

    @property
    def assigned_on(self) -> date | None:
        return self.first_assigned.assigned_on if self.first_assigned else None

    @cached_property
    def with_coach_since(self) -> date | None:
        """The day from which the client is with the coach they are with."""
        since: Any = None
        for event in self.events:
            if isinstance(event, c.ClientAssigned) and (since is None or since.coach != event.coach):
                since = event
        return since.assigned_on if since else None

    @cached_property
    def erased(self) -> bool:
        return self.last(c.ClientErased) is not None

    @cached_property
    def _closed(self) -> Any:
        last = self.last(c.ClientClosed, c.ClientReopened)
        return last if isinstance(last, c.ClientClosed) else None

    @property
    def closed_on(self) -> date | None:
        if self._closed:
            closed_on: date = self._closed.closed_on
            return closed_on
        return day_of(self.last(c.ClientErased).recorded_at) if self.erased else None

    @property
    def exit_reason(self) -> str | None:
        """What became of the client; to be erased is no exit."""
        return self._closed.reason.value if self._closed else None

    # contact

    @property
    def contacts(self) -> list[ContactEvent]:
        """The contacts that stand, each as it was last corrected."""
        latest: dict[UUID, ContactEvent] = {}
        for event in self.events:
            if isinstance(event, ContactEvent):
                latest[event.contact_id] = event
            elif isinstance(event, c.ContactStruckOut):
                latest.pop(event.contact_id, None)
        return list(latest.values())

    @cached_property
    def last_seen_on(self) -> date | None:
        channels = self.defined.of("seen", "channels")
        seen = (e.held_on for e in self.contacts if e.outcome == "spoken" and e.channel in channels)
        return max(seen, default=None)

    def since(self, day: date | None, after: Event | None = None) -> date | None:
        """A day, or that of a reopening that came later; of those after an event, where one is given. A file that was
        reopened on the day on which it was closed was closed by mistake."""
        closed, reopened = None, []
        for event in self.events:
            if isinstance(event, c.ClientClosed):
                closed = event.closed_on
            elif isinstance(event, c.ClientReopened) and event.reopened_on != closed and _follows(event, after):
                reopened.append(event.reopened_on)
        return day and max([day, *reopened])

    @cached_property
    def _seen_or_assigned(self) -> date | None:
        return self.since(self.last_seen_on or self.assigned_on)

    @property
    def contact_due_on(self) -> date | None:
        since, weeks = self._seen_or_assigned, self.weeks
        return since + timedelta(days=7 * weeks) if since and weeks else None

    @property
    def not_seen_on(self) -> date | None:
        since = self._seen_or_assigned
        return months_later(since, self.defined.of("not_seen", "months")) if since else None

    @cached_property
    def changed_on(self) -> date | None:
        """The day on which the client changed something that the coach has not looked at."""
        last = self.last(c.QuestionnaireReturned, c.AnswersLookedAt)
        return day_of(last.recorded_at) if isinstance(last, c.QuestionnaireReturned) else None

    @property
    def offered(self) -> bool:
        """Whether any offer reached the client, or is on its way."""
        steps: dict[UUID, Event] = {}
        for event in self.events:
            if isinstance(event, _STEPS):
                steps[event.proposal_id] = event
        return any(not isinstance(step, c.ProposalUndelivered) for step in steps.values())

    # what is registered

    @cached_property
    def entries(self) -> dict[str, Any]:
        """The event that says how each field stands; those that are unknown are left out. An answer that is beside a
        field, offered or settled, says nothing of it."""
        own = {event_type: key for key, event_type in _OWN_EVENT.items()}
        found: dict[str, Any] = {}
        for event in self.events:
            if isinstance(event, c.FieldWithdrawn):
                found.pop(event.field, None)
            elif isinstance(event, c.FieldRegistered | c.FieldCorrected | c.FieldDeclined | c.FieldDeclaredNotRelevant):
                found[event.field] = event
            elif (key := own.get(type(event))) is not None:
                found[key] = event
        return found

    @property
    def plan_on(self) -> date | None:
        plan = self.plan
        return plan.agreed_on if plan else None

    @cached_property
    def plan(self) -> Any:
        """The plan that stands; that it was set aside as a field takes no plan away."""
        return self._standing(c.PlanOfActionAgreed, "plan_of_action")

    @cached_property
    def track_chosen(self) -> Any:
        return self._standing(c.ServiceTrackChosen, "service_track")

    @property
    def track(self) -> str | None:
        return self.track_chosen.track.value if self.track_chosen else None

    @cached_property
    def weeks(self) -> int | None:
        agreed = self._standing(c.ContactFrequencyAgreed, "contact_frequency")
        weeks: int | None = self.opened(agreed, "weeks") if agreed else None
        return weeks

    def _standing(self, kind: type[Event], key: str) -> Any:
        about = [
            event
            for event in self.events
            if isinstance(event, kind) or (isinstance(event, c.FieldWithdrawn) and event.field == key)
        ]
        return about[-1] if about and isinstance(about[-1], kind) else None

    def value(self, key: str) -> Any:
        """The value of a field that is known, else None."""
        entry = self.entries.get(key)
        if isinstance(entry, c.FieldRegistered | c.FieldCorrected):
            return self.opened(entry, "value")
        if isinstance(entry, c.ServiceTrackChosen):
            return entry.track.value
        return self.opened(entry, "weeks") if isinstance(entry, c.ContactFrequencyAgreed) else None
