"""Representation: the groups that clients are looked at in, and what is told of each beside everybody else.

Protected characteristics are used here, in figures, and at writing a vacancy's requirements, to say whom one drops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from msgspec import Struct

from domain.age import age_on
from domain.catalogue import Catalogue, Choice, Choices, Field, State, YesNo
from domain.intervals import Estimate, of_median, of_share
from domain.refusal import Refused
from domain.suppression import published, rounded
from domain.text import required_text

AGES = (("under_27", 27), ("27_to_54", 55), ("55_up", 200))
CHILDREN = (("none", 1), ("one_or_two", 3), ("three_or_more", 100))
# The youngest of the children says most about what somebody needs.
YOUNGEST = "children_ages"
FEWEST, MOST = 2, 8
USUAL = ("birth_date", "children_at_home", "education_level", "gender", "language_level", "living_situation")
LONGEST_REASON = 500

# What is told of a group: shares of its people in percent, and medians. Of those that are `FEWER`, less is worse.
SHARES = (
    "not_seen",
    "never_offered",
    "not_offered_lately",
    "no_workshop",
    "no_contact",
    "no_plan",
    "field_declined",
    "field_not_relevant",
    "field_out_of_date",
    "exits_to_work",
)
MEDIANS = ("fields_not_asked", "weeks_unseen", "contacts", "minutes", "weeks_to_plan")
MEASURES = (*SHARES, *MEDIANS)
FEWER = frozenset({"contacts", "minutes", "exits_to_work"})
# By these a group is hidden: much of it is unknown, it is not seen for long, it is offered nothing.
HIDDEN_BY = ("fields_not_asked", "weeks_unseen", "never_offered")
EVERYBODY = ""
# How a field stands, whatever its value; and whether what a vacancy asks is met.
FIELD, ASKED = "field:", "ask:"
MET, FAILS = "met", "fails"


@dataclass(frozen=True, slots=True)
class Person:
    """A client as groups are counted: where, in which group of each characteristic, and what is counted. `left`: the
    file was closed in the last year, which counts among exits alone. `beside`: how each field stands that people filter
    by, and whether they meet what vacancies ask."""

    client: Hashable
    team: Hashable
    groups: Mapping[str, str]
    left: bool
    shares: Mapping[str, bool]
    values: Mapping[str, int]
    beside: Mapping[str, str] = field(default_factory=dict)

    def group(self, characteristic: str) -> str:
        found = self.groups.get(characteristic)
        return self.beside[characteristic] if found is None else found


class Row(Struct, frozen=True, omit_defaults=True):
    """What is told of a group: how many, None where that is hidden, and nothing else then. `told` are the people behind
    each share, rounded, of how many; `as_of` the day on which it was counted, since few have come or gone since."""

    key: str
    cell: int
    number: int | None
    as_of: date
    told: dict[str, tuple[int, int]] = {}
    here: dict[str, Estimate] = {}
    others: dict[str, Estimate] = {}

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """Characteristics and groups; none for everybody."""
        return groups_of(self.key)

    @property
    def differs(self) -> list[str]:
        """What is worse for this group than for everybody else, by more than chance."""
        return [name for name in MEASURES if self._is_worse(name)]

    @property
    def hidden_by(self) -> list[str]:
        """By what the group is hidden from those who look at the dashboard."""
        return [name for name in HIDDEN_BY if self._is_worse(name)]

    def _is_worse(self, name: str) -> bool:
        here, others = self.here.get(name), self.others.get(name)
        if here is None or others is None:
            return False
        return here.below(others) if name in FEWER else here.above(others)


def characteristics(catalogue: Catalogue) -> list[Field]:
    """The fields that can be looked at by group: those with a few answers, none of them sensitive."""
    return [each for each in catalogue if not (each.sensitive or each.specialised_only) and _has_groups(each)]


def _has_groups(of: Field) -> bool:
    own = of.key in ("birth_date", "children_at_home", YOUNGEST)
    return own or isinstance(of.kind, Choice | YesNo)


def group_of(of: Field, state: State, value: Any, day: date) -> str:
    """The group in which somebody is by a field, as its state and value stand: what is not known is a group by why."""
    if state is not State.KNOWN or value is None:
        return state.value if state is not State.KNOWN else State.UNKNOWN.value
    if of.key == "birth_date":
        return _band(AGES, age_on(str(value), day)[0])
    if of.key == "children_at_home":
        return _band(CHILDREN, int(value))
    if isinstance(of.kind, Choices):
        return next((code for code in of.kind.codes if code in value), "none")
    return ("yes" if value else "no") if isinstance(of.kind, YesNo) else str(value)


def _band(bands: Sequence[tuple[str, int]], number: int) -> str:
    return next(name for name, below in bands if number < below)


def check_choice(keys: Sequence[str], why: str, catalogue: Catalogue) -> tuple[list[str], str]:
    """The characteristics that are chosen, each once, and why. Raises Refused where they can't be."""
    known = {each.key for each in characteristics(catalogue)}
    chosen = sorted(set(keys))
    if set(chosen) - known:
        raise Refused("Choose characteristics from the list.", field="characteristics")
    if not FEWEST <= len(chosen) <= MOST:
        raise Refused("Choose %(least)d to %(most)d characteristics.", field="characteristics", least=FEWEST, most=MOST)
    return chosen, required_text(why, field="why", longest=LONGEST_REASON)


