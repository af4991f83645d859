"""The kinds of fields: what a form or a file may bring, and how a value is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, cast

from domain.catalogue.dates import read_date
from domain.catalogue.terms import Value
from domain.refusal import Refused

# A day outside these years is a slip of the pen; far beyond them, no day can be counted on from it.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


@dataclass(frozen=True, slots=True)
class Text:
    """The same in both languages."""

    en: str
    nl: str

    def in_(self, language: str) -> str:
        """In this language, or else in English."""
        return self.nl if language == "nl" else self.en


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers that a field allows. `alone`: it excludes the others."""

    code: str
    label: Text
    definition: Text
    alone: bool = False


YES, NO = Text("yes", "ja"), Text("no", "nee")
_TRUE = frozenset({"yes", "ja", "true", "waar", "1", "y", "j"})
_FALSE = frozenset({"no", "nee", "false", "onwaar", "0", "n"})

# Decimals are fine when there is nothing in them, but for three: 1.000 is a thousand to one, and one to another.
_WHOLE = re.compile(r"-?\d{1,9}(?:[.,](?!000$)0+)?")
# What no keyboard types and a database may refuse.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def _text(raw: object) -> str:
    text = " ".join(_CONTROLS.sub(" ", str("" if raw is None else raw)).split())
    if not text:
        raise Refused("Please fill this in.")
    return text


class _Plain:
    """A kind whose value is written, and not chosen among answers.

    `widget` names the component that asks for it; `several`: more than one answer may be given.
    """

    __slots__ = ()

    widget: ClassVar[str]
    several: ClassVar[bool] = False

    @property
    def answers(self) -> tuple[Option, ...]:
        """What one can choose from."""
        return ()

    @property
    def explained(self) -> tuple[Option, ...]:
        """The answers that have a meaning of their own."""
        return ()

    def written(self, value: Value) -> tuple[str, ...]:
        """A value as a form brings it."""
        return () if value is None else (str(value),)


class _Chosen(_Plain):
    """A kind whose value is chosen among options."""

    __slots__ = ()

    widget: ClassVar[str] = "options"
    options: tuple[Option, ...]

    @property
    def answers(self) -> tuple[Option, ...]:
        return self.options

    @property
    def explained(self) -> tuple[Option, ...]:
        return self.options

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)


@dataclass(frozen=True, slots=True)
class DateKind(_Plain):
    """A day. `partial`: the month or the year alone will do; `future`: it may lie ahead."""

    widget: ClassVar[str] = "day"

    partial: bool = False
    future: bool = False

    def parse(self, raw: object) -> Value:
        """ISO text. Raises Refused when it is no day, or one before 1900 or after 2200."""
        return self.checked(*read_date(_text(raw)))

    def checked(self, year: int, month: int | None, day: int | None) -> Value:
        """The same of its parts, as far as they are known."""
        if year < EARLIEST_YEAR:
            raise Refused("The year is before %(year)d.", year=EARLIEST_YEAR)
        if year > LATEST_YEAR:
            raise Refused("The year is after %(year)d.", year=LATEST_YEAR)
        if day is None and not self.partial:
            raise Refused("Enter the day, month and year.")
        try:
            whole = date(year, month or 1, day or 1)
        except ValueError:
            raise Refused("There is no such day.") from None
        return whole.isoformat()[: 10 if day else 7 if month else 4]

    def lies_ahead(self, value: Value, today: date) -> bool:
        """Whether all of the day, month or year lies ahead, where it may not."""
        return not self.future and str(value) > today.isoformat()[: len(str(value))]

    def show(self, value: Value, language: str) -> str:
        return "-".join(reversed(str(value).split("-")))


