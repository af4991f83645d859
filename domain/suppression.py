"""Figures that leave a team: small groups are hidden, also where others would give them away; the rest is rounded."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

SMALLEST_GROUP = 5
ROUNDED_TO = 5

Shown = int | None
Team = TypeVar("Team", bound=Hashable)
Key = TypeVar("Key", bound=Hashable)


def shown(number: int) -> Shown:
    """None for a group so small that it would point at people."""
    return None if 0 < number < SMALLEST_GROUP else number


def shown_column(numbers: Sequence[int]) -> list[Shown]:
    """Groups whose sum is known as well: one that is hidden alone would follow from it, so a second is hidden too."""
    return [row[0] for row in shown_table([[number] for number in numbers], rows_add_up=False)]


def shown_table(numbers: Sequence[Sequence[int]], *, rows_add_up: bool = True) -> list[list[Shown]]:
    """A table whose columns, and rows if they `rows_add_up`, have known sums: what is hidden can't be worked out.

    Each row or column with one hidden number gets the smallest of its others hidden as well, until none is left.
    """
    at = {(r, c): number for r, row in enumerate(numbers) for c, number in enumerate(row)}
    lines = [[(r, c) for r in range(len(numbers))] for c in range(len(numbers[0]) if numbers else 0)]
    if rows_add_up:
        lines += [[(r, c) for c in range(len(row))] for r, row in enumerate(numbers)]
    hidden = hidden_beside(at, lines, {place for place, number in at.items() if shown(number) is None})
    return [[None if (r, c) in hidden else n for c, n in enumerate(row)] for r, row in enumerate(numbers)]


def hidden_beside(
    numbers: Mapping[Key, int],
    lines: Iterable[Sequence[Key]],
    hidden: AbstractSet[Key],
    settled: AbstractSet[Key] = frozenset(),
) -> set[Key]:
    """What has to be hidden, beside what is `hidden` already, so that in no line with a known sum one is hidden alone.

    It is the smallest of the others with people in it: a zero says nothing that could hide another number, and is taken
    where there is nothing else. What is `settled` elsewhere is hidden or shown there, and is not chosen here.
    """
    found = set(hidden)
    lines = list(lines)
    again = True
    while again:
        again = False
        for line in lines:
            if sum(key in found for key in line) == 1:
                others = [key for key in line if key not in found and key not in settled]
                if others:
                    found.add(min(others, key=lambda key: (numbers[key] == 0, numbers[key])))
                    again = True
    return found


def stands(before: AbstractSet[Key], now: AbstractSet[Key]) -> bool:
    """Whether what was told of a group has to go on standing as it was: somebody came to it or left it since, and fewer
    than five in all. Told anew, it would tell of so few beside what was told before."""
    return 0 < len(before ^ now) < SMALLEST_GROUP


def rounded(number: int) -> int:
    """To the nearest five. Of numbers that leave a team, differences tell nothing then either: not the few of a team
    who are left of nearly all, nor the one by whom this week is more than the last."""
    return (number + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO


def published(number: int) -> Shown:
    """A number as it may leave a team, where nothing else gives it away: none of a small group, and rounded."""
    return None if shown(number) is None else rounded(number)


def published_column(numbers: Sequence[int]) -> list[Shown]:
    """Groups whose sum is known as well, as they may leave a team."""
    return [None if number is None else rounded(number) for number in shown_column(numbers)]


class ByTeam(Generic[Team]):
    """One figure of one day, by team: what of it is hidden, the same wherever it is shown; the rest is rounded.

    Whoever looks knows the own team's number from its own page, and may know the sum. So what is hidden is chosen so
    that, whichever team one's own is, at least two numbers that are not nothing stay unknown, and each of them could be
    five; where a city has too few teams for that, the sum is hidden from those who could work a number out by it.
    A part of a `whole` that is hidden, which is no less than its part, is hidden too.
    """

    def __init__(self, numbers: Mapping[Team, int], whole: ByTeam[Team] | None = None) -> None:
        self.numbers = dict(numbers)
        self._hidden = {team for team, n in self.numbers.items() if shown(n) is None or (n and whole and team in whole)}
        others = sorted((n, nth, team) for nth, (team, n) in enumerate(self.numbers.items()) if n >= SMALLEST_GROUP)
        while self._hidden and others and not all(self._stays_unknown(own) for own in (None, *self._hidden)):
            self._hidden.add(others.pop(0)[2])

    def __contains__(self, team: Team) -> bool:
        """Whether a team's number is hidden."""
        return team in self._hidden

    def _stays_unknown(self, own: Team | None) -> bool:
        unknown = [self.numbers[team] for team in self._hidden if team != own and self.numbers[team]]
        # Each is one at least, as a zero is shown: what the others leave for any of them has to be five.
        return not unknown or (len(unknown) > 1 and sum(unknown) - (len(unknown) - 1) >= SMALLEST_GROUP)

    def of(self, team: Team) -> Shown:
        """A team's number, as those of other teams see it."""
        return None if team in self._hidden else rounded(self.numbers.get(team, 0))

    def with_known_sum(self) -> dict[Team, Shown]:
        """Every team's number, where anybody can work out the sum: where too few are unknown, nothing of any, not even
        whether it is nothing."""
        return {team: self.of(team) if self.sum_tells_nothing else None for team in self.numbers}

    @property
    def sum_tells_nothing(self) -> bool:
        """Whether everybody may know the sum: of no team does a hidden number follow from it."""
        return all(self._stays_unknown(own) for own in (None, *self.numbers))

    def total(self, own: Team | None, beside: int = 0) -> Shown:
        """The city's number as one of a team sees it, or of none; `beside` are those of no team."""
        others = [number for team, number in self.numbers.items() if number and team != own]
        if own is not None and len(others) == 1 and not beside:
            # Without the own team's number, it would be another team's.
            return None
        return published(sum(self.numbers.values()) + beside) if self._stays_unknown(own) else None
