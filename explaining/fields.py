"""How a field of a client stands on a day, and whether it belongs on the weekly list: by the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from domain import client as c
from domain.catalogue import (
    All,
    Always,
    AtLeast,
    AtMost,
    Contradiction,
    DateKind,
    Field,
    HasAny,
    Includes,
    KnownAs,
    Not,
    TrackIn,
)
from explaining.defined import BY_KEY
from explaining.life import Life, months_later

KNOWN, UNKNOWN, STALE, CONTRADICTORY = "known", "unknown", "stale", "contradictory"
DECLINED, NOT_RELEVANT = "declined", "not_relevant"
STATES = (KNOWN, UNKNOWN, STALE, NOT_RELEVANT, DECLINED)


def holds(condition: Any, life: Life) -> bool:
    """Whether a condition of the catalogue is true for a client; what is unknown makes none true, but through `Not`."""
    if isinstance(condition, All):
        return all(holds(part, life) for part in condition.parts)
    if isinstance(condition, Not):
        return not holds(condition.part, life)
    if isinstance(condition, Always):
        return True
    if isinstance(condition, TrackIn):
        return life.track in {track.value for track in condition.tracks}
    return _holds_of(condition, life.value(condition.field))


def _holds_of(condition: Any, value: Any) -> bool:
    if isinstance(condition, KnownAs):
        return value in condition.values
    if isinstance(condition, HasAny):
        return value is not None
    if isinstance(condition, Includes):
        return isinstance(value, list) and condition.code in value
    if isinstance(condition, AtMost):
        return isinstance(value, int) and value <= condition.number
    if isinstance(condition, AtLeast):
        return isinstance(value, int) and value >= condition.number
    raise TypeError(f"There is no way to explain a condition of the kind {type(condition).__name__}.")


def fields_of(life: Life) -> Iterable[Field]:
    """The fields that the client's team records: some are for a specialised one alone."""
    return (field for field in BY_KEY.values() if life.specialised or not field.specialised_only)


def recorded_state(life: Life, key: str, day: date) -> str:
    """How what was recorded of a field stands on a day, whatever it contradicts."""
    entry = life.entries.get(key)
    if entry is None or life.erased:
        return UNKNOWN
    if aside := _set_aside(entry):
        return UNKNOWN if entry.review_on <= day else aside
    until = stale_on(life, BY_KEY[key], entry)
    return STALE if until and until <= day else KNOWN


def _set_aside(entry: Any) -> str | None:
    return {c.FieldDeclined: DECLINED, c.FieldDeclaredNotRelevant: NOT_RELEVANT}.get(type(entry))


def stale_on(life: Life, field: Field, entry: Any) -> date | None:
    """The day from which a value is out of date: counted from the day that it is, or else was known."""
    months = life.defined.stale_after(field)
    if months is None or not isinstance(entry, c.FieldRegistered | c.FieldCorrected):
        return None
    value = life.opened(entry, "value") if isinstance(field.kind, DateKind) and not field.sensitive else None
    if isinstance(value, str) and len(value) == len("2026-11-23"):
        return months_later(date.fromisoformat(value), months)
    return months_later(entry.known_on, months)


def broken(life: Life) -> list[Contradiction]:
    """The rules that facts of the client break: all of a rule's fields are known, and it is true of them."""
    here = {field.key for field in fields_of(life)}
    known = {key for key, entry in life.entries.items() if not _set_aside(entry)} & here
    return [rule for rule in life.defined.rules() if set(rule.fields) <= known and holds(rule.when, life)]


def both_hold_until(life: Life, rule: Contradiction) -> date | None:
    """The day to look again at facts that all hold; None where nobody said so, or one was recorded anew since."""
    said = [
        event
        for event in life.events
        if isinstance(event, c.ContradictionAccepted) and life.opened(event, "rule") == rule.key
    ]
    last_changed = max(life.entries[key].originator_version for key in rule.fields)
    return said[-1].review_on if said and said[-1].originator_version > last_changed else None


def contradicted(life: Life) -> tuple[set[str], dict[str, date]]:
    """The fields that contradict each other; and of those of which somebody said that both hold, until when."""
    wrong: set[str] = set()
    accepted: dict[str, date] = {}
    if life.erased:
        return wrong, accepted
    for rule in broken(life):
        until = both_hold_until(life, rule)
        for key in rule.fields:
            if until is None:
                wrong.add(key)
            else:
                accepted[key] = min(until, accepted.get(key, until))
    return wrong, accepted


def listed(life: Life, day: date) -> set[str]:
    """The fields on the list of a day: contradictory, out of date, set aside until then, or unknown past their day."""
    if life.erased or life.lost:
        return set()
    wrong, accepted = contradicted(life)
    found: set[str] = set()
    for field in fields_of(life):
        entry = life.entries.get(field.key)
        if entry is None:
            due_on = asked_by(life, field)
            on_it = due_on is not None and due_on < day
        elif _set_aside(entry):
            on_it = entry.review_on <= day
        elif field.key in wrong:
            on_it = True
        else:
            until = [accepted.get(field.key), stale_on(life, field, entry)]
            on_it = any(each is not None and each <= day for each in until)
        if on_it:
            found.add(field.key)
    return found


def asked_by(life: Life, field: Field) -> date | None:
    """The last day on which a field that is unknown may be so; None where it is not asked of this client."""
    if field.required is None or not holds(field.required.when, life):
        return None
    begins = {
        "assignment": (life.assigned_on, life.first_assigned),
        "track": (life.track_chosen and life.track_chosen.chosen_on, life.track_chosen),
        "plan": (life.plan_on, life.plan),
    }
    since = life.since(*begins[field.required.since])
    return since + timedelta(days=life.defined.days_allowed(field)) if since else None


def due_between(life: Life, first: date, last: date) -> set[str]:
    """The fields that are unknown and whose last day lies between two days."""
    asked = {field.key: asked_by(life, field) for field in fields_of(life) if field.key not in life.entries}
    return {key for key, due_on in asked.items() if due_on and first <= due_on <= last}
