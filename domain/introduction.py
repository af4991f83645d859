"""What an installation introduces into its catalogue, and retires: fields, options, groups and rules, from a day on.

There is one stream of it. A key is made of the label and used for one thing for ever: what was recorded under it must
never be read as something else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.catalogue.introduced import FIELD, GROUP, OPTION, REQUIRED, RETIRED, RULE, RULE_RETIRED, Change
from eventlog.commands import Evolve, evolver
from eventlog.events import Event

CATALOGUE_ID = UUID("5f0f6f5e-6a4c-5f3e-8f2d-1f0d1c6b7a19")


@dataclass(slots=True)
class Introductions:
    """The changes that were not withdrawn, each with its first day, by number; and all keys that were ever given."""

    id: UUID
    version: int = 0
    number: int = 0
    changes: dict[int, tuple[date, Change]] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)

    def by(self, day: date | None = None) -> list[Change]:
        """The changes in force on a day, or all that are planned, in the order in which they come into force."""
        found = [(first, number) for number, (first, _) in self.changes.items() if day is None or first <= day]
        return [self.changes[number][1] for _, number in sorted(found)]


# events


class CatalogueEvent(Event, frozen=True, kw_only=True):
    """Something that happened to the catalogue."""

    category: ClassVar[str] = "catalogue"

    number: int
    reason: str

    def apply(self, introductions: Introductions) -> None:
        """Change what was introduced accordingly."""


class CatalogueChange(CatalogueEvent, frozen=True, kw_only=True):
    """Something that changes the catalogue from a day on, and why."""

    valid_from: date
    signal: UUID | None = None
    meeting: UUID | None = None

    def change(self) -> Change:
        """What it does to the catalogue, as definitions keep it."""
        raise NotImplementedError

    def apply(self, introductions: Introductions) -> None:
        change = self.change()
        introductions.number = self.number
        introductions.changes[self.number] = (self.valid_from, change)
        if key := change.get("field", {}).get("key") or change.get("rule", {}).get("key") or change.get("key"):
            introductions.keys.add(key)


class FieldIntroduced(CatalogueChange, frozen=True):
    """A field is asked from a day on; `declaration` is all that code could declare of it."""

    declaration: dict[str, Any]

    def change(self) -> Change:
        return {"does": FIELD, "field": self.declaration}


class OptionAdded(CatalogueChange, frozen=True):
    """One more answer to a field, before another one or at the end."""

    field: str
    option: dict[str, Any]
    before: str | None = None

    def change(self) -> Change:
        return {"does": OPTION, "key": self.field, "option": self.option, "before": self.before}


class GroupIntroduced(CatalogueChange, frozen=True):
    """A group that fields stand in."""

    group: str
    label: tuple[str, str]

    def change(self) -> Change:
        return {"does": GROUP, "key": self.group, "label": list(self.label)}


class ContradictionIntroduced(CatalogueChange, frozen=True):
    """A rule about facts that can't both hold."""

    rule: dict[str, Any]

    def change(self) -> Change:
        return {"does": RULE, "rule": self.rule}


class RequirementChanged(CatalogueChange, frozen=True):
    """When a field is required from a day on; never where there is nothing."""

    field: str
    required: dict[str, Any] | None

    def change(self) -> Change:
        return {"does": REQUIRED, "key": self.field, "required": self.required}


class FieldRetired(CatalogueChange, frozen=True):
    """A field is asked no more; what is known of it stays readable."""

    field: str

    def change(self) -> Change:
        return {"does": RETIRED, "key": self.field}


class ContradictionRetired(CatalogueChange, frozen=True):
    """A rule holds no more."""

    rule: str

    def change(self) -> Change:
        return {"does": RULE_RETIRED, "key": self.rule}


class IntroductionWithdrawn(CatalogueEvent, frozen=True):
    """A change of the catalogue was taken back before its first day. Its key stays given."""

    def apply(self, introductions: Introductions) -> None:
        introductions.changes.pop(self.number, None)


CHANGES_OF_CATALOGUE: tuple[type[CatalogueChange], ...] = (
    FieldIntroduced,
    OptionAdded,
    GroupIntroduced,
    ContradictionIntroduced,
    RequirementChanged,
    FieldRetired,
    ContradictionRetired,
)
CATALOGUE_EVENTS: tuple[type[CatalogueEvent], ...] = (*CHANGES_OF_CATALOGUE, IntroductionWithdrawn)

evolve_introductions: Evolve[Introductions] = evolver(Introductions, CatalogueEvent)
