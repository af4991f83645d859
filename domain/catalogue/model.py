"""What a catalogue is made of: fields, when they are required, and what contradicts what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from domain.calendar import add_months
from domain.catalogue.conditions import Condition
from domain.catalogue.kinds import DateKind, Kind, Text
from domain.catalogue.terms import Value
from domain.refusal import Refused

# In months: when to look again at what was set aside, where the field says nothing of it, and at the latest.
USUAL_REVIEW, LONGEST_REVIEW = 6, 24


@dataclass(frozen=True, slots=True)
class Required:
    """When a field must be known: under which condition, and how many days after what."""

    when: Condition
    since: Literal["assignment", "track", "plan"]
    within_days: int


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that is registered of a client.

    `supplied_by`: the intake form, the questionnaire or the coach. `selects` or `protected`: why it may be a criterion
    for a vacancy, or why it never is; each field has one of them. `sensitive`: a special category of personal data.
    `recorded_by`: the command that records it. `question`: how the questionnaire asks the client, in plain words.
    """

    key: str
    group: str
    kind: Kind
    label: Text
    definition: Text
    supplied_by: frozenset[str]
    required: Required | None = None
    stale_after_months: int | None = None
    selects: str = ""
    protected: str = ""
    sensitive: bool = False
    specialised_only: bool = False
    recorded_by: str = "registration"
    question: Text | None = None

    @property
    def asked_of_client(self) -> bool:
        """Whether the questionnaire asks for it."""
        return "questionnaire" in self.supplied_by

    def check(self, raw: object, today: date | None = None) -> Value:
        """The value as it is stored. Raises Refused, about this field, when it is none of its kind.

        Where it is known which day it is, a day that can't lie ahead is refused as well.
        """
        try:
            value = self.kind.parse(raw)
        except Refused as refused:
            raise Refused(refused.message, field=self.key, **refused.values) from None
        if today is not None and isinstance(self.kind, DateKind) and self.kind.lies_ahead(value, today):
            raise Refused("This day can't be in the future.", field=self.key)
        return value

    def review_on(self, today: date) -> date:
        """The day that is offered for looking again at what was set aside: when a value would be out of date, or else
        after the usual time, and never so far ahead that nobody would take it."""
        months = min(self.stale_after_months or USUAL_REVIEW, LONGEST_REVIEW)
        return add_months(today, months)

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
    """Facts that can't both hold, or seldom do. `when` is true for a client for whom they do; `both_may_hold`: there
    are clients of whom both are so, and then a reason settles it, with a day to look again."""

    key: str
    fields: tuple[str, ...]
    message: Text
    when: Condition
    both_may_hold: bool = False