# tables and their keys


def tables(chosen: Sequence[str], beside: Sequence[str] = ()) -> list[tuple[str, ...]]:
    """Everybody, by each characteristic, and by each two of them; how fields stand, and who meets what is asked, which
    is counted by each characteristic as well."""
    ordered, asked = sorted(chosen), [each for each in beside if each.startswith(ASKED)]
    pairs = [*combinations(ordered, 2), *((ask, one) for ask in asked for one in ordered)]
    return [(), *((one,) for one in (*ordered, *beside)), *pairs]


def is_beside(key: str) -> bool:
    """Whether a group is told by its number alone."""
    return key.startswith((FIELD, ASKED))


def key_of(groups: Sequence[tuple[str, str]]) -> str:
    return "&".join(f"{characteristic}={group}" for characteristic, group in groups)


def groups_of(key: str) -> tuple[tuple[str, str], ...]:
    parts = [part.rpartition("=") for part in key.split("&")] if key else []
    return tuple((characteristic, group) for characteristic, _, group in parts)


def table_of(key: str) -> tuple[str, ...]:
    return tuple(characteristic for characteristic, _ in groups_of(key))


def keys_of(person: Person, of_tables: Sequence[tuple[str, ...]]) -> list[str]:
    """The groups that somebody is in, one of each table."""
    return [key_of([(each, person.group(each)) for each in table]) for table in of_tables]


# what is told of a group


@dataclass(frozen=True, slots=True)
class Whole:
    """Everybody of a team or of the city: what is told of them, and the values behind their medians."""

    told: Mapping[str, tuple[int, int]]
    values: Mapping[str, Counter[int]]


def shares_told(people: Sequence[Person], left: Sequence[Person]) -> dict[str, tuple[int, int]]:
    """Of how many what is true, rounded. Nothing where few are, or all but a few."""
    told = {}
    for name in SHARES:
        among = [*people, *left] if name == "exits_to_work" else people
        part, whole = sum(person.shares.get(name, False) for person in among), len(among)
        if published(part) is not None and published(whole - part) is not None and published(whole):
            told[name] = (min(rounded(part), rounded(whole)), rounded(whole))
    return told


def values_of(people: Sequence[Person]) -> dict[str, Counter[int]]:
    return {name: Counter(p.values[name] for p in people if name in p.values) for name in MEDIANS}


def row(key: str, cell: int, day: date, people: Sequence[Person], left: Sequence[Person], whole: Whole) -> Row:
    """What is told of a group that is large enough, beside everybody else of the whole."""
    if is_beside(key):
        return Row(key, cell, rounded(len(people)), day)
    told, values = shares_told(people, left), values_of(people)
    here = {name: of_share(*numbers) for name, numbers in told.items()} | _medians(values)
    others: dict[str, Estimate] = {}
    if key != EVERYBODY:
        for name, (part, among) in told.items():
            # Of numbers that are told already: what is told of everybody else tells nothing more of the group.
            all_part, all_among = whole.told.get(name, (0, 0))
            if all_among - among > 0 and 0 <= all_part - part <= all_among - among:
                others[name] = of_share(all_part - part, all_among - among)
        others |= _medians({name: whole.values[name] - values[name] for name in MEDIANS})
    return Row(key, cell, rounded(len(people)), day, told, here, others)


def _medians(values: Mapping[str, Counter[int]]) -> dict[str, Estimate]:
    found = {name: of_median(counted) for name, counted in values.items()}
    return {name: estimate for name, estimate in found.items() if estimate is not None}


def most_hidden(rows: Sequence[Row], number: int) -> list[Row]:
    """The groups and crossings that are hidden by most of the three, those of most people first."""
    found = [each for each in rows if each.key != EVERYBODY and each.hidden_by]
    # A group of whom the characteristic itself is unknown is hidden by that; it says nothing of who they are.
    named = [each for each in found if not {group for _, group in each.groups} & set(State)]
    return sorted(named, key=lambda each: (-len(each.hidden_by), -(each.number or 0), each.key))[:number]
