"""What a catalogue is made of, and the check that it is sound."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from domain.calendar import add_months
from domain.catalogue.conditions import Condition
from domain.catalogue.kinds import Choice, Choices, DateKind, Kind, Text
from domain.catalogue.terms import Value
from domain.refusal import Refused

SUPPLIERS = frozenset({"intake_form", "questionnaire", "coach"})
RECORDED_BY = frozenset({"registration", "plan_of_action", "service_track", "contact_frequency"})


class CatalogueError(Exception):
    """The catalogue is not sound; every mistake is named."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("The field catalogue has mistakes:\n" + "\n".join(f"- {m}" for m in mistakes))
        self.mistakes = tuple(mistakes)


@dataclass(frozen=True, slots=True)
class Required:
    """When a field must be known: under which condition, and how many days after what."""

    when: Condition
    since: Literal["assignment", "track", "plan"]
    within_days: int


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is registered of a client.

    `supplied_by`: the intake form, the questionnaire or the coach. `protected`: never a criterion for a vacancy.
    `sensitive`: a special category of personal data. `recorded_by`: the command that records it.
    """

    key: str
    group: str
    kind: Kind
    label: Text
    definition: Text
    supplied_by: frozenset[str]
    required: Required | None = None
    stale_after_months: int | None = None
    protected: bool = False
    sensitive: bool = False
    specialised_only: bool = False
    recorded_by: str = "registration"

    def check(self, raw: object) -> Value:
        """The value as it is stored. Raises Refused, about this field, when it is none of its kind."""
        try:
            return self.kind.parse(raw)
        except Refused as refused:
            raise Refused(refused.message, field=self.key, **refused.values) from None

    def show(self, value: Value, language: str) -> str:
        """The value as people read it."""
        return self.kind.show(value, language)

    def stale_on(self, value: Value, known_on: date) -> date | None:
        """The day from which a value is out of date: counted from the day that it is, or else was known."""
        if self.stale_after_months is None:
            return None
        dated = isinstance(self.kind, DateKind) and isinstance(value, str) and len(value) == len("2026-11-23")
        return add_months(date.fromisoformat(str(value)) if dated else known_on, self.stale_after_months)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Facts that can't both hold. `when` is true for a client for whom they do."""

    key: str
    fields: tuple[str, ...]
    message: Text
    when: Condition


class Catalogue:
    """All fields in order, and the rules about them. Raises CatalogueError when something is wrong."""

    def __init__(
        self, fields: Sequence[Field], contradictions: Sequence[Contradiction], groups: Mapping[str, Text]
    ) -> None:
        self.fields: Mapping[str, Field] = MappingProxyType({field.key: field for field in fields})
        self.contradictions = tuple(contradictions)
        self.groups = groups
        if mistakes := list(_mistakes(fields, contradictions, groups)):
            raise CatalogueError(mistakes)
        required = (field.required.when.reads() for field in fields if field.required)
        contradicting = (c.when.reads() | set(c.fields) for c in contradictions)
        dated = {field.key for field in fields if field.stale_after_months and isinstance(field.kind, DateKind)}
        # Those whose values the rules read, and must be kept where the rules are applied.
        self.rule_fields: frozenset[str] = frozenset(dated).union(*required, *contradicting)
        self.version = hashlib.sha256(repr((tuple(fields), self.contradictions)).encode()).hexdigest()[:12]

    def __getitem__(self, key: str) -> Field:
        try:
            return self.fields[key]
        except KeyError:
            raise Refused("There is no field %(key)s in the catalogue.", field="field", key=key) from None

    def __contains__(self, key: object) -> bool:
        return key in self.fields

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    def by_group(self) -> list[tuple[str, list[Field]]]:
        """The fields of each group, in order."""
        return [(group, [f for f in self if f.group == group]) for group in self.groups]


def _mistakes(
    fields: Sequence[Field], contradictions: Sequence[Contradiction], groups: Mapping[str, Text]
) -> Iterator[str]:
    keys = [field.key for field in fields]
    for key in sorted({key for key in keys if keys.count(key) > 1}):
        yield f"{key}: declared twice"
    for field in fields:
        yield from (f"{field.key}: {mistake}" for mistake in _field_mistakes(field, groups))
    by_key = {field.key: field for field in fields}
    for field in fields:
        if field.required:
            yield from (f"{field.key}: required when {m}" for m in _rule_mistakes(field.required.when, by_key))
    names = [c.key for c in contradictions]
    for contradiction in contradictions:
        where = f"contradiction {contradiction.key}"
        if names.count(contradiction.key) > 1:
            yield f"{where}: declared twice"
        if not set(contradiction.fields) <= by_key.keys():
            yield f"{where}: about unknown fields {sorted(set(contradiction.fields) - by_key.keys())}"
        yield from (f"{where}: {m}" for m in _text_mistakes("message", contradiction.message))
        yield from (f"{where}: {m}" for m in _rule_mistakes(contradiction.when, by_key))


def _field_mistakes(field: Field, groups: Mapping[str, Text]) -> Iterator[str]:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", field.key):
        yield "a key is small letters, digits and underscores"
    if field.group not in groups:
        yield f"there is no group {field.group}"
    yield from _text_mistakes("label", field.label)
    yield from _text_mistakes("definition", field.definition)
    if not field.supplied_by or not field.supplied_by <= SUPPLIERS:
        yield f"supplied by {sorted(field.supplied_by)}, not by some of {sorted(SUPPLIERS)}"
    if field.recorded_by not in RECORDED_BY:
        yield f"there is no command {field.recorded_by}"
    if field.required and field.required.within_days < 0:
        yield "allowed less than no days"
    if field.stale_after_months is not None and field.stale_after_months <= 0:
        yield "stale after no time at all"
    if isinstance(field.kind, Choice | Choices):
        codes = field.kind.codes
        if len(codes) < 2 or len(set(codes)) < len(codes):
            yield "needs at least two options, each once"
        for option in field.kind.options:
            yield from (f"option {option.code}: {m}" for m in _text_mistakes("label", option.label))
            yield from (f"option {option.code}: {m}" for m in _text_mistakes("definition", option.definition))


def _text_mistakes(what: str, text: Text) -> Iterator[str]:
    for language in ("en", "nl"):
        if not getattr(text, language).strip():
            yield f"no {what} in {language}"


def _rule_mistakes(condition: Condition, fields: Mapping[str, Field]) -> Iterable[str]:
    for key in sorted(condition.reads()):
        if key not in fields:
            yield f"reads an unknown field {key}"
        elif fields[key].sensitive:
            yield f"reads the sensitive field {key}, whose values stay sealed"
    yield from _option_mistakes(condition, fields)


def _option_mistakes(condition: object, fields: Mapping[str, Field]) -> Iterator[str]:
    """Codes in a rule that the field it is about does not have."""
    for part in (*getattr(condition, "parts", ()), *filter(None, [getattr(condition, "part", None)])):
        yield from _option_mistakes(part, fields)
    field = fields.get(getattr(condition, "field", ""))
    if field is None or not isinstance(field.kind, Choice | Choices):
        return
    codes = [*getattr(condition, "values", ()), *filter(None, [getattr(condition, "code", None)])]
    for code in (c for value in codes for c in (value if isinstance(value, list) else [value])):
        if code not in field.kind.codes:
            yield f"{field.key} has no option {code}"
