"""Matching clients to what a vacancy or a workshop asks: meets, could meet when asked, does not meet.

Three-valued: what is unknown neither passes nor fails, so that nobody is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from domain.catalogue import Catalogue, Choice, Choices, DateKind, Field, Number, State, Value, YesNo, load
from domain.refusal import Refused


class Verdict(StrEnum):
    """What a client is to an offer, best first."""

    MEETS = "meets"
    ASK = "ask"
    FAILS = "fails"


class Operator(StrEnum):
    """How a requirement compares. `at_least` goes by number, day, or the order of a field's options."""

    IS = "is"
    ONE_OF = "one_of"
    INCLUDES = "includes"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


# The ways of asking that take several values; the others take one.
SEVERAL = frozenset({Operator.ONE_OF, Operator.INCLUDES})


class Requirement(msgspec.Struct, frozen=True):
    """What is asked of one field: an operator and the values, as codes, numbers or yes and no."""

    field: str
    operator: Operator
    values: tuple[str, ...]

    def __str__(self) -> str:
        """As a file carries it, such as `language_level at_least a2`."""
        return f"{self.field} {self.operator} {'|'.join(self.values)}"


@dataclass(frozen=True, slots=True)
class Fact:
    """A field of a client as it stands today, with its value where that is known."""

    state: State
    value: Value = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """How a client stands to an offer: the requirements that are not met, and those that would have to be asked."""

    verdict: Verdict
    fails: tuple[Requirement, ...]
    asks: tuple[Requirement, ...]


def parse_requirement(text: str) -> Requirement:
    """A requirement as files write it: `driving_licence includes B`, `hours_available at_least 24`.

    Raises:
        Refused: it is none.
    """
    parts = text.split(None, 2)
    if len(parts) != 3 or parts[1] not in set(Operator):
        raise Refused("Write a requirement like: hours_available at_least 24.", field="requirements")
    return Requirement(parts[0], Operator(parts[1]), tuple(v.strip() for v in parts[2].split("|")))


def operators(field: Field) -> tuple[Operator, ...]:
    """The ways in which a field can be asked for; none where it can't."""
    if field.sensitive:
        return ()
    if isinstance(field.kind, YesNo):
        return (Operator.IS,)
    if isinstance(field.kind, Choices):
        return (Operator.INCLUDES,)
    if isinstance(field.kind, Choice):
        return (Operator.ONE_OF, Operator.AT_LEAST, Operator.AT_MOST) if field.kind.ordered else (Operator.ONE_OF,)
    return (Operator.AT_LEAST, Operator.AT_MOST) if isinstance(field.kind, Number | DateKind) else ()


def check_requirements(
    requirements: Iterable[Requirement], *, may_use_protected: bool, catalogue: Catalogue | None = None
) -> list[Requirement]:
    """The requirements, sound and with their values as the catalogue writes them.

    Raises:
        Refused: one is not sound, or uses what may not select people.
    """
    catalogue = catalogue or load()
    checked = []
    for requirement in requirements:
        field = catalogue[requirement.field]
        if field.protected and not may_use_protected:
            raise Refused(
                "People are not selected for a vacancy by %(key)s: it is protected, so that nobody is left out for"
                " who they are. Ask for what the work itself needs.",
                field="requirements",
                key=field.key,
            )
        if field.sensitive:
            raise Refused(
                "The field %(key)s is a special category of personal data and selects nobody.",
                field="requirements",
                key=field.key,
            )
        if requirement.operator is Operator.AT_MOST and not may_use_protected:
            raise Refused(
                "A vacancy can set a minimum for %(key)s, never a maximum: that would exclude people "
                "because of their age or origin, or because they can do more.",
                field="requirements",
                key=field.key,
            )
        if requirement.operator not in operators(field):
            raise Refused("The field %(key)s can't be required in that way.", field="requirements", key=field.key)
        checked.append(
            Requirement(field.key, requirement.operator, _values(field, requirement.operator, requirement.values))
        )
    if len({(r.field, r.operator) for r in checked}) != len(checked):
        raise Refused("A field appears twice as the same requirement. Remove one of them.", field="requirements")
    return checked


def still_select(requirements: Iterable[Requirement], catalogue: Catalogue | None = None) -> list[Requirement]:
    """Those of a vacancy's requirements that may select: a field may have become protected since it was entered."""
    catalogue = catalogue or load()
    return [
        r
        for r in requirements
        if r.operator is not Operator.AT_MOST
        and r.field in catalogue
        and not (catalogue[r.field].protected or catalogue[r.field].sensitive)
    ]


def _values(field: Field, operator: Operator, values: Sequence[str]) -> tuple[str, ...]:
    if not values:
        raise Refused("Choose at least one.", field="requirements")
    if operator not in SEVERAL and len(values) > 1:
        raise Refused(
            "Only one value of %(key)s can be required in this way, and %(number)d were entered. Enter one.",
            field="requirements",
            key=field.key,
            number=len(values),
        )
    if isinstance(field.kind, YesNo):
        return ("yes" if field.check(values[0]) else "no",)
    if isinstance(field.kind, Choice | Choices):
        if set(values) - set(field.kind.codes):
            raise Refused(
                "Not all of these are answers. Choose from: %(codes)s.",
                field="requirements",
                codes=", ".join(field.kind.codes),
            )
        return tuple(code for code in field.kind.codes if code in values)
    return (str(field.check(values[0])),)


def judge(
    requirements: Sequence[Requirement], facts: Mapping[str, Fact], catalogue: Catalogue | None = None
) -> Judgement:
    """How a client stands to what is asked. A field that is missing in `facts` is unknown.

    What is out of date, contradictory, set aside or declined counts as unknown: it has to be asked.
    """
    catalogue = catalogue or load()
    fails, asks = [], []
    for requirement in requirements:
        fact = facts.get(requirement.field)
        if fact is None or fact.state is not State.KNOWN or fact.value is None:
            asks.append(requirement)
        elif not _met(requirement, catalogue[requirement.field], fact.value):
            fails.append(requirement)
    verdict = Verdict.FAILS if fails else Verdict.ASK if asks else Verdict.MEETS
    return Judgement(verdict, tuple(fails), tuple(asks))


def _met(requirement: Requirement, field: Field, value: Value) -> bool:
    wanted = requirement.values
    tests: Mapping[Operator, Callable[[], bool]] = {
        Operator.IS: lambda: value is (wanted[0] == "yes"),
        Operator.ONE_OF: lambda: value in wanted,
        Operator.INCLUDES: lambda: isinstance(value, list) and any(code in value for code in wanted),
        Operator.AT_LEAST: lambda: _rank(field, value) >= _rank(field, wanted[0]),
        Operator.AT_MOST: lambda: _rank(field, value) <= _rank(field, wanted[0]),
    }
    return tests[requirement.operator]()


def _rank(field: Field, value: Value) -> tuple[int, str]:
    """What values are compared by: the place among the options, the number, or the day."""
    if isinstance(field.kind, Choice):
        return field.kind.codes.index(str(value)), ""
    if isinstance(field.kind, Number):
        return int(str(value)), ""
    return 0, str(value)
