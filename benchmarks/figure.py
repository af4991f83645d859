"""A figure beside its peer or limit: rounds, the median of their ratios, and whether the goal was met."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Result:
    """One row. `ratio` is the median over the rounds; `goal` says what it should reach."""

    name: str
    value: float
    unit: str
    beside: str
    ratio: float
    goal: str
    met: bool
    rounds: list[float]


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def at_least(
    name: str, goal: float, unit: str, beside: str, values: Sequence[float], ratios: Sequence[float]
) -> Result:
    ratio = statistics.median(ratios)
    return Result(
        name, statistics.median(values), unit, beside, ratio, f"at least {goal:g}", ratio >= goal, list(ratios)
    )


def at_most(name: str, goal: float, unit: str, beside: str, values: Sequence[float], ratios: Sequence[float]) -> Result:
    ratio = statistics.median(ratios)
    return Result(
        name, statistics.median(values), unit, beside, ratio, f"at most {goal:g}", ratio <= goal, list(ratios)
    )
