"""Counting paths: how many took each, what follows on what and after how long, and where people are now; for each team,
before anything is hidden."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import pairwise
from operator import sub
from uuid import UUID

from projections.paths import ENDS, Path

Steps = tuple[str, ...]
Pair = tuple[str, str]
Team = UUID | None


@dataclass(slots=True)
class Counts:
    """Of one team: how many began, took each path, reached each step and went from one to another, with the days that
    each of them took; and for how many days those who are at a step now have been there."""

    clients: int = 0
    variants: Counter[Steps] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    waits: dict[Pair, list[int]] = field(default_factory=lambda: defaultdict(list))
    staying: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


@cache
def steps_of(text: str) -> tuple[Steps, tuple[Pair, ...]]:
    """The steps of a path as it is kept, and each with the next; read once for all who took it."""
    steps = tuple(text.split())
    return steps, tuple(pairwise(steps))


def count(paths: Sequence[Path], since: date, as_of: date) -> Mapping[Team, Counts]:
    """The paths that began since a day; and where all who have not left are now, whenever they began."""
    found: dict[Team, Counts] = defaultdict(Counts)
    first, today = since.toordinal(), as_of.toordinal()
    together: dict[tuple[Team, str], list[list[int]]] = defaultdict(list)
    for path in paths:
        together[path.team_id, path.steps].append(list(map(int, path.days.split())))
    for (team, text), rows in together.items():
        counts, (steps, pairs) = found[team], steps_of(text)
        if steps[-1] not in ENDS:
            counts.staying[steps[-1]] += [today - days[-1] for days in rows]
        # The intake is the first of a path, but for a file that took over what was before.
        begun = [days for days in rows if days[0] >= first]
        if not begun:
            continue
        counts.clients += len(begun)
        counts.variants[steps] += len(begun)
        for step in steps:
            counts.reached[step] += len(begun)
        columns = list(zip(*begun, strict=True))
        for pair, (before, after) in zip(pairs, pairwise(columns), strict=True):
            counts.waits[pair].extend(map(sub, after, before))
    return found


def share_at_most(days: list[int], percent: int) -> int:
    """The days within which so many of a hundred had gone on: the smallest that is enough for them."""
    ordered = sorted(days)
    return ordered[-(-len(ordered) * percent // 100) - 1]
