"""Why a figure is not what it was: its difference, client by client and event by event, by what made it.

Between two moments each client's events are gone through in order. What an event changes is put down to its kind, what
changes from one day to the next without any to the time that passed, and what is left to the definition: so the parts
add up to the difference, whatever happened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from domain import client as c
from eventlog.events import Event
from explaining.counting import Of, Stream, When, why_not
from explaining.defined import Defined
from explaining.figures import Figure
from explaining.life import Life, day_of, that_stand

NEW, EXITS, CONTACTS, CORRECTIONS = "new", "exits", "contacts", "corrections"
HANDOVERS, REGISTERED, TIME, DEFINITION = "handovers", "registered", "time", "definition"
CAUSES = (NEW, EXITS, CONTACTS, REGISTERED, CORRECTIONS, HANDOVERS, TIME, DEFINITION)

_KINDS: Mapping[type[Event], str] = {
    c.ApplicationReceived: NEW,
    c.IntakeTaken: NEW,
    c.ClientReopened: NEW,
    c.ClientClosed: EXITS,
    c.ClientErased: EXITS,
    c.MergedInto: EXITS,
    c.ContactRecorded: CONTACTS,
    c.ContactCorrected: CORRECTIONS,
    c.ContactStruckOut: CORRECTIONS,
    c.FieldCorrected: CORRECTIONS,
    c.FieldWithdrawn: CORRECTIONS,
    c.MergeUndone: CORRECTIONS,
}


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a comparison: a moment, and the definitions that hold then."""

    when: When
    by: Defined


def cause_of(event: Event, earlier: Sequence[Event]) -> str:
    """What an event is put down to. The first time somebody is assigned, the client is new to whoever it is."""
    if isinstance(event, c.ClientAssigned):
        return HANDOVERS if any(isinstance(each, c.ClientAssigned) for each in earlier) else NEW
    return _KINDS.get(type(event), REGISTERED)


def split(streams: Iterable[Stream], figure: Figure, of: Of, before: Side, after: Side) -> Counter[str]:
    """What of a figure's difference between two moments is due to what; the parts add up to it. Not of a median."""
    found: Counter[str] = Counter()
    for stream in streams:
        _split(stream, figure, of, before, after, found)
    return found


def _split(stream: Stream, figure: Figure, of: Of, before: Side, after: Side, found: Counter[str]) -> None:
    first, last = _known(stream, before.when), _known(stream, after.when)
    day, value = before.when.day, _amount(stream, first, figure, of, before)
    for nth in range(first, last):
        event = stream.events[nth]
        recorded_on = min(max(day_of(event.recorded_at), day), after.when.day)
        if recorded_on > day:
            day = recorded_on
            value = _moved(found, TIME, value, _amount(stream, nth, figure, of, Side(When(day), before.by)))
        cause = cause_of(event, stream.events[:nth])
        value = _moved(found, cause, value, _amount(stream, nth + 1, figure, of, Side(When(day), before.by)))
    value = _moved(found, TIME, value, _amount(stream, last, figure, of, Side(after.when, before.by)))
    if before.by != after.by:
        _moved(found, DEFINITION, value, _amount(stream, last, figure, of, after))


def _moved(found: Counter[str], cause: str, was: int, is_now: int) -> int:
    if is_now != was:
        found[cause] += is_now - was
    return is_now


def _known(stream: Stream, when: When) -> int:
    """How many of a client's events were known by a moment."""
    if when.known_by is None:
        return len(stream.events)
    known_by = when.known_by
    return next((n for n, event in enumerate(stream.events) if event.recorded_at >= known_by), len(stream.events))


def _amount(stream: Stream, known: int, figure: Figure, of: Of, side: Side) -> int:
    """How much of a figure a client is, by the first so many events, on a day."""
    if not known:
        return 0
    lost = known < len(stream.events) and isinstance(stream.events[-1], c.ClientErased)
    life = Life(stream.client_id, that_stand(stream.events[:known]), stream.opened, side.by, lost)
    day = side.when.day
    if not life.begun or not of.includes(life) or why_not(life, figure, day):
        return 0
    return figure.measure(life, day)
