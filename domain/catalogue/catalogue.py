"""The catalogue as a whole: sound, or not there at all."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from domain.catalogue.checks import mistakes
from domain.catalogue.kinds import DateKind, Text
from domain.catalogue.model import Contradiction, Field
from domain.refusal import Refused

NOTHING_INTRODUCED = "{}"


class CatalogueError(Exception):
    """The catalogue is not sound; every mistake is named."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        super().__init__("The field catalogue has mistakes:\n" + "\n".join(f"- {m}" for m in mistakes))
        self.mistakes = tuple(mistakes)


class Catalogue:
    """All fields in order, and the rules about them. Raises CatalogueError when something is wrong.

    `retired`: fields that are asked no more; what was recorded of them stays readable. `introduced`: what was added to
    the declared catalogue, as definitions store it.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        contradictions: Sequence[Contradiction],
        groups: Mapping[str, Text],
        retired: Sequence[Field] = (),
        introduced: str = NOTHING_INTRODUCED,
    ) -> None:
        self.fields: Mapping[str, Field] = MappingProxyType({field.key: field for field in fields})
        self.retired: Mapping[str, Field] = MappingProxyType({field.key: field for field in retired})
        self.introduced = introduced
        self.contradictions = tuple(contradictions)
        self.groups = groups
        if found := list(mistakes(fields, contradictions, groups)):
            raise CatalogueError(found)
        required = (field.required.when.reads() for field in fields if field.required)
        contradicting = (c.when.reads() | set(c.fields) for c in contradictions)
        dated = {field.key for field in fields if field.stale_after_months and isinstance(field.kind, DateKind)}
        # Those whose values the rules read, and must be kept where the rules are applied.
        self.rule_fields: frozenset[str] = frozenset(dated).union(*required, *contradicting)
        declared = json.dumps(_declared((tuple(fields), self.contradictions, dict(groups))))
        self.version = hashlib.sha256(declared.encode()).hexdigest()[:12]

    def __getitem__(self, key: str) -> Field:
        try:
            return self.fields[key]
        except KeyError:
            raise Refused("There is no field %(key)s in the catalogue.", field="field", key=key) from None

    def __contains__(self, key: object) -> bool:
        return key in self.fields

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields.values())

    def ever(self, key: str) -> Field | None:
        """A field that is asked, or was once."""
        return self.fields.get(key) or self.retired.get(key)

    def by_group(self) -> list[tuple[str, list[Field]]]:
        """The fields of each group, in order."""
        return [(group, [f for f in self if f.group == group]) for group in self.groups]


def _declared(part: object) -> object:
    """A declaration as JSON can hold it: the same at every start, which the order of a set is not."""
    if dataclasses.is_dataclass(part):
        values = {field.name: _declared(getattr(part, field.name)) for field in dataclasses.fields(part)}
        # Some differ in nothing but what they are: at most 3, at least 3.
        return [type(part).__name__, values]
    if isinstance(part, dict):
        return [[key, _declared(value)] for key, value in part.items()]
    if isinstance(part, frozenset):
        return sorted(part)
    if isinstance(part, tuple | list):
        return [_declared(item) for item in part]
    return part
