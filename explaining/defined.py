"""Which version of each definition counts, and the numbers and rules in it, straight from the log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from domain.catalogue import Contradiction, Field
from domain.catalogue.contradictions import contradictions
from domain.catalogue.fields import FIELDS
from domain.client import Channel
from domain.definition import DefinitionRevised, RevisionWithdrawn
from eventlog.events import Event

# The terms that are no fields, with what was declared of those that figures depend on.
TERMS: Mapping[str, Mapping[str, Any]] = {
    "seen": {"channels": [channel.value for channel in Channel]},
    "not_seen": {"months": 3},
    "contact_due": {},
    "caseload": {},
    "contradictory": {"rules_off": []},
}
BY_KEY: Mapping[str, Field] = {field.key: field for field in FIELDS}
SUBJECTS = (*BY_KEY, *TERMS)

# A subject, and the number of a version of it.
Chosen = tuple[str, int]


class NoSuchVersionError(Exception):
    """There is no such version of a definition."""

    def __init__(self, subject: str, number: int, most: int) -> None:
        super().__init__(f"There is no version {number} of the definition of {subject}: the latest is {most}.")


@dataclass(frozen=True)
class Defined:
    """The versions that hold, by subject, and what each says otherwise than was declared."""

    numbers: Mapping[str, int]
    said: Mapping[str, Mapping[str, Any]]

    def number(self, subject: str) -> int:
        """The version of a subject that holds: the first is the one that was declared."""
        return self.numbers.get(subject, 1)

    def of(self, subject: str, name: str) -> Any:
        """A number or list of a term."""
        return self.said.get(subject, {}).get(name, TERMS[subject][name])

    def days_allowed(self, field: Field) -> int:
        declared = field.required.within_days if field.required else 0
        return int(self.said.get(field.key, {}).get("days_allowed", declared))

    def stale_after(self, field: Field) -> int | None:
        months: int | None = self.said.get(field.key, {}).get("stale_after_months", field.stale_after_months)
        return months

    def rules(self) -> Sequence[Contradiction]:
        """The rules about what can't both be so, without those that are switched off."""
        said = self.said.get("contradictory", {})
        return contradictions(said.get("rules_off", ()), {k: v for k, v in said.items() if k != "rules_off"})


def defined(events: Sequence[Event], day: date, known_by: datetime | None, chosen: Sequence[Chosen] = ()) -> Defined:
    """The versions that hold on a day, of those that had been recorded by a moment; of some subjects, the `chosen`.

    Raises:
        NoSuchVersionError: there is no such version of a chosen subject.
    """
    known = [event for event in events if known_by is None or event.recorded_at < known_by]
    back = {(event.subject, event.number) for event in known if isinstance(event, RevisionWithdrawn)}
    revised = [event for event in known if isinstance(event, DefinitionRevised)]
    holding = sorted(
        (e for e in revised if e.valid_from <= day and (e.subject, e.number) not in back),
        key=lambda e: (e.valid_from, e.subject, e.number),
    )
    by_subject = {event.subject: event for event in holding}
    numbers = {subject: event.number for subject, event in by_subject.items()}
    said: dict[str, Mapping[str, Any]] = {subject: event.parameters for subject, event in by_subject.items()}
    ever = [event for event in events if isinstance(event, DefinitionRevised)]
    for subject, number in chosen:
        of = {event.number: event.parameters for event in ever if event.subject == subject}
        if number != 1 and number not in of:
            raise NoSuchVersionError(subject, number, max([1, *of]))
        numbers[subject], said[subject] = number, of.get(number, {})
    return Defined(numbers, said)