@dataclass(frozen=True, slots=True)
class YesNo(_Plain):
    """Yes or no."""

    widget: ClassVar[str] = "options"

    @property
    def answers(self) -> tuple[Option, ...]:
        return Option("yes", YES, YES), Option("no", NO, NO)

    def written(self, value: Value) -> tuple[str, ...]:
        return () if value is None else ("yes" if value else "no",)

    def parse(self, raw: object) -> Value:
        if isinstance(raw, bool):
            return raw
        text = _text(raw).lower()
        if text in _TRUE | _FALSE:
            return text in _TRUE
        raise Refused("Answer yes or no.")

    def show(self, value: Value, language: str) -> str:
        return (YES if value else NO).in_(language)


@dataclass(frozen=True, slots=True)
class Choice(_Chosen):
    """One of some options. `ordered`: each is more than the one before."""

    options: tuple[Option, ...]
    ordered: bool = False

    def parse(self, raw: object) -> Value:
        text = _text(raw)
        if text not in self.codes:
            raise Refused("This is not one of the answers. Choose one of: %(codes)s.", codes=", ".join(self.codes))
        return text

    def show(self, value: Value, language: str) -> str:
        return next((o.label.in_(language) for o in self.options if o.code == value), str(value))


def _items(raw: object) -> Iterable[object]:
    if isinstance(raw, list | tuple | set | frozenset):
        return raw
    return "" if raw is None else str(raw).split(",")


@dataclass(frozen=True, slots=True)
class Choices(_Chosen):
    """Any number of some options, at least one; those marked `alone` go with no other."""

    several: ClassVar[bool] = True

    options: tuple[Option, ...]

    def written(self, value: Value) -> tuple[str, ...]:
        return tuple(cast("list[str]", value or ()))

    def parse(self, raw: object) -> Value:
        chosen = {str(item).strip() for item in _items(raw)} - {""}
        if not chosen:
            raise Refused("Choose at least one.")
        if chosen - set(self.codes):
            # Without what was found: that may be anything, and a refusal carries no personal data.
            raise Refused("Not all of these are answers. Choose from: %(codes)s.", codes=", ".join(self.codes))
        alone = [o.code for o in self.options if o.alone and o.code in chosen]
        if alone and len(chosen) > 1:
            raise Refused("The answer %(code)s can't be combined with another one.", code=alone[0])
        return [code for code in self.codes if code in chosen]

    def show(self, value: Value, language: str) -> str:
        labels = {o.code: o.label.in_(language) for o in self.options}
        return ", ".join(labels.get(code, code) for code in cast("list[str]", value))


@dataclass(frozen=True, slots=True)
class Number(_Plain):
    """A whole number between two bounds, with what it counts, if anything."""

    widget: ClassVar[str] = "number"

    least: int
    most: int
    unit: Text | None = None

    def parse(self, raw: object) -> Value:
        if isinstance(raw, bool):
            raise Refused("Enter a whole number.")
        text = _text(raw)
        if not _WHOLE.fullmatch(text):
            raise Refused("Enter a whole number.")
        number = int(re.split(r"[.,]", text)[0])
        if not self.least <= number <= self.most:
            raise Refused("Enter a number from %(least)d to %(most)d.", least=self.least, most=self.most)
        return number

    def show(self, value: Value, language: str) -> str:
        return f"{value} {self.unit.in_(language)}" if self.unit else str(value)


@dataclass(frozen=True, slots=True)
class ShortText(_Plain):
    """A few words."""

    widget: ClassVar[str] = "words"

    longest: int = 200

    def parse(self, raw: object) -> Value:
        text = _text(raw)
        if len(text) > self.longest:
            raise Refused(
                "This is too long: %(length)d characters, at most %(longest)d.", length=len(text), longest=self.longest
            )
        return text

    def show(self, value: Value, language: str) -> str:
        return str(value)


Kind = DateKind | YesNo | Choice | Choices | Number | ShortText


def as_cell(kind: Kind, value: Value, language: str) -> date | Value:
    """A value as a table keeps it: a whole day and a number as such, everything else as people read it."""
    if isinstance(kind, DateKind) and len(str(value)) == len("2026-01-31"):
        return date.fromisoformat(str(value))
    return value if isinstance(kind, Number) else kind.show(value, language)
