"""Counting by figure and week: what lasts, from where it begins to where it ends, and what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from uuid import UUID

# A figure: what is counted, and of what: a track, a field, a coach, a reason; empty where there is no more to it.
Key = tuple[UUID, str, str]


class Tally:
    """Numbers by figure and week. What lasts is added where it begins and taken away where it ends."""

    def __init__(self, weeks: int) -> None:
        self.weeks = weeks
        self._lasting: dict[Key, list[int]] = {}
        self._flow: dict[Key, list[int]] = {}

    def stands(self, keys: Sequence[Key], first: int, end: int) -> None:
        """Each of these figures counts one more, from one week until before another."""
        for key in keys:
            counts = self._lasting.get(key)
            if counts is None:
                counts = self._lasting[key] = [0] * (self.weeks + 1)
            counts[first] += 1
            counts[end] -= 1

    def happened(self, key: Key, week: int) -> None:
        """Something happened in the week before this Monday."""
        self._flow.setdefault(key, [0] * (self.weeks + 1))[week] += 1

    def numbers(self) -> Iterator[tuple[int, Key, int]]:
        """Week, figure and number, for those that are not zero."""
        for key, counts in self._lasting.items():
            for week, number in enumerate(accumulate(counts[:-1])):
                if number:
                    yield week, key, number
        for key, counts in self._flow.items():
            for week, number in enumerate(counts[:-1]):
                if number:
                    yield week, key, number
