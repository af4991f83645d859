"""Gaps: which fields of a client are missing, outdated or contradictory, and from which day. Knows no clock."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from domain.catalogue import Always, Catalogue, Contradiction, Field, State, Track, Value


@dataclass(slots=True)
class Entry:
    """What was recorded of a field: known, not relevant or declined; `value` only where a rule reads it."""

    state: State
    value: Value
    known_on: date
    review_on: date | None


@dataclass(slots=True)
class Facts:
    """All that the rules need of a client; a field without an entry is unknown."""

    assigned_on: date | None
    track: Track | None
    track_since: date | None
    plan_since: date | None
    specialised: bool
    entries: dict[str, Entry]

    def value(self, field: str) -> Value:
        """The value of a known field, else None."""
        entry = self.entries.get(field)
        return entry.value if entry is not None and entry.state is State.KNOWN else None

    def since(self, what: str) -> date | None:
        return {"assignment": self.assigned_on, "track": self.track_since, "plan": self.plan_since}[what]


@dataclass(frozen=True, slots=True)
class Gap:
    """A field that is asked for, or was recorded, and when it needs a look.

    `due_on` is the last day allowed for one that is unknown, `stale_on` the day on which one that is known is out of
    date, `review_on` the day to look again at one set aside, `since` the day from which it is on the list.
    """

    field: str
    state: State
    due_on: date | None
    stale_on: date | None
    review_on: date | None
    contradictions: tuple[str, ...]
    since: date | None


@dataclass(frozen=True, slots=True)
class _Rules:
    """A catalogue sorted for assessing: which fields somebody may have to ask for, and which rules touch what."""

    required: tuple[Field, ...]
    contradictions: tuple[Contradiction, ...]


@lru_cache(maxsize=4)
def _rules(catalogue: Catalogue) -> _Rules:
    return _Rules(tuple(f for f in catalogue if f.required), catalogue.contradictions)


def assess(facts: Facts, catalogue: Catalogue) -> dict[str, Gap]:
    """Every field that has an entry, is required or contradicts another, with where it stands."""
    rules = _rules(catalogue)
    entries = facts.entries
    contradicted = _contradictions(facts, rules)
    gaps = {}
    for key, entry in entries.items():
        field = catalogue.fields.get(key)
        if field is not None:
            gaps[key] = _recorded(field, entry, entries, contradicted.get(key, ()), catalogue)
    for field in rules.required:
        if field.key not in entries and (due_on := _due_on(field, facts)) is not None:
            since = due_on + timedelta(days=1)
            gaps[field.key] = Gap(field.key, State.UNKNOWN, due_on, None, None, (), since)
    return gaps


def _contradictions(facts: Facts, rules: _Rules) -> dict[str, tuple[str, ...]]:
    entries = facts.entries
    found: dict[str, list[str]] = defaultdict(list)
    for rule in rules.contradictions:
        # Both facts must be known: an unknown one contradicts nothing.
        if all(
            (e := entries.get(key)) is not None and e.state is State.KNOWN for key in rule.fields
        ) and rule.when.holds(facts):
            for key in rule.fields:
                found[key].append(rule.key)
    return {key: tuple(rules) for key, rules in found.items()}


def _recorded(
    field: Field, entry: Entry, entries: dict[str, Entry], contradicted: tuple[str, ...], catalogue: Catalogue
) -> Gap:
    if entry.state is not State.KNOWN:
        return Gap(field.key, entry.state, None, None, entry.review_on, (), entry.review_on)
    stale_on = field.stale_on(entry.value, entry.known_on)
    if contradicted:
        others = {key for rule in catalogue.contradictions if rule.key in contradicted for key in rule.fields}
        since = max(entries[key].known_on for key in others)
        return Gap(field.key, State.CONTRADICTORY, None, stale_on, None, contradicted, since)
    return Gap(field.key, State.KNOWN, None, stale_on, None, (), stale_on)


def _due_on(field: Field, facts: Facts) -> date | None:
    required = field.required
    if required is None or (field.specialised_only and not facts.specialised):
        return None
    since = facts.since(required.since)
    if since is None or not (isinstance(required.when, Always) or required.when.holds(facts)):
        return None
    return since + timedelta(days=required.within_days)


def on_list(gap: Gap, as_of: date) -> bool:
    """Whether the gap belongs on the list of that day."""
    match gap.state:
        case State.UNKNOWN:
            return gap.due_on is not None and gap.due_on < as_of
        case State.KNOWN:
            return gap.stale_on is not None and gap.stale_on <= as_of
        case State.NOT_RELEVANT | State.DECLINED:
            return gap.review_on is not None and gap.review_on <= as_of
        case _:
            return True


def state_on(gap: Gap, as_of: date) -> State:
    """The field's state on a day: what is known grows stale, what was set aside comes back."""
    if gap.state is State.KNOWN and gap.stale_on is not None and gap.stale_on <= as_of:
        return State.STALE
    if gap.state in (State.NOT_RELEVANT, State.DECLINED) and gap.review_on is not None and gap.review_on <= as_of:
        return State.UNKNOWN
    return gap.state
