"""A column of a file: what its cells mean; what the mapping does not say is unknown, never guessed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.catalogue import DateKind, Field, Value
from domain.refusal import Refused

INTAKE = "intake_on"
PERSON = ("name", "client_number", "email", "phone")
OLDEST = 120

_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,9})?")
_WHOLE = re.compile(r"\d{1,3}(?:[.,]0+)?")
_ANY_DAY = DateKind()


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `low` to `high`, both included, and the value that they stand for."""

    low: float
    high: float
    value: Value


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read.

    `target` is a key of the catalogue (then `field` is set), a word of PERSON, or INTAKE.
    `values` and `ranges` are complete where they are given: a cell that neither names is unknown.
    `born_in` is the year in which the column's ages were true.
    """

    name: str
    target: str
    field: Field | None = None
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    born_in: int | None = None
    date_format: str | None = None
    required: bool = False

    def value(self, cell: str) -> Value:
        """The value in the catalogue that a cell stands for, None when it stands for none: unknown."""
        assert self.field is not None  # noqa: S101 - only columns of the catalogue are asked
        try:
            return self.field.check(self._meaning(cell))
        except Refused:
            return None

    def day(self, cell: str) -> date | None:
        """The day in a cell, None when there is none."""
        try:
            text = _ANY_DAY.parse(self._day(cell))
        except Refused:
            return None
        return date.fromisoformat(str(text))

    def _meaning(self, cell: str) -> object:
        if cell in self.values:
            return self.values[cell]
        if self.ranges:
            return self._in_range(cell)
        if self.values:
            return None
        if self.born_in is not None:
            return self._birth_year(cell)
        return self._day(cell)

    def _in_range(self, cell: str) -> Value:
        if not _NUMBER.fullmatch(cell):
            return None
        number = float(cell.replace(",", "."))
        return next((r.value for r in self.ranges if r.low <= number <= r.high), None)

    def _birth_year(self, cell: str) -> str | None:
        if not _WHOLE.fullmatch(cell) or self.born_in is None:
            return None
        age = int(re.split(r"[.,]", cell)[0])
        return f"{self.born_in - age:04}" if age <= OLDEST else None

    def _day(self, cell: str) -> str | None:
        """A cell of a date with its own format as ISO text, as precise as that format; any other as it is."""
        if self.date_format is None:
            return cell
        try:
            day = datetime.strptime(cell, self.date_format).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            return None
        return day.isoformat()[: precision(self.date_format)]


def precision(date_format: str) -> int:
    """How many characters of an ISO day a format fills: 10, 7 without the day, 4 for a year alone."""
    if "%d" in date_format:
        return 10
    return 7 if any(month in date_format for month in ("%m", "%b", "%B")) else 4
