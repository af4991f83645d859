"""Whose voice counts: how far signals came, and how soon, by one property at a time and never of a small group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from sqlalchemy import Connection, func, select

from domain.suppression import SMALLEST_GROUP, ByTeam, Shown, shown_column
from feedback.signals import signals

# Never crossed: by role and team together, a group could be one person.
GROUPS = ("kind", "role", "team_id")
STEPS = ("logged", "triaged", "answered", "accepted", "delivered", "confirmed")


@dataclass(frozen=True, slots=True)
class Voice:
    """A group of signals: how many came how far, None where that would point at people; medians in working days."""

    group: str
    numbers: list[Shown]
    triage_days: int | None
    answer_days: int | None

    @property
    def accepted_share(self) -> int | None:
        """Of a hundred that were answered, how many were accepted."""
        answered, accepted = (self.numbers[STEPS.index(name)] for name in ("answered", "accepted"))
        return round(100 * accepted / answered) if answered and accepted is not None else None


def by_group(connection: Connection) -> dict[str, list[Voice]]:
    """All signals by kind, by role and by team, each group by its name; counted in one pass."""
    s = signals.c
    facts = [*(s[group] for group in GROUPS), s.triage_days, s.answer_days, *(s[name] for name in STEPS[3:])]
    counted = connection.execute(select(*facts, func.count()).group_by(*facts)).all()
    return {
        group: _by([(row[nth], row[len(GROUPS) :]) for row in counted], teams=group == "team_id")
        for nth, group in enumerate(GROUPS)
    }


def _by(counted: Sequence[tuple[object, Sequence[int | None]]], *, teams: bool = False) -> list[Voice]:
    """One property of these signals; of each: the days to triage and to answer, what it reached, and how many such."""
    tallies: dict[str, _Tally] = {}
    for name, (triage, answer, *reached, times) in counted:
        if name is not None:
            tallies.setdefault(str(name), _Tally()).add(triage, answer, reached, times or 0)
    groups = sorted(tallies.items())
    columns = [_column({name: tally.numbers[n] for name, tally in groups}, teams=teams) for n in range(len(STEPS))]
    return [
        Voice(name, [shown[nth] for shown in columns], *(_median(days) for days in (tally.triage, tally.answer)))
        for nth, (name, tally) in enumerate(groups)
    ]


def _column(numbers: dict[str, int], *, teams: bool) -> list[Shown]:
    """Whoever looks knows what the own team logged."""
    if not teams:
        return shown_column(list(numbers.values()))
    hidden = ByTeam(numbers)
    return [hidden.of(name) for name in numbers]


@dataclass(slots=True)
class _Tally:
    """A group while it is counted: how many came how far, and how often it took so many days."""

    numbers: list[int] = field(default_factory=lambda: [0] * len(STEPS))
    triage: Counter[int] = field(default_factory=Counter)
    answer: Counter[int] = field(default_factory=Counter)

    def add(self, triage: int | None, answer: int | None, reached: Sequence[int | None], times: int) -> None:
        for nth, came in enumerate((True, triage is not None, answer is not None, *reached)):
            self.numbers[nth] += times if came else 0
        for days, number in ((self.triage, triage), (self.answer, answer)):
            if number is not None:
                days[number] += times


def _median(days: Counter[int]) -> int | None:
    """The median of five or more."""
    return round(median(list(days.elements()))) if days.total() >= SMALLEST_GROUP else None
