"""Hiding small groups in figures that leave a team: also where a total, or the others, would give them away."""

from __future__ import annotations

from collections.abc import Sequence

SMALLEST_GROUP = 5

Shown = int | None


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
    table = [[shown(number) for number in row] for row in numbers]
    lines = [[(r, c) for r in range(len(table))] for c in range(len(table[0]) if table else 0)]
    if rows_add_up:
        lines += [[(r, c) for c in range(len(row))] for r, row in enumerate(table)]
    again = True
    while again:
        again = False
        for line in lines:
            open_ones = [(r, c) for r, c in line if table[r][c] is not None]
            if len(line) - len(open_ones) == 1 and open_ones:
                # One with people in it: a zero says nothing that could hide another number.
                r, c = min(open_ones, key=lambda at: (numbers[at[0]][at[1]] == 0, numbers[at[0]][at[1]]))
                table[r][c] = None
                again = True
    return table
