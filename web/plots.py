"""Plots as numbers to draw: scaled here, drawn as inline SVG by components/plots.html, with the table behind each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

# On the right stands what each line is called; above, what the numbers count and those of the week that is pointed at.
WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 960, 270, 46, 190, 40, 34
STRIP = 960
# Less, and two names would be written over each other.
LINE_OF_TEXT = 15.0

Points = Sequence[tuple[date, int]]


# A day from which something counts otherwise, what it is called, and where it leads.
Mark = tuple[date, str, str | None]


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name, the points of its path, where it ends, at what height its name stands, and the numbers behind
    it."""

    name: str
    path: str
    end: tuple[float, float]
    label: float
    numbers: Points


@dataclass(frozen=True, slots=True)
class Column:
    """A day that can be pointed at: where it begins, how wide it is, its own place, and the numbers of all lines.
    `named`: whether it stands on the scale, and the keyboard stops there."""

    start: float
    width: float
    x: float
    day: date
    numbers: list[int | None]
    named: bool


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines over weeks on one scale. `ticks` are heights with their number, `days` places with their day, `marks`
    places of days on which something changed, with what. `columns` are the days, to be pointed at."""

    series: list[Series]
    ticks: list[tuple[float, int]]
    days: list[tuple[float, date]]
    marks: list[tuple[float, str, str | None]]
    table: list[tuple[date, list[int | None]]]
    columns: list[Column]


def lines(named: Sequence[tuple[str, Points]], marks: Sequence[Mark] = ()) -> Lines | None:
    """Lines of numbers by day; None where there are fewer than two days."""
    named = [(name, points) for name, points in named if points]
    days = sorted({day for _, points in named for day, _ in points})
    if len(days) < 2:
        return None
    top = nice(max(number for _, points in named for _, number in points))
    first, span = days[0], (days[-1] - days[0]).days

    def x(day: date) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span, 1)

    def y(number: float) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - number / top), 1)

    series = []
    labels = apart([y(points[-1][1]) for _, points in named])
    for (name, points), label in zip(named, labels, strict=True):
        path = " ".join(f"{'L' if n else 'M'}{x(day)} {y(number)}" for n, (day, number) in enumerate(points))
        series.append(Series(name, path, (x(points[-1][0]), y(points[-1][1])), label, points))
    by_day = [dict(points) for _, points in named]
    step = max(1, len(days) // 5)
    shown = days[::step]
    table = [(day, [numbers.get(day) for numbers in by_day]) for day in reversed(days)]
    return Lines(
        series,
        [(y(number), number) for number in (0, top // 2, top)],
        [(x(day), day) for day in shown],
        [(x(day), text, href) for day, text, href in marks if first <= day <= days[-1]],
        table,
        _columns([(x(day), day, numbers) for day, numbers in reversed(table)], set(shown)),
    )


def _columns(days: Sequence[tuple[float, date, list[int | None]]], named: set[date]) -> list[Column]:
    """Each day with the half of the way to its neighbours."""
    places = [place for place, _day, _numbers in days]
    between = [(one + other) / 2 for one, other in pairwise(places)]
    starts, ends = [places[0], *between], [*between, places[-1]]
    return [
        Column(round(start, 1), round(end - start, 1), place, day, numbers, day in named)
        for start, end, (place, day, numbers) in zip(starts, ends, days, strict=True)
    ]


def apart(heights: Sequence[float]) -> list[float]:
    """Heights for names beside the ends of lines: near to them, in their order, and none over another."""
    order = sorted(range(len(heights)), key=lambda nth: heights[nth])
    found = list(heights)
    for above, nth in pairwise(order):
        found[nth] = max(found[nth], found[above] + LINE_OF_TEXT)
    lowest = HEIGHT - BOTTOM + 4.0
    for nth in reversed(order):
        found[nth] = min(found[nth], lowest)
        lowest = found[nth] - LINE_OF_TEXT
    return [round(height, 1) for height in found]


def nice(most: int) -> int:
    """A round even number at or above the highest."""
    unit = max(10, int(10 ** (len(str(most)) - 1)) // 5)
    return max(-(-most // unit), 1) * unit


def spark(numbers: Sequence[int], most: int | None = None) -> str | None:
    """The path of a small line in a table, 80 by 20; None for fewer than two numbers.

    On the scale of its own numbers, or from 0 to `most` where several are to be compared.
    """
    if len(numbers) < 2:
        return None
    least, most = (min(numbers), max(numbers)) if most is None else (0, most)
    reach = max(most - least, 1)
    return " ".join(
        f"{'L' if n else 'M'}{round(2 + 76 * n / (len(numbers) - 1), 1)} {round(17 - 14 * (number - least) / reach, 1)}"
        for n, number in enumerate(numbers)
    )


def changed_in(days: Sequence[date], since: Sequence[date]) -> list[tuple[float, date]]:
    """Where in a small line of numbers of these days something was first counted otherwise, with since when."""
    places = []
    for day in since:
        nth = bisect_left(days, day)
        if 0 < nth < len(days):
            places.append((round(2 + 76 * nth / (len(days) - 1), 1), day))
    return places


@dataclass(frozen=True, slots=True)
class Bar:
    """`href` leads to what the label means or holds, `behind` to what the number counts; `figure` is what it is called
    where it is explained. Where there is no `number` the group is hidden."""

    label: str
    number: int | None
    width: float
    href: str | None = None
    behind: str | None = None
    figure: str | None = None


def bars(rows: Sequence[tuple[str, int | None, str | None]], *, most: int = 0) -> list[Bar]:
    """Bars as wide as their numbers, out of 100; `most` is the end of the scale where it reaches beyond them."""
    most = max([most, *(number for _, number, _ in rows if number is not None)]) or 1
    return [Bar(label, number, round(100 * (number or 0) / most, 1), href) for label, number, href in rows]


@dataclass(frozen=True, slots=True)
class Month:
    """Two numbers of a month beside each other: where it begins, how wide it is, and the tops of its two bars. One that
    is hidden has no bar, whose top is at the foot."""

    first: date
    start: float
    width: float
    tops: tuple[float, float]
    numbers: tuple[int | None, int | None]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two numbers by month on one scale; `names` stand at the height of the last two, `sums` are of all months, None
    where one of them is hidden."""

    months: list[Month]
    names: list[tuple[str, float]]
    ticks: list[tuple[float, int]]
    sums: tuple[int | None, int | None]


