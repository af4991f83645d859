"""What an import found in a file's cells: what became unknown, empty and unreadable apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

FIRST_LINES = 5


@dataclass(slots=True)
class ColumnFindings:
    """How many cells of a column said nothing, how many could not be read, on which lines first, and for what reasons.
    Nothing of what stands in them."""

    empty: int = 0
    unreadable: int = 0
    first_lines: list[int] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def unknown(self) -> int:
        return self.empty + self.unreadable

    def add(self, line: int, reason: str | None) -> None:
        """Count a cell: `reason` says why it could not be read, None where it said nothing."""
        if reason is None:
            self.empty += 1
            return
        self.unreadable += 1
        self.reasons[reason] += 1
        if len(self.first_lines) < FIRST_LINES:
            self.first_lines.append(line)


def told(findings: Mapping[str, ColumnFindings]) -> Iterable[str]:
    """The findings as lines to read, by column."""
    for name, found in findings.items():
        if found.empty:
            yield f"{name}: {found.empty} empty"
        if found.unreadable:
            lines = ", ".join(str(line) for line in found.first_lines)
            more = ", …" if found.unreadable > len(found.first_lines) else ""
            yield f"{name}: {found.unreadable} unreadable (line {lines}{more})"
            yield from (f"    {count} times: {reason}" for reason, count in found.reasons.most_common(3))


def wholly_unreadable(
    cells: Iterable[tuple[int, str, str | None, bool]], allowed: Sequence[str]
) -> dict[str, ColumnFindings]:
    """The columns in which something stands and not one cell can be read, but for those that are allowed it.

    `cells` are line, column, why the cell can't be read, and whether something stands there.
    """
    found: dict[str, ColumnFindings] = {}
    readable = set(allowed)
    for line, name, reason, filled in cells:
        if name in readable or not filled:
            continue
        if reason is None:
            readable.add(name)
        else:
            found.setdefault(name, ColumnFindings()).add(line, reason)
    return {name: each for name, each in found.items() if name not in readable}
