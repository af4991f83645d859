"""How many files were begun and closed by month: of a team, and of the city, hidden as its other figures are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from domain.calendar import add_months
from domain.suppression import ByTeam, Shown

FLOW = ("intakes", "closed")

# Numbers by Monday, the earliest first.
Numbers = Sequence[tuple[date, int]]


class Month(Struct, frozen=True):
    """How many files were begun and how many were closed in the weeks of a month, told by its first day; of the city,
    None where a number is hidden."""

    first: date
    intakes: Shown
    closed: Shown


def months_of(flow: Mapping[str, Numbers], as_of: date) -> list[Month]:
    """The whole months before a day, a year of them at most, from the first in which there was anything. A week counts
    in the month in which most of its days lie, as weeks of a year do."""
    counted = {name: _by_month(flow.get(name, ())) for name in FLOW}
    begun = [first for of in counted.values() for first, number in of.items() if number]
    return [Month(first, *(counted[name][first] for name in FLOW)) for first in _whole_months(begun, as_of)]


def _by_month(numbers: Numbers) -> Counter[date]:
    counted: Counter[date] = Counter()
    for monday, number in numbers:
        # A Monday tells what happened in the seven days before it: their middle is the Thursday.
        counted[(monday - timedelta(days=4)).replace(day=1)] += number
    return counted


def _whole_months(begun: Sequence[date], as_of: date) -> list[date]:
    this_month = as_of.replace(day=1)
    earliest = min(begun, default=this_month)
    return [first for back in range(12, 0, -1) if (first := add_months(this_month, -back)) >= earliest]


def months_of_city(
    flow: Mapping[str, Mapping[date, Mapping[UUID, int]]], as_of: date, team_ids: Sequence[UUID], mine: UUID | None
) -> list[Month]:
    """The same of all teams together, each number hidden as the city's others are: who is of a team knows its own."""
    counted = {
        name: {t: _by_month([(day, of.get(t, 0)) for day, of in by_week.items()]) for t in team_ids}
        for name, by_week in flow.items()
    }
    begun = [first for of_teams in counted.values() for of in of_teams.values() for first, n in of.items() if n]

    def city(name: str, first: date) -> Shown:
        return ByTeam({t: of[first] for t, of in counted[name].items()}).total(mine)

    return [Month(first, *(city(name, first) for name in FLOW)) for first in _whole_months(begun, as_of)]