def pairs(names: tuple[str, str], rows: Sequence[tuple[date, int | None, int | None]]) -> Pairs | None:
    """Bars of two numbers for each month; None where there are fewer than two months."""
    if len(rows) < 2:
        return None
    top = nice(max((number for _, *numbers in rows for number in numbers if number is not None), default=0))
    width = (WIDTH - LEFT - RIGHT) / len(rows)

    def y(number: float | None) -> float:
        return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - (number or 0) / top), 1)

    def summed(numbers: Sequence[int | None]) -> int | None:
        shown = [number for number in numbers if number is not None]
        return sum(shown) if len(shown) == len(numbers) else None

    months = [
        Month(first, round(LEFT + width * nth, 1), round(width, 1), (y(one), y(other)), (one, other))
        for nth, (first, one, other) in enumerate(rows)
    ]
    labels = apart(months[-1].tops)
    return Pairs(
        months,
        list(zip(names, labels, strict=True)),
        [(y(number), number) for number in (0, top // 2, top)],
        (summed([one for _, one, _ in rows]), summed([other for _, _, other in rows])),
    )


@dataclass(frozen=True, slots=True)
class Strip:
    """Dots along a line, one a coach and none with a name; `limits` are places with their number."""

    dots: list[tuple[float, float, int]]
    limits: list[tuple[float, int]]
    ticks: list[tuple[float, int]]


def strip(numbers: Sequence[int], limits: Sequence[int]) -> Strip:
    """Numbers as dots on one scale with limits; the same numbers lie above each other."""
    top = nice(max([*numbers, *limits]) + 5)

    def x(number: int) -> float:
        return round(20 + (STRIP - 60) * number / top, 1)

    stacked: dict[int, int] = {}
    dots = []
    for number in sorted(numbers):
        place = round(x(number) / 12)
        stacked[place] = stacked.get(place, 0) + 1
        dots.append((x(number), 88.0 - 13 * (stacked[place] - 1), number))
    return Strip(
        dots, [(x(limit), limit) for limit in limits], [(x(n), n) for n in range(0, top + 1, 20 * (top // 160 + 1))]
    )
