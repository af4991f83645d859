"""Gaps: which fields of a client are missing, outdated or contradictory, and from which day. Knows no clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import msgspec

from domain.catalogue import Catalogue, Condition, Contradiction, Field, State, Track, Value

# A member of an enumeration is looked up slowly in Python 3.11, and this one is asked for all the time.
KNOWN = State.KNOWN
ONE_DAY = timedelta(days=1)


class Entry(msgspec.Struct, gc=False):
    """What was recorded of a field: known, not relevant or declined; `value` only where a rule reads it."""

    state: State
    value: Value
    known_on: date
    review_on: date | None


class Facts(msgspec.Struct):
    """All that the rules need of a client; a field without an entry is unknown."""

    assigned_on: date | None
    track: Track | None
    track_since: date | None
    plan_since: date | None
    specialised: bool
    entries: dict[str, Entry]
    # Of each contradiction of which somebody said that both facts hold: until when.
    accepted: dict[str, date] = {}

    def value(self, field: str) -> Value:
        """The value of a known field, else None."""
        entry = self.entries.get(field)
        return entry.value if entry is not None and entry.state is KNOWN else None

    def since(self, what: str) -> date | None:
        match what:
            case "assignment":
                return self.assigned_on
            case "track":
                return self.track_since
            case _:
                return self.plan_since


class Gap(msgspec.Struct, frozen=True, gc=False):
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
class _Asked:
    """A required field, how long after what; `when` only where more than the track decides."""

    key: str
    since: str
    allowed: timedelta
    when: Condition | None


@dataclass(frozen=True, slots=True)
class _Rules:
    """A catalogue sorted for assessing a million clients: what depends on team and track alone is settled."""

    fields: dict[str, Field]
    known: dict[str, Gap]  # how a known field stands that never goes out of date
    asked: dict[Track | None, tuple[_Asked, ...]]
    contradictions: tuple[tuple[frozenset[str], Contradiction], ...]


@lru_cache(maxsize=8)
def _rules(catalogue: Catalogue, specialised: bool) -> _Rules:
    fields = {field.key: field for field in catalogue if specialised or not field.specialised_only}
    return _Rules(
        fields,
        {key: Gap(key, KNOWN, None, None, None, (), None) for key in fields},
        {track: tuple(_asked(fields, track, specialised)) for track in (None, *Track)},
        tuple((frozenset(c.fields), c) for c in catalogue.contradictions if fields.keys() >= set(c.fields)),
    )


def _asked(fields: Mapping[str, Field], track: Track | None, specialised: bool) -> Iterator[_Asked]:
    nothing_else = Facts(None, track, None, None, specialised, {})
    for key, field in fields.items():
        if (required := field.required) is None:
            continue
        allowed = timedelta(days=required.within_days)
        if required.when.reads():
            yield _Asked(key, required.since, allowed, required.when)
        elif required.when.holds(nothing_else):
            yield _Asked(key, required.since, allowed, None)


def assess(facts: Facts, catalogue: Catalogue) -> dict[str, Gap]:
    """Every field that has an entry, is required or contradicts another, with where it stands.

    What only a specialised team records is left out for other teams, who could do nothing about it.
    """
    rules = _rules(catalogue, facts.specialised)
    entries = facts.entries
    contradicted, accepted = _contradicted(facts, rules)
    gaps = {}
    for key, entry in entries.items():
        if (field := rules.fields.get(key)) is None:
            continue
        if entry.state is not KNOWN:
            gaps[key] = Gap(key, entry.state, None, None, entry.review_on, (), entry.review_on)
        elif key in contradicted:
            stale_on = field.stale_on(entry.value, entry.known_on)
            names = tuple(rule.key for rule in contradicted[key])
            gaps[key] = Gap(key, State.CONTRADICTORY, None, stale_on, None, names, _since(contradicted[key], entries))
        elif key in accepted:
            # It is due for review like what is out of date, on the day that was set or sooner.
            stale_on = min(filter(None, (accepted[key], field.stale_on(entry.value, entry.known_on))))
            gaps[key] = Gap(key, KNOWN, None, stale_on, None, (), stale_on)
        elif field.stale_after_months is None:
            gaps[key] = rules.known[key]
        else:
            stale_on = field.stale_on(entry.value, entry.known_on)
            gaps[key] = Gap(key, KNOWN, None, stale_on, None, (), stale_on)
    for asked in rules.asked[facts.track]:
        key = asked.key
        if key in entries or (since := facts.since(asked.since)) is None:
            continue
        if asked.when is None or asked.when.holds(facts):
            due_on = since + asked.allowed
            gaps[key] = Gap(key, State.UNKNOWN, due_on, None, None, (), due_on + ONE_DAY)
    return gaps


def _contradicted(facts: Facts, rules: _Rules) -> tuple[dict[str, list[Contradiction]], dict[str, date]]:
    """The rules that are broken, by each field they are about; and of those fields of which both facts hold all the
    same, the day to look again. All must be known: the unknown contradicts nothing."""
    known = {key for key, entry in facts.entries.items() if entry.state is KNOWN}
    broken: dict[str, list[Contradiction]] = {}
    accepted: dict[str, date] = {}
    for about, rule in rules.contradictions:
        if not (about <= known and rule.when.holds(facts)):
            continue
        review_on = facts.accepted.get(rule.key)
        for key in rule.fields:
            if review_on is None:
                broken.setdefault(key, []).append(rule)
            else:
                accepted[key] = min(review_on, accepted.get(key, review_on))
    return broken, accepted


def _since(broken: Iterable[Contradiction], entries: Mapping[str, Entry]) -> date:
    """The day on which the first of these contradictions was there, when the last of its facts became known."""
    return min(max(entries[key].known_on for key in rule.fields) for rule in broken)


def on_list(gap: Gap, as_of: date) -> bool:
    """Whether the gap belongs on the list of that day."""
    return gap.since is not None and gap.since <= as_of


def state_on(gap: Gap, as_of: date) -> State:
    """The field's state on a day: what is known grows stale, what was set aside comes back."""
    if gap.state is State.KNOWN and gap.stale_on is not None and gap.stale_on <= as_of:
        return State.STALE
    if gap.state in (State.NOT_RELEVANT, State.DECLINED) and gap.review_on is not None and gap.review_on <= as_of:
        return State.UNKNOWN
    return gap.state
