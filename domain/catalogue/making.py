"""Kinds of answers as somebody chooses them who introduces a field; and what a form has to know of a field's kind."""

from __future__ import annotations

from collections.abc import Iterable

from domain.catalogue.kinds import Choice, Choices, DateKind, Kind, Number, Option, ShortText, Text, YesNo
from domain.catalogue.model import Field


def yes_or_no() -> Kind:
    return YesNo()


def one_of_some(options: Iterable[Option], *, ordered: bool) -> Kind:
    return Choice(tuple(options), ordered=ordered)


def several_of_some(options: Iterable[Option]) -> Kind:
    return Choices(tuple(options))


def whole_number(least: int, most: int, unit: Text) -> Kind:
    """A number within bounds, of what `unit` says, if it says anything."""
    return Number(least, most, unit if unit.en or unit.nl else None)


def a_day(*, partial: bool, future: bool) -> Kind:
    return DateKind(partial=partial, future=future)


def a_few_words(longest: int) -> Kind:
    return ShortText(longest)


def has_options(field: Field) -> bool:
    """Whether an answer is chosen from options, to which others can be added."""
    return isinstance(field.kind, Choice | Choices)


def takes_several(field: Field) -> bool:
    """Whether one answer has several options in it."""
    return isinstance(field.kind, Choices)
