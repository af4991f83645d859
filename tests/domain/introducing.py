"""Introducing fields, for the tables of how long texts are, of bounds, and of days: the command with one part of it
otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from typing import Any

from domain.catalogue import Choice, Contradiction, Field, HasAny, Number, Option, Text
from domain.introducing import (
    AddOption,
    IntroduceContradiction,
    IntroduceField,
    IntroduceGroup,
    RequireField,
    RetireContradiction,
    RetireField,
    WithdrawIntroduction,
)
from domain.introduction import CATALOGUE_ID, FieldRetired, evolve_introductions
from tests.domain.bounds import Bound, Place, decided, from_today
from tests.domain.texts import LATER, NOW, TODAY, VIEWER, Row, come_to

ABOUT: dict[str, Any] = {"viewer": VIEWER, "valid_from": TODAY, "reason": "so"}
BOTH = Text("alone", "alleen")
FIELD = Field(
    "",
    "who",
    Choice((Option("", BOTH, BOTH), Option("", Text("shared", "gedeeld"), BOTH))),
    Text("Single parent", "Alleenstaande ouder"),
    BOTH,
    frozenset({"coach"}),
    protected="It stands for family.",
)


def introduce(**changed: Any) -> IntroduceField:
    return IntroduceField(**ABOUT, field=dataclasses.replace(FIELD, **changed))


def options(many: int) -> tuple[Option, ...]:
    return tuple(Option("", Text(f"option {nth}", f"optie {nth}"), BOTH) for nth in range(many))


def labelled(text: str, language: str) -> IntroduceField:
    return introduce(label=dataclasses.replace(FIELD.label, **{language: text}))


def one_more(many: int) -> object:
    """An option more for a field that has so many."""
    (introduced,) = introduce(kind=Choice(options(many))).decide(None, NOW)
    command = AddOption(**ABOUT, field="single_parent", option=Option("", BOTH, BOTH))
    return command.decide(come_to(evolve_introductions, CATALOGUE_ID, [introduced]), NOW)


def planned(first: date) -> Any:
    event = FieldRetired(field="skills", number=1, valid_from=first, reason="so")
    return come_to(evolve_introductions, CATALOGUE_ID, [event])


WITHDRAW: dict[str, Any] = {"viewer": VIEWER, "number": 1}
TEXTS: dict[tuple[str, str], Row] = {
    ("introducing.CatalogueCommand", "reason"): Row(
        2000, None, lambda t: IntroduceField(**ABOUT | {"reason": t}, field=FIELD), True
    ),
    ("introducing.checked_text", "label.en"): Row(80, None, lambda t: labelled(f"{t}", "en"), True),
    ("introducing.checked_text", "label.nl"): Row(80, None, lambda t: labelled(t, "nl"), True),
    ("introducing.IntroduceField", "selects"): Row(1000, None, lambda t: introduce(protected="", selects=t), True),
    ("introducing.IntroduceField", "protected"): Row(
        1000, None, lambda t: introduce(protected=t if t.strip() else "so")
    ),
    ("introducing.WithdrawIntroduction", "reason"): Row(
        2000, planned(LATER), lambda t: WithdrawIntroduction(**WITHDRAW, reason=t), True
    ),
}
BOUNDS: dict[Place, Bound] = {
    ("introducing.CatalogueCommand", "self.valid_from < today"): from_today(
        None, lambda day: IntroduceField(**ABOUT | {"valid_from": day}, field=FIELD)
    ),
    ("introducing.WithdrawIntroduction", "introductions.changes[self.number][0] <= local_day(context.at)"): Bound(
        lambda first: WithdrawIntroduction(**WITHDRAW, reason="so").decide(planned(first), NOW),
        (LATER,),
        (TODAY,),
    ),
    ("introducing.AddOption", "len(kind.options) >= MOST_OPTIONS"): Bound(one_more, (2, 39), (40,)),
    ("introducing._checked_kind", "2 <= len(kind.options) <= MOST_OPTIONS"): Bound(
        decided(None, lambda many: introduce(kind=Choice(options(many)))), (2, 40), (1, 41)
    ),
    ("introducing._checked_kind", "kind.least > kind.most"): Bound(
        decided(None, lambda least: introduce(kind=Number(least, 5))), (4, 5), (6,)
    ),
}


RULE = Contradiction("", ("cv",), Text("No CV, please.", "Geen cv, alstublieft."), HasAny("cv"))


def on(command: Any, **others: Any) -> Callable[[date], object]:
    """A change of the catalogue, from a day on."""
    return lambda day: command(**ABOUT | {"valid_from": day}, **others).decide(None, NOW)


# For `tests/test_days_given.py`: each from a day on.
DAYS: dict[str, Callable[[date], object]] = {
    "AddOption.valid_from": on(AddOption, field="gender", option=Option("", BOTH, BOTH)),
    "IntroduceContradiction.valid_from": on(IntroduceContradiction, rule=RULE),
    "IntroduceField.valid_from": on(IntroduceField, field=FIELD),
    "IntroduceGroup.valid_from": on(IntroduceGroup, label=BOTH),
    "RequireField.valid_from": on(RequireField, field="education_level", required=None),
    "RetireContradiction.valid_from": on(RetireContradiction, rule="single_with_partner"),
    "RetireField.valid_from": on(RetireField, field="skills"),
}
