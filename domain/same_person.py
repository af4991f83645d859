"""Who may be the same person: by number, and by names as they sound, so that another spelling hides nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import StrEnum
from functools import lru_cache

import cologne_phonetics

from domain.names import PREFIXES, folded
from domain.text import same_text

_WORD = re.compile(r"[a-z0-9]+")
# Longer names than people have are a way to make somebody wait.
MOST_PARTS = 8


class By(StrEnum):
    """What two people have in common, the most telling first."""

    NUMBER = "number"
    NAME_AND_BIRTH_DATE = "name_and_birth_date"
    NAME_AND_YEAR = "name_and_year"
    NAME = "name"


# What somebody is found by: two of the same may be the same person.
Sign = tuple[By, str, str]


def number(text: str) -> str:
    """A client number as it is compared: without blanks and capitals."""
    return "".join(same_text(text).split())


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How a word of small Latin letters without accents sounds, by the Cologne phonetics: made for German,
    it fits Dutch names best.

    Source: H. J. Postel, Die Kölner Phonetik, IBM-Nachrichten 19 (1969). A word without a sound, or with figures in
    it, stands for itself.
    """
    return ("".join(code for _, code in cologne_phonetics.encode(word)) if word.isalpha() else "") or word


def parts(name: str) -> list[str]:
    """The parts of a name that tell people apart, without prefixes and initials; all where nothing else is left."""
    words = _WORD.findall(folded(name))[:MOST_PARTS]
    return [word for word in words if len(word) > 1 and word not in PREFIXES] or words


def signs(name: str | None, client_number: str | None, birth_date: str | None) -> frozenset[Sign]:
    """What a person is known by. `birth_date` is ISO text, of which the day, or month and day, may be unknown."""
    return frozenset(_signs(name, client_number, birth_date))


def _signs(name: str | None, client_number: str | None, birth_date: str | None) -> Iterator[Sign]:
    if client_number and (same := number(client_number)):
        yield By.NUMBER, same, ""
    sounds = sorted({sound(part) for part in parts(name or "")})
    if not sounds:
        return
    yield By.NAME, " ".join(sounds), ""
    yield By.NAME_AND_YEAR, " ".join(sounds), (birth_date or "")[:4]
    if birth_date is not None and len(birth_date) == len("2026-11-27"):
        for each in sounds:
            yield By.NAME_AND_BIRTH_DATE, each, birth_date


def looked_for(name: str | None, client_number: str | None, birth_date: str | None) -> frozenset[Sign]:
    """By what a person is looked for among those who are known: also with day and month the other way round, and among
    those whose birth date is not known. The name alone says something only where nothing else is known."""
    found = set(_signs(name, client_number, birth_date))
    if birth_date is None:
        return frozenset(found)
    if swapped := _swapped(birth_date):
        found |= {sign for sign in _signs(name, None, swapped) if sign[0] is By.NAME_AND_BIRTH_DATE}
    found |= {sign for sign in _signs(name, None, None) if sign[0] is By.NAME_AND_YEAR}
    return frozenset(sign for sign in found if sign[0] is not By.NAME)


def _swapped(birth_date: str) -> str | None:
    year, _, rest = birth_date.partition("-")
    month, _, day = rest.partition("-")
    return f"{year}-{day}-{month}" if day and "01" <= day <= "12" and day != month else None


def is_probably(
    common: Collection[Sign], name: str | None, born: str | None, known_born: str | None, *, came_together: bool
) -> By | None:
    """What makes it probable that a newcomer is somebody who is known, by the signs that both have: a number; two parts
    of the name and the birth date, or the one part that there is; all of the name, where both birth dates are known and
    one of them not to the day. Where neither is known, they must have come in on one day without a number
    (`came_together`). Many share less than that in a city."""
    if any(by is By.NUMBER for by, *_ in common):
        return By.NUMBER
    alike = {sounds for by, sounds, _ in common if by is By.NAME_AND_BIRTH_DATE}
    if alike and len(alike) >= min(2, len({sound(part) for part in parts(name or "")})):
        return By.NAME_AND_BIRTH_DATE
    if not any(by is By.NAME_AND_YEAR for by, *_ in common):
        return None
    if born and known_born:
        shorter = min(len(born), len(known_born))
        says_less = shorter < len("2026-11-27") and born[:shorter] == known_born[:shorter]
        return By.NAME_AND_YEAR if says_less else None
    return By.NAME_AND_YEAR if came_together and not born and not known_born else None
