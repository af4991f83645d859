"""How a column's dates are written: a format in the letters of `strptime`, or Excel's numbers of days."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.catalogue.dates import date_of
from domain.refusal import Refused

EXCEL = "excel"
# Day 61 is 1 March 1900: those before it are counted differently by different programs.
_DAY_ZERO, _FIRST, _LAST = date(1899, 12, 30), 61, 110_000
_NUMBERS = {"d": (1, 2), "m": (1, 2), "Y": (4, 4), "H": (1, 2), "M": (2, 2), "S": (2, 2)}
_NAME = r"[^\W\d_]+"
_PARTS = re.compile(r"%(.)|([^%]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A format that was checked; `pattern` finds year, month and day in a cell, None for Excel's numbers."""

    written: str
    pattern: re.Pattern[str] | None

    @property
    def whole(self) -> bool:
        """Whether it tells day, month and year."""
        return self.pattern is None or {"d", "m", "Y"} <= self.pattern.groupindex.keys()

    def read(self, cell: str) -> tuple[int, int | None, int | None]:
        """Year, month and day, as far as they are known. Raises Refused where the cell is not written so."""
        if self.pattern is None:
            return _excel_day(cell)
        match = self.pattern.fullmatch(cell)
        if match is None:
            raise Refused(
                "This is not written as %(format)s says. Where figures touch, none may be missing: 02, and not 2.",
                format=self.written,
            )
        found = match.groupdict()
        return date_of(found["Y"], found.get("m"), found.get("d"))


def date_format(written: str) -> DateFormat:
    """A format by what the mapping says. Raises Refused, in the words of a mapping's mistakes, for one of no use."""
    if written == EXCEL:
        return DateFormat(written, None)
    parts = [(match[1], match[2]) for match in _PARTS.finditer(written)]
    letters = [letter for letter, _ in parts if letter]
    named = ["m" if letter in "bB" else letter for letter in letters]
    if "Y" not in letters:
        # Two digits leave the century to be guessed.
        raise Refused("date_format needs %Y, a year in four digits: 80 may be 1980 or 2080")
    if set(named) - _NUMBERS.keys() or len(set(named)) < len(named):
        raise Refused("date_format has %d, %m (or %b), %Y, %H, %M and %S, each once at most")
    if "d" in named and "m" not in named:
        raise Refused("date_format needs a month beside the day")
    beside = [(at, at + 1) for at, (one, two) in enumerate(pairwise(parts)) if one[0] and two[0]]
    touching = {at for pair in beside for at in pair}
    pattern = "".join(_pattern(letter, text, at in touching) for at, (letter, text) in enumerate(parts))
    return DateFormat(written, re.compile(pattern))


def _pattern(letter: str | None, text: str | None, touches: bool) -> str:
    if letter is None:
        return re.escape(text or "")
    if letter in "bB":
        return rf"(?P<m>{_NAME}\.?)"
    least, most = _NUMBERS[letter]
    # Where nothing parts two numbers, each has all its figures, or one would take a figure of the other.
    return rf"(?P<{letter}>[0-9]{{{most if touches else least},{most}}})"


def _excel_day(cell: str) -> tuple[int, int | None, int | None]:
    if not re.fullmatch(r"\d{1,6}(?:[.,]\d+)?", cell, re.ASCII):
        raise Refused("This is no number of a day as Excel counts them.")
    number = int(re.split(r"[.,]", cell)[0])
    if not _FIRST <= number <= _LAST:
        raise Refused("This is no number of a day as Excel counts them.")
    day = _DAY_ZERO + timedelta(days=number)
    return day.year, day.month, day.day
