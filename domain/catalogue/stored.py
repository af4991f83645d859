"""Declarations as they are stored: everything that code can declare of a field, as JSON that is read for ever.

The names on the left are data. A class may be called otherwise; what is stored is not.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from domain.catalogue.conditions import (
    All,
    Always,
    AtLeast,
    AtMost,
    Condition,
    HasAny,
    Includes,
    KnownAs,
    Not,
    TrackIn,
)
from domain.catalogue.kinds import Choice, Choices, DateKind, Kind, Number, Option, ShortText, Text, YesNo
from domain.catalogue.model import Contradiction, Field, Required
from domain.catalogue.terms import Track

Stored = dict[str, Any]

KINDS: Mapping[str, type[Any]] = {
    "date": DateKind,
    "yes_no": YesNo,
    "choice": Choice,
    "choices": Choices,
    "number": Number,
    "short_text": ShortText,
}
CONDITIONS: Mapping[str, type[Any]] = {
    "always": Always,
    "track_in": TrackIn,
    "known_as": KnownAs,
    "includes": Includes,
    "at_most": AtMost,
    "at_least": AtLeast,
    "has_any": HasAny,
    "all": All,
    "not": Not,
}
_NAMES = {cls: name for name, cls in (*KINDS.items(), *CONDITIONS.items())}


def field_as_stored(field: Field) -> Stored:
    stored: Stored = _stored(field)
    return stored


def option_as_stored(option: Option) -> Stored:
    stored: Stored = _stored(option)
    return stored


def contradiction_as_stored(rule: Contradiction) -> Stored:
    stored: Stored = _stored(rule)
    return stored


def required_as_stored(required: Required | None) -> Stored | None:
    return None if required is None else _stored(required)


def _stored(part: Any) -> Any:
    """A declaration without what is as usual."""
    if isinstance(part, Text):
        return [part.en, part.nl]
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        values = {
            each.name: _stored(getattr(part, each.name))
            for each in dataclasses.fields(part)
            if getattr(part, each.name) != each.default
        }
        named = _NAMES.get(type(part))
        return {"is": named, **values} if named else values
    if isinstance(part, frozenset):
        return sorted(part)
    return [_stored(each) for each in part] if isinstance(part, list | tuple) else part


def field_of(stored: Mapping[str, Any]) -> Field:
    """A field as it was declared."""
    texts = {name: Text(*stored[name]) for name in ("label", "definition", "question") if stored.get(name)}
    read = {"kind": kind_of(stored["kind"]), "supplied_by": frozenset(stored["supplied_by"])}
    return Field(**{**stored, **texts, **read, "required": required_of(stored.get("required"))})


def kind_of(stored: Mapping[str, Any]) -> Kind:
    """A kind of field, with its options or bounds."""
    values = {name: value for name, value in stored.items() if name != "is"}
    if "options" in values:
        values["options"] = tuple(option_of(each) for each in values["options"])
    if values.get("unit"):
        values["unit"] = Text(*values["unit"])
    kind: Kind = KINDS[stored["is"]](**values)
    return kind


def option_of(stored: Mapping[str, Any]) -> Option:
    return Option(**{**stored, "label": Text(*stored["label"]), "definition": Text(*stored["definition"])})


def required_of(stored: Mapping[str, Any] | None) -> Required | None:
    return None if stored is None else Required(**{**stored, "when": condition_of(stored["when"])})


def contradiction_of(stored: Mapping[str, Any]) -> Contradiction:
    read = {"message": Text(*stored["message"]), "when": condition_of(stored["when"])}
    return Contradiction(**{**stored, **read, "fields": tuple(stored["fields"])})


def condition_of(stored: Mapping[str, Any]) -> Condition:
    """A condition, with those that it is made of."""
    match stored["is"]:
        case "track_in":
            return TrackIn(*map(Track, stored["tracks"]))
        case "known_as":
            return KnownAs(stored["field"], *stored["values"])
        case "all":
            return All(*map(condition_of, stored["parts"]))
        case "not":
            return Not(condition_of(stored["part"]))
    condition: Condition = CONDITIONS[stored["is"]](**{name: value for name, value in stored.items() if name != "is"})
    return condition
