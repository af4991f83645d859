"""Whose voice counts: how far signals came, and how soon, by one property at a time and never of a small group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sqlalchemy import ColumnElement, Connection, Integer, case, cast, func, select

from domain.suppression import SMALLEST_GROUP, Shown, shown_column
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


def by(connection: Connection, group: str) -> list[Voice]:
    """All signals by kind, role or team."""
    column = signals.c[group]
    reached: Sequence[ColumnElement[bool]] = (
        signals.c.triage_days.is_not(None),
        signals.c.answer_days.is_not(None),
        *(signals.c[name] for name in STEPS[3:]),
    )
    sums = [func.sum(cast(case((condition, 1), else_=0), Integer)) for condition in reached]
    statement = select(column, func.count(), *sums).where(column.is_not(None)).group_by(column).order_by(column)
    rows = [(str(row[0]), [int(n) for n in row[1:]]) for row in connection.execute(statement)]
    columns = [shown_column([numbers[n] for _, numbers in rows]) for n in range(len(STEPS))]
    medians = {name: _medians(connection, column, name) for name in ("triage_days", "answer_days")}
    return [
        Voice(
            name, [shown[nth] for shown in columns], medians["triage_days"].get(name), medians["answer_days"].get(name)
        )
        for nth, (name, _) in enumerate(rows)
    ]


def _medians(connection: Connection, column: ColumnElement[object], name: str) -> dict[str, int]:
    """The median of days of each group of five or more."""
    days = signals.c[name]
    statement = select(column, days, func.count()).where(days.is_not(None), column.is_not(None)).group_by(column, days)
    counted: dict[str, list[int]] = {}
    for group, number, times in connection.execute(statement):
        counted.setdefault(str(group), []).extend([number] * times)
    return {group: round(median(numbers)) for group, numbers in counted.items() if len(numbers) >= SMALLEST_GROUP}
