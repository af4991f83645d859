"""A column of a file: what its cells mean; what the mapping does not say is unknown, never guessed."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.catalogue import Choice, Choices, DateKind, Field, Value
from domain.refusal import Refused
from workers.imports.date_formats import DateFormat

INTAKE = "intake_on"
PERSON = ("name", "client_number", "email", "phone", "language")
OLDEST = 120

_NUMBER = re.compile(r"-?\d{1,9}(?:[.,]\d{1,9})?")
_WHOLE = re.compile(r"\d{1,3}(?:[.,]0+)?")
_SERIAL = re.compile(r"\d{5,6}(?:[.,]\d+)?", re.ASCII)
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
    `values` and `ranges` are complete where they are given: a cell that neither names can't be read.
    `missing` are cells that mean "nobody knows" in this column.
    `born_in` is the year in which the column's ages were true.
    """

    name: str
    target: str
    field: Field | None = None
    values: Mapping[str, Value] = dataclasses.field(default_factory=dict)
    ranges: tuple[Range, ...] = ()
    born_in: int | None = None
    date_format: DateFormat | None = None
    required: bool = False
    missing: frozenset[str] = frozenset()

    def value(self, cell: str) -> Value:
        """The value in the catalogue that a cell stands for. Raises Refused when it stands for none."""
        assert self.field is not None  # noqa: S101 - only columns of the catalogue are asked
        return self.field.check(self._meaning(cell))

    def day(self, cell: str) -> date:
        """The day in a cell. Raises Refused when there is none."""
        return date.fromisoformat(str(self._date(cell, _ANY_DAY)))

    def _meaning(self, cell: str) -> object:
        if cell in self.values:
            return self.values[cell]
        if self.ranges:
            return self._in_range(cell)
        if self.values:
            raise Refused("This is not among the values that the mapping names.")
        if self.born_in is not None:
            return self._birth_year(cell)
        kind = self.field.kind if self.field else None
        if isinstance(kind, DateKind):
            return self._date(cell, kind)
        return _codes(kind, cell) if isinstance(kind, Choice | Choices) else cell

    def _in_range(self, cell: str) -> Value:
        if not _NUMBER.fullmatch(cell):
            raise Refused("This is not a number, and not among the values that the mapping names.")
        number = float(cell.replace(",", "."))
        for each in self.ranges:
            if each.low <= number <= each.high:
                return each.value
        raise Refused("This number is in none of the ranges that the mapping names.")

    def _birth_year(self, cell: str) -> str:
        age = int(re.split(r"[.,]", cell)[0]) if _WHOLE.fullmatch(cell) else OLDEST + 1
        if age > OLDEST or self.born_in is None:
            raise Refused("This is not an age in whole years.")
        return f"{self.born_in - age:04}"

    def _date(self, cell: str, kind: DateKind) -> Value:
        """A date with its own format, or as a form would read it."""
        if self.date_format is not None:
            return kind.checked(*self.date_format.read(cell))
        if _SERIAL.fullmatch(cell):
            raise Refused('This is a number. If it counts days as Excel does, set date_format = "excel".')
        return kind.parse(cell)


def _codes(kind: Choice | Choices, cell: str) -> str:
    """The codes in a cell that has codes, or what people read of them in either language."""
    named = {text.casefold(): o.code for o in kind.options for text in (o.label.en, o.label.nl)}
    if cell.casefold() in named:
        return named[cell.casefold()]
    if isinstance(kind, Choice):
        return cell
    # A label may have a comma of its own, so the longest that fits is taken first.
    parts = [part.strip() for part in cell.split(",")]
    found: list[str] = []
    while parts:
        fits = [n for n in range(len(parts), 0, -1) if ", ".join(parts[:n]).casefold() in named]
        taken = fits[0] if fits else 1
        said = ", ".join(parts[:taken])
        found.append(named.get(said.casefold(), said))
        parts = parts[taken:]
    return ",".join(found)
