"""The kinds of fields: what a form or a file may bring, and how a value is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from domain.catalogue.terms import Value
from domain.refusal import Refused

EARLIEST_YEAR = 1900


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
_TRUE = frozenset({"yes", "ja", "true", "1", "y", "j"})
_FALSE = frozenset({"no", "nee", "false", "0", "n"})
_ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_DUTCH = re.compile(r"(?:(\d{1,2})[-/])?(\d{1,2})[-/](\d{4})")


def _text(raw: object) -> str:
    text = " ".join(str("" if raw is None else raw).split())
    if not text:
        raise Refused("Please fill this in.")
    return text


@dataclass(frozen=True, slots=True)
class DateKind:
    """A day; `partial`: the month or the year alone will do."""

    partial: bool = False

    def parse(self, raw: object) -> Value:
        """ISO text. Raises Refused when it is no day, or one before 1900."""
        if isinstance(raw, date):
            return raw.isoformat()
        text = _text(raw)
        if match := _ISO.fullmatch(text):
            year, month, day = match.groups()
        elif match := _DUTCH.fullmatch(text):
            day, month, year = match.groups()
        else:
            raise Refused("Write a date like 31-12-1999 or 1999-12-31.")
        if int(year) < EARLIEST_YEAR:
            raise Refused("The year lies before %(year)d.", year=EARLIEST_YEAR)
        if day is None and not self.partial:
            raise Refused("Give day, month and year.")
        try:
            whole = date(int(year), int(month or 1), int(day or 1))
        except ValueError:
            raise Refused("There is no such day.") from None
        return whole.isoformat()[: 10 if day else 7 if month else 4]

    def show(self, value: Value, language: str) -> str:
        return "-".join(reversed(str(value).split("-")))


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no."""

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
class Choice:
    """One of some options."""

    options: tuple[Option, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    def parse(self, raw: object) -> Value:
        text = _text(raw)
        if text not in self.codes:
            raise Refused("This is not one of the answers. Choose one of: %(codes)s.", codes=", ".join(self.codes))
        return text

    def show(self, value: Value, language: str) -> str:
        return next((o.label.in_(language) for o in self.options if o.code == value), str(value))


@dataclass(frozen=True, slots=True)
class Choices:
    """Any number of some options, at least one; those marked `alone` go with no other."""

    options: tuple[Option, ...]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(option.code for option in self.options)

    def parse(self, raw: object) -> Value:
        items = raw.split(",") if isinstance(raw, str) else cast("Iterable[object]", raw or [])
        chosen = {str(item).strip() for item in items} - {""}
        if not chosen:
            raise Refused("Choose at least one.")
        if strangers := sorted(chosen - set(self.codes)):
            raise Refused("This is not one of the answers: %(found)s. Choose from: %(codes)s.",
                          found=", ".join(strangers), codes=", ".join(self.codes))  # fmt: skip
        alone = [o.code for o in self.options if o.alone and o.code in chosen]
        if alone and len(chosen) > 1:
            raise Refused("%(code)s goes with no other answer.", code=alone[0])
        return [code for code in self.codes if code in chosen]

    def show(self, value: Value, language: str) -> str:
        labels = {o.code: o.label.in_(language) for o in self.options}
        return ", ".join(labels.get(code, code) for code in cast("list[str]", value))


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number between two bounds, with what it counts."""

    least: int
    most: int
    unit: Text

    def parse(self, raw: object) -> Value:
        if isinstance(raw, bool):
            raise Refused("Give a whole number.")
        text = _text(raw)
        if not re.fullmatch(r"-?\d{1,9}([.,]0+)?", text):
            raise Refused("Give a whole number.")
        number = int(re.split(r"[.,]", text)[0])
        if not self.least <= number <= self.most:
            raise Refused("Give a number from %(least)d to %(most)d.", least=self.least, most=self.most)
        return number

    def show(self, value: Value, language: str) -> str:
        return f"{value} {self.unit.in_(language)}"


@dataclass(frozen=True, slots=True)
class ShortText:
    """A few words."""

    longest: int = 200

    def parse(self, raw: object) -> Value:
        text = _text(raw)
        if len(text) > self.longest:
            raise Refused("This is too long: %(length)d characters, at most %(longest)d.",
                          length=len(text), longest=self.longest)  # fmt: skip
        return text

    def show(self, value: Value, language: str) -> str:
        return str(value)


Kind = DateKind | YesNo | Choice | Choices | Number | ShortText
