"""Whose voice counts: how far signals came, and how soon, by one property at a time and never of a small group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from uuid import UUID

from sqlalchemy import Connection, func, select

from domain.suppression import SMALLEST_GROUP, ByTeam, Shown, shown_column
from feedback.signals import signals

# Never crossed: by role and team together, a group could be one person.
GROUPS = ("kind", "role", "team_id")
# Of fewer, a share of rounded numbers says little.
SHARE_OF_ROUNDED = 25
STEPS = ("logged", "triaged", "answered", "accepted", "delivered", "confirmed")


@dataclass(frozen=True, slots=True)
class Voice:
    """A group of signals: how many came how far, None where that would point at people; medians in working days.
    Numbers of teams are `rounded`."""

    group: str
    numbers: list[Shown]
    triage_days: int | None
    answer_days: int | None
    rounded: bool = False

    @property
    def accepted_share(self) -> int | None:
        """Of a hundred that were answered, how many were accepted; of rounded numbers where they are many enough."""
        answered, accepted = (self.numbers[STEPS.index(name)] for name in ("answered", "accepted"))
        if not answered or accepted is None or (self.rounded and answered < SHARE_OF_ROUNDED):
            return None
        return min(round(100 * accepted / answered), 100)


def by_group(connection: Connection, teams: Sequence[UUID] = ()) -> dict[str, list[Voice]]:
    """All signals by kind, by role and by team, each group by its name, of these `teams` also those that logged none;
    counted in one pass."""
    s = signals.c
    facts = [*(s[group] for group in GROUPS), s.triage_days, s.answer_days, *(s[name] for name in STEPS[3:])]
    counted = connection.execute(select(*facts, func.count()).group_by(*facts)).all()
    return {
        group: _by([(row[nth], row[len(GROUPS) :]) for row in counted], teams if group == "team_id" else None)
        for nth, group in enumerate(GROUPS)
    }


def _by(counted: Sequence[tuple[object, Sequence[int | None]]], teams: Sequence[UUID] | None) -> list[Voice]:
    """One property of these signals; of each: the days to triage and to answer, what it reached, and how many such."""
    tallies = {str(team_id): _Tally() for team_id in teams or ()}
    for name, (triage, answer, *reached, times) in counted:
        if name is not None:
            tallies.setdefault(str(name), _Tally()).add(triage, answer, reached, times or 0)
    groups = sorted(tallies.items())
    by_team = teams is not None
    columns = [_column({name: tally.numbers[n] for name, tally in groups}, teams=by_team) for n in range(len(STEPS))]
    return [
        _voice(name, tally, [shown[nth] for shown in columns], rounded=by_team)
        for nth, (name, tally) in enumerate(groups)
    ]


def _voice(name: str, tally: _Tally, numbers: list[Shown], *, rounded: bool) -> Voice:
    triaged, answered = (numbers[STEPS.index(step)] for step in ("triaged", "answered"))
    # That there is a median says that there are five: not where their number is hidden.
    triage_days = None if triaged is None else _median(tally.triage)
    return Voice(name, numbers, triage_days, None if answered is None else _median(tally.answer), rounded)


def _column(numbers: dict[str, int], *, teams: bool) -> list[Shown]:
    """Whoever looks knows what the own team logged. A signal tells the role of its reporter, so by role no number is
    rounded: everybody can count them. It does not tell the team, which a number that goes up by one would."""
    if not teams:
        return shown_column(list(numbers.values()))
    return list(ByTeam(numbers).with_known_sum().values())


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
