"""Whom a requirement of a vacancy leaves out: a group far more often than everybody else, by a rule of thumb that is
used for selections everywhere: four fifths."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.matching import Requirement
from domain.suppression import rounded

# Of a group fewer than four of five are left for each five of everybody else.
FOUR_FIFTHS = 0.8
# In a smaller group, one or two people make the difference.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Dropping:
    """A requirement that leaves out a group far more often than everybody else."""

    requirement: Requirement
    characteristic: str
    group: str

    def __str__(self) -> str:
        return f"{self.requirement} {self.characteristic} {self.group}"


def far_more(dropped: int, group: int, all_dropped: int, everybody: int) -> bool:
    """Whether of a group far more are left out than of everybody else; of small groups nothing is said."""
    others = everybody - group
    if min(group, others) < ENOUGH:
        return False
    left, left_of_others = 1 - dropped / group, 1 - (all_dropped - dropped) / others
    return left < FOUR_FIFTHS * left_of_others


def droppings(
    counted: Mapping[tuple[str, str], tuple[int, Mapping[Requirement, int]]],
    everybody: tuple[int, Mapping[Requirement, int]],
    requirements: Iterable[Requirement],
) -> list[Dropping]:
    """Of each requirement the groups that it leaves out far more often. `counted` has for each group of each
    characteristic how many there are, and how many each requirement leaves out, as `everybody` has of all. It is judged
    by rounded numbers, so that no one client decides what is said."""
    number, dropped = everybody
    return [
        Dropping(requirement, characteristic, group)
        for requirement in requirements
        for (characteristic, group), (there, out) in sorted(counted.items())
        if far_more(
            rounded(out.get(requirement, 0)), rounded(there), rounded(dropped.get(requirement, 0)), rounded(number)
        )
    ]
