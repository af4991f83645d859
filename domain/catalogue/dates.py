"""Days as people write them: in figures or with the name of a month, whole or as far as they are known."""

from __future__ import annotations

import re

from domain.refusal import Refused

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mrt mar maa maart march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "aug augustus august",
            "sep sept september",
            "okt oct oktober october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_FIRST_YEAR = re.compile(r"(?P<Y>\d{4})(?:([-/.])(?P<m>\d{1,2})(?:\2(?P<d>\d{1,2}))?)?", re.ASCII)
_LAST_YEAR = re.compile(r"(?:(?P<d>\d{1,2})(?P<s>[-/.]))?(?P<m>\d{1,2})(?(s)(?P=s)|[-/.])(?P<Y>\d{4})", re.ASCII)
_NAMED = re.compile(r"(?:(?P<d>\d{1,2})[-/. ] ?)?(?P<m>[^\W\d_]+)\.?[-/ ](?P<Y>\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(?:\d{1,2}[-/. ] ?)?(?:\d{1,2}|[^\W\d_]+\.?)[-/. ]'?\d{2}", re.ASCII)
# A day of which somebody's program also tells the time: midnight, mostly. One with a zone may be another day here.
_TIME = re.compile(r"(?:T|,? +)\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?$", re.ASCII)


def read_date(text: str) -> tuple[int, int | None, int | None]:
    """Year, month and day; month and day None where they are not said, or written as 0 as the civil registry does.

    Raises Refused where it is no date.
    """
    text = _TIME.sub("", text.strip())
    for form in (_FIRST_YEAR, _LAST_YEAR, _NAMED):
        if match := form.fullmatch(text):
            return date_of(match["Y"], match["m"], match["d"])
    if _SHORT_YEAR.fullmatch(text):
        raise Refused("The year has only two digits. Write all four: 1980 or 2080.")
    raise Refused("Write a date like 31-12-1999 or 1999-12-31.")


def date_of(year: str, month: str | None, day: str | None) -> tuple[int, int | None, int | None]:
    """The same of the parts of a date. Raises Refused where there is no such month, or a day of no month."""
    number = month_of(month) if month else None
    of_month = int(day or 0) or None
    if of_month and not number:
        raise Refused("There is no such day.")
    return int(year), number, of_month


def month_of(text: str) -> int | None:
    """A month by its number or its name, Dutch or English; None for 0. Raises Refused where there is none."""
    if text.isdecimal():
        return int(text) or None
    found = MONTHS.get(text.casefold().rstrip("."))
    if found is None:
        raise Refused("Write a date like 31-12-1999 or 1999-12-31.")
    return found
