"""How sure a number of a group is: 95 % intervals, of shares by Wilson and of medians by the order of the values.

scipy takes a second or more to import, and reports are made by a worker once a month: it is imported where it is
asked, and no page waits for it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

SURE = 0.95


class Estimate(Struct, frozen=True):
    """What was counted of a group, and between what it would lie, most likely, for such people in general."""

    value: float
    low: float
    high: float

    def above(self, other: Estimate) -> bool:
        """Whether it is more than another by more than chance: the two intervals have nothing in common."""
        return self.low > other.high

    def below(self, other: Estimate) -> bool:
        """Whether it is less than another by more than chance."""
        return self.high < other.low


@lru_cache(maxsize=100_000)
def of_share(part: int, whole: int) -> Estimate:
    """A share in percent, with Wilson's interval, which holds for small groups and for none or all of them, too."""
    from scipy.stats import binomtest

    # Asked whether the share is what it is, it need not weigh how likely another would be, which is slow.
    found = binomtest(part, whole, p=part / whole).proportion_ci(confidence_level=SURE, method="wilson")
    return Estimate(100 * part / whole, 100 * float(found.low), 100 * float(found.high))


def of_median(counted: Mapping[int, int]) -> Estimate | None:
    """The median of values, each with how often there is one, and its exact interval: the values between which it lies,
    whatever their distribution. None where there are too few values to have one."""
    number = sum(counted.values())
    rank = _rank(number)
    if rank < 1:
        return None
    values, upto = sorted(value for value, times in counted.items() if times > 0), 0
    ends: list[tuple[int, int]] = []
    for value in values:
        upto += counted[value]
        ends.append((upto, value))

    def nth(place: int) -> int:
        return ends[bisect_left(ends, (place, -1))][1]

    middle = (nth((number + 1) // 2) + nth(number // 2 + 1)) / 2
    return Estimate(middle, float(nth(rank)), float(nth(number - rank + 1)))


@lru_cache(maxsize=100_000)
def _rank(number: int) -> int:
    """Of so many values in order, which one from below and from above bounds the interval of the median: of a coin
    thrown so often, fewer heads than that come up in at most half of what is left uncertain."""
    from scipy.stats import binom

    return int(binom.ppf((1 - SURE) / 2, number, 0.5)) if number else 0
