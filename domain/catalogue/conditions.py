"""Conditions, as data: when a field is required, and when facts contradict each other.

What is unknown makes no condition true, except through `Not`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from domain.catalogue.terms import Track, Value


class Known(Protocol):
    """What a condition may ask: the track, and the values of fields that are known."""

    @property
    def track(self) -> Track | None: ...
    def value(self, field: str) -> Value: ...


class Condition(Protocol):
    """Something that holds for a client or does not."""

    def holds(self, facts: Known) -> bool: ...
    def reads(self) -> frozenset[str]: ...


NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Always:
    """For every client."""

    def holds(self, facts: Known) -> bool:
        return True

    def reads(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True, init=False)
class TrackIn:
    """The client is on one of these service tracks."""

    tracks: tuple[Track, ...]

    def __init__(self, *tracks: Track) -> None:
        object.__setattr__(self, "tracks", tracks)

    def holds(self, facts: Known) -> bool:
        return facts.track in self.tracks

    def reads(self) -> frozenset[str]:
        return NOTHING


@dataclass(frozen=True, slots=True, init=False)
class KnownAs:
    """The field has one of these values."""

    field: str
    values: tuple[Value, ...]

    def __init__(self, field: str, *values: Value) -> None:
        object.__setattr__(self, "field", field)
        object.__setattr__(self, "values", values)

    def holds(self, facts: Known) -> bool:
        return facts.value(self.field) in self.values

    def reads(self) -> frozenset[str]:
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class Includes:
    """One of several choices of the field is this one."""

    field: str
    code: str

    def holds(self, facts: Known) -> bool:
        value = facts.value(self.field)
        return isinstance(value, list) and self.code in value

    def reads(self) -> frozenset[str]:
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class AtMost:
    """The number is known, and no higher than this."""

    field: str
    number: int

    def holds(self, facts: Known) -> bool:
        value = facts.value(self.field)
        return isinstance(value, int) and value <= self.number

    def reads(self) -> frozenset[str]:
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class AtLeast:
    """The number is known, and no lower than this."""

    field: str
    number: int

    def holds(self, facts: Known) -> bool:
        value = facts.value(self.field)
        return isinstance(value, int) and value >= self.number

    def reads(self) -> frozenset[str]:
        return frozenset({self.field})


@dataclass(frozen=True, slots=True)
class HasAny:
    """The field is known, whatever its value."""

    field: str

    def holds(self, facts: Known) -> bool:
        return facts.value(self.field) is not None

    def reads(self) -> frozenset[str]:
        return frozenset({self.field})


@dataclass(frozen=True, slots=True, init=False)
class All:
    """Each of the parts holds."""

    parts: tuple[Condition, ...]

    def __init__(self, *parts: Condition) -> None:
        object.__setattr__(self, "parts", parts)

    def holds(self, facts: Known) -> bool:
        return all(part.holds(facts) for part in self.parts)

    def reads(self) -> frozenset[str]:
        return NOTHING.union(*(part.reads() for part in self.parts))


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold: also when that is because something is unknown."""

    part: Condition

    def holds(self, facts: Known) -> bool:
        return not self.part.holds(facts)

    def reads(self) -> frozenset[str]:
        return self.part.reads()
