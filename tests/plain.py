"""A second, plain way of counting: what read models should show, straight from a client's events, by other means.

It knows neither folds nor tables, is slow, and reads as the definitions do.
"""

from __future__ import annotations

import calendar
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import client as c
from eventlog.events import Event
from tests.plain_calls import answered_calls

Opened = Callable[[Event, str], Any]

# For everybody, and towards work: within 28 days of the first assignment, or of the track.
ALWAYS = ("education_level", "language_level", "driving_licence", "plan_of_action")
TOWARDS_WORK = ("cv", "preferred_sectors", "work_sector", "work_occupation", "work_years")


def day_of(event: Event) -> date:
    return event.recorded_at.astimezone(ZoneInfo("Europe/Amsterdam")).date()


def months_later(day: date, months: int) -> date:
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _says(event: Event, field: str) -> bool:
    """Whether it says how the field stands; an answer that is beside it, offered or settled, does not."""
    return getattr(event, "field", None) == field and not isinstance(event, c.AnswerOffered | c.AnswerSettled)


@dataclass
class Life:
    """One client's events so far, oldest first, and what opens their personal values."""

    client_id: UUID
    events: Sequence[Event]
    opened: Opened

    def known_by(self, moment: Any) -> Life:
        """As it was known just before a moment."""
        return Life(self.client_id, [e for e in self.events if e.recorded_at < moment], self.opened)

    def last(self, *kinds: type[Event]) -> Any:
        return next((e for e in reversed(self.events) if isinstance(e, kinds)), None)

    # whose, since when, until when

    @property
    def intake(self) -> Any:
        return self.last(c.IntakeTaken)

    @property
    def team(self) -> UUID:
        return self.last(c.ClientAssigned, c.IntakeTaken).team

    @property
    def coach(self) -> UUID | None:
        assigned = self.last(c.ClientAssigned)
        return assigned.coach if assigned else None

    @property
    def assigned_on(self) -> date | None:
        return next((e.assigned_on for e in self.events if isinstance(e, c.ClientAssigned)), None)

    @property
    def erased(self) -> bool:
        return self.last(c.ClientErased) is not None

    @property
    def closed_on(self) -> date | None:
        closed = self.last(c.ClientClosed, c.ClientReopened)
        if isinstance(closed, c.ClientClosed):
            return closed.closed_on
        return day_of(self.last(c.ClientErased)) if self.erased else None

    @property
    def closing_reason(self) -> str | None:
        if self.erased:
            return "erased"
        closed = self.last(c.ClientClosed, c.ClientReopened)
        return closed.reason.value if isinstance(closed, c.ClientClosed) else None

    @property
    def exit_reason(self) -> str | None:
        """What became of the client; to be erased is no exit."""
        closed = self.last(c.ClientClosed, c.ClientReopened)
        return closed.reason.value if isinstance(closed, c.ClientClosed) else None

    # contact

    @property
    def contacts(self) -> list[Any]:
        """The contacts that stand, each as it was last corrected."""
        struck = {e.contact_id for e in self.events if isinstance(e, c.ContactStruckOut)}
        latest = {e.contact_id: e for e in self.events if isinstance(e, c.ContactRecorded | c.ContactCorrected)}
        return [e for contact_id, e in latest.items() if contact_id not in struck]

    @property
    def last_seen_on(self) -> date | None:
        return max((e.held_on for e in self.contacts if e.outcome == "spoken"), default=None)

    @property
    def last_tried_on(self) -> date | None:
        return max((e.held_on for e in self.contacts if e.outcome != "spoken"), default=None)

    def since(self, day: date | None, after: Event | None = None) -> date | None:
        """A day, or that of a reopening that came later; of those after an event, where one is given."""
        begin = after.originator_version if after else 0
        closed, reopened = None, []
        for nth, event in enumerate(self.events):
            if isinstance(event, c.ClientClosed):
                closed = event.closed_on
            elif isinstance(event, c.ClientReopened) and nth >= begin and event.reopened_on != closed:
                reopened.append(event.reopened_on)
        return day and max([day, *reopened])

    @property
    def contact_due_on(self) -> date | None:
        since, weeks = self.since(self.last_seen_on or self.assigned_on), self.weeks
        return since + timedelta(days=7 * weeks) if since and weeks else None

    @property
    def not_seen_on(self) -> date | None:
        since = self.since(self.last_seen_on or self.assigned_on)
        return months_later(since, 3) if since else None

    def minutes(self, by: UUID) -> Counter[date]:
        """Minutes that somebody noted with the client, by day of the contact."""
        recorded_by = {e.contact_id: e.actor for e in self.events if isinstance(e, c.ContactRecorded)}
        mine = [e for e in self.contacts if recorded_by[e.contact_id] == by]
        days: Counter[date] = Counter()
        for contact in mine:
            days[contact.held_on] += contact.minutes_with_client
        return days

    # fields

    def entry(self, field: str) -> Any:
        """The event that says how a field stands, None where it is unknown."""
        own = {
            "plan_of_action": c.PlanOfActionAgreed,
            "service_track": c.ServiceTrackChosen,
            "contact_frequency": c.ContactFrequencyAgreed,
        }.get(field)
        about = [e for e in self.events if _says(e, field) or (own and isinstance(e, own))]
        return None if not about or isinstance(about[-1], c.FieldWithdrawn) else about[-1]

    def value(self, field: str) -> Any:
        entry = self.entry(field)
        return self.opened(entry, "value") if isinstance(entry, c.FieldRegistered | c.FieldCorrected) else None

    @property
    def plan_on(self) -> date | None:
        plan = self.entry("plan_of_action")
        return plan.agreed_on if plan else None

    @property
    def track(self) -> str | None:
        track = self.entry("service_track")
        return track.track.value if track else None

    @property
    def weeks(self) -> int | None:
        agreed = self.entry("contact_frequency")
        return self.opened(agreed, "weeks") if agreed else None

    def listed(self, day: date) -> set[str]:
        """The fields on the list of a day."""
        if self.erased:
            return set()
        asked: dict[str, date] = {}
        if self.assigned_on:
            asked |= dict.fromkeys(ALWAYS, self.since(self.assigned_on) + timedelta(days=28))
        if self.track in ("development", "job_ready"):
            chosen = self.entry("service_track")
            asked |= dict.fromkeys(TOWARDS_WORK, self.since(chosen.chosen_on, chosen) + timedelta(days=28))
        if self.plan_on:
            asked["contact_frequency"] = self.since(self.plan_on, self.entry("plan_of_action"))
        recorded = {e.field for e in self.events if hasattr(e, "field") and self.entry(e.field) is not None}
        # What was set aside is unknown again on the day to look at it.
        found = {field for field in recorded if self.state(field, day) in ("stale", "contradictory", "unknown")}
        return found | {field for field, due_on in asked.items() if self.entry(field) is None and due_on < day}

    def state(self, field: str, day: date) -> str:
        """How a field stands on a day, by the definitions of the states."""
        entry = self.entry(field)
        if entry is None or self.erased:
            return "unknown"
        if aside := {c.FieldDeclined: "declined", c.FieldDeclaredNotRelevant: "not_relevant"}.get(type(entry)):
            return "unknown" if entry.review_on <= day else aside
        broken = [rule for rule, fields in self._broken().items() if field in fields]
        accepted = [self._both_hold_until(rule) for rule in broken]
        if None in accepted:
            return "contradictory"
        days = [until for until in accepted if until is not None]
        if field == "cv":
            days.append(months_later(date.fromisoformat(self.value("cv")), 12))
        if field == "physical_limitations":
            days.append(months_later(entry.known_on, 24))
        return "stale" if any(until <= day for until in days) else "known"

    def _broken(self) -> dict[str, tuple[str, ...]]:
        """The rules that two known facts break, each with the fields that it is about."""
        marital, living = self.value("marital_status"), self.value("living_situation")
        sector, years, occupation = (self.value(key) for key in ("work_sector", "work_years", "work_occupation"))
        licence = set(self.value("driving_licence") or [])
        at_home, at_work = ("marital_status", "living_situation"), ("work_sector", "work_years")
        as_what = ("work_sector", "work_occupation")
        rules = {
            "single_with_partner": ((marital, living) == ("single", "with_partner"), at_home),
            "widowed_with_partner": ((marital, living) == ("widowed", "with_partner"), at_home),
            "married_living_alone": ((marital, living) == ("married", "alone"), at_home),
            "never_worked_with_years": (sector == "none" and bool(years), at_work),
            "sector_without_years": (sector not in (None, "none") and years == 0, at_work),
            "never_worked_with_occupation": (sector == "none" and bool(occupation), as_what),
            "trailer_without_vehicle": ("E" in licence and not licence & {"B", "C", "D"}, ("driving_licence",)),
        }
        return {rule: fields for rule, (broken, fields) in rules.items() if broken}

    def _both_hold_until(self, rule: str) -> date | None:
        """The day to look again at two facts that both hold; None once one of them was recorded anew."""
        said = [e for e in self.events if isinstance(e, c.ContradictionAccepted) and self.opened(e, "rule") == rule]
        recorded = max(self.entry(field).originator_version for field in self._broken()[rule])
        return said[-1].review_on if said and said[-1].originator_version > recorded else None

    # what the client answers by a link

    @property
    def questionnaire(self) -> tuple[UUID, str] | None:
        """That of the latest link, and whether it waits, was ended or was returned."""
        sent = self.last(c.QuestionnaireSent)
        if sent is None or self.erased:
            return None
        about = [e for e in self.events if getattr(e, "questionnaire_id", None) == sent.questionnaire_id]
        return sent.questionnaire_id, type(about[-1]).__name__.removeprefix("Questionnaire").lower()

    @property
    def answers_waiting(self) -> set[str]:
        """The fields of which an answer stands beside what is known, and nobody settled it."""
        if self.erased:
            return set()
        latest = {e.field: e for e in self.events if isinstance(e, c.AnswerOffered | c.AnswerSettled)}
        return {field for field, event in latest.items() if isinstance(event, c.AnswerOffered)}

    @property
    def changed_on(self) -> date | None:
        """The day on which the client changed something that the coach has not looked at."""
        last = self.last(c.QuestionnaireReturned, c.AnswersLookedAt)
        return day_of(last) if isinstance(last, c.QuestionnaireReturned) else None

    # what is to be done, and what was proposed

    @property
    def to_do(self) -> dict[UUID, date | None]:
        """Tasks and promises that are open, each with its day."""
        if self.erased:
            return {}
        done = {e.task_id for e in self.events if isinstance(e, c.TaskDone)} | answered_calls(self.events)
        settled = {e.contact_id for e in self.events if isinstance(e, c.PromiseSettled)}
        over: set[UUID] = set()
        for nth, event in enumerate(self.events):
            if isinstance(event, c.ClientClosed):
                over |= Life(self.client_id, self.events[:nth], self.opened).to_do.keys()
        tasks = {e.task_id: e.due_on for e in self.events if isinstance(e, c.TaskPlanned) and e.task_id not in done}
        promises = {
            e.contact_id: e.agreed_on
            for e in self.contacts
            if e.agreed_next is not None and e.contact_id not in settled
        }
        return {item_id: due_on for item_id, due_on in (tasks | promises).items() if item_id not in over}

    @property
    def transfer_to(self) -> UUID | None:
        """The colleague who was asked to take the client over and has not answered."""
        last = self.last(
            c.TransferProposed,
            c.TransferAccepted,
            c.TransferRefused,
            c.TransferWithdrawn,
            c.ClientAssigned,
            c.ClientClosed,
            c.ClientErased,
        )
        return last.coach if isinstance(last, c.TransferProposed) else None

    @property
    def proposals(self) -> dict[UUID, str]:
        """How far each offer is that was proposed."""
        steps = {
            c.OfferProposed: "proposed",
            c.ProposalDelivered: "delivered",
            c.ProposalUndelivered: "undelivered",
            c.ProposalAnswered: "answered",
            c.ProposalConcluded: "concluded",
        }
        offers = {e.proposal_id: e.offer_id for e in self.events if isinstance(e, c.OfferProposed)}
        return {offers[e.proposal_id]: steps[type(e)] for e in self.events if type(e) in steps}

    # figures

    def figures(self, day: date) -> set[tuple[str, str]]:
        """The figures on how things stand that a client counts in on a day, each with what it is about."""
        if self.closed_on is not None:
            return set()
        found = {("open", ""), ("track", self.track or "none")}
        if self.plan_on is None:
            found.add(("no_plan", ""))
        if self.not_seen_on and self.not_seen_on <= day:
            found.add(("not_seen", ""))
        if self.contact_due_on:
            found.add(("contact_agreed", ""))
            if self.contact_due_on <= day:
                found.add(("contact_due", ""))
        if self.coach:
            found.add(("coach", str(self.coach)))
            found |= {("listed", field) for field in self.listed(day)}
        return found

    def happened(self, since: Any, until: Any) -> Counter[tuple[UUID, str, str]]:
        """Team, figure and what it is about, of what was recorded from one moment until just before another."""
        found: Counter[tuple[UUID, str, str]] = Counter()
        for nth, event in enumerate(self.events, 1):
            team = Life(self.client_id, self.events[:nth], self.opened).team
            if not since <= event.recorded_at < until:
                continue
            if isinstance(event, c.IntakeTaken):
                found[team, "intakes", ""] += 1
            elif isinstance(event, c.ClientClosed):
                found[team, "closed", event.reason.value] += 1
            elif isinstance(event, c.FieldCorrected):
                found[team, "corrected", event.field] += 1
        return found


def total(lives: Iterable[Life], team: UUID, day: date) -> Counter[tuple[str, str]]:
    """How many of a team's clients count in each figure."""
    return Counter(figure for life in lives if life.events and life.team == team for figure in life.figures(day))
