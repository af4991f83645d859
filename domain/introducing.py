"""Deciding what is recorded at all: introducing fields, options, groups and rules into the catalogue, or retiring them.

What would not be sound is refused here, in the words of the one who decides; `domain/introduction.py` has the events.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from domain.calendar import local_day, within_reach
from domain.catalogue import (
    CatalogueError,
    Choice,
    Choices,
    Contradiction,
    Field,
    Number,
    Option,
    Required,
    Text,
    as_declared,
)
from domain.catalogue.introduced import OPTION, Change, extended
from domain.catalogue.stored import (
    contradiction_as_stored,
    field_as_stored,
    option_as_stored,
    required_as_stored,
)
from domain.definition import LONGEST_LABEL, LONGEST_REASON, LONGEST_TEXT, refuse_undecided
from domain.introduction import (
    CATALOGUE_ID,
    CatalogueChange,
    CatalogueEvent,
    ContradictionIntroduced,
    ContradictionRetired,
    FieldIntroduced,
    FieldRetired,
    GroupIntroduced,
    Introductions,
    IntroductionWithdrawn,
    OptionAdded,
    RequirementChanged,
)
from domain.refusal import Refused
from domain.roles import Viewer
from domain.terms import TERMS
from domain.text import optional_text, required_text
from eventlog.commands import CommandContext

LONGEST_KEY = 40
MOST_OPTIONS = 40
# What code asks for by name: without it a page or a rule of the house would have nothing to stand on.
LEANT_ON = frozenset(
    {
        "birth_date",
        "gender",
        "living_situation",
        "plan_of_action",
        "service_track",
        "contact_frequency",
        "job_ready_since",
        "cv",
    }
)


def key_of(label: str) -> str:
    """The key that an English label makes: small letters, digits and underscores."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:LONGEST_KEY].strip("_")


def key_to_give(label: str, taken: set[str]) -> str:
    """The key of a label, with a number where it was given before. Raises Refused where no letter is left of it."""
    key = key_of(label)
    if not key or not key[0].isalpha():
        raise Refused("Begin the English label with a letter.", field="label.en")
    number, given = 1, key
    while given in taken:
        number += 1
        given = f"{key[: LONGEST_KEY - 3]}_{number}"
    return given


def _taken(before: Introductions) -> set[str]:
    """All keys that stand for something, or ever did."""
    declared = as_declared()
    rules = {rule.key for rule in declared.contradictions}
    return {*before.keys, *declared.fields, *declared.groups, *rules, *TERMS}


class CatalogueCommand(msgspec.Struct, frozen=True, kw_only=True):
    """A wish to change the catalogue from a day on, by a viewer; `meeting` where a meeting decides so."""

    viewer: Viewer
    valid_from: date | None
    reason: str
    signal: UUID | None = None
    meeting: UUID | None = None

    @property
    def stream_id(self) -> UUID:
        return CATALOGUE_ID

    def decide(self, introductions: Introductions | None, context: CommandContext) -> Sequence[CatalogueChange]:
        refuse_undecided(self.viewer, self.meeting)
        before = introductions or Introductions(CATALOGUE_ID)
        first = self._first_day(local_day(context.at))
        about = {
            "number": before.number + 1,
            "valid_from": first,
            "signal": self.signal,
            "meeting": self.meeting,
            "reason": required_text(self.reason, field="reason", longest=LONGEST_REASON),
        }
        event = self.changing(before, first, about)
        refuse_unsound(before, first, event.change())
        return [event]

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        """The event, of what the catalogue has become."""
        raise NotImplementedError

    def _first_day(self, today: date) -> date:
        if self.valid_from is None:
            raise Refused("Enter a day.", field="valid_from")
        if self.valid_from < today:
            raise Refused(
                "Choose today or a later day: figures that were already counted do not change.", field="valid_from"
            )
        return within_reach(self.valid_from, today, field="valid_from")


def refuse_unsound(before: Introductions, first: date, change: Change) -> None:
    """Raises Refused where the catalogue would not be sound, on its first day or on a later one that is planned."""
    days = {first, *(day for day, _ in before.changes.values() if day > first)}
    for day in sorted(days):
        try:
            # What is planned for the same day was decided earlier, and comes first.
            changed = dataclasses.replace(before, changes={**before.changes, before.number + 1: (first, change)})
            extended(changed.by(day))
        except CatalogueError as error:
            raise Refused(
                "The catalogue would not be sound: %(mistakes)s.", field="label.en", mistakes="; ".join(error.mistakes)
            ) from None


def checked_text(text: Text | None, name: str, longest: int = LONGEST_TEXT) -> Text:
    """A text in both languages. Raises Refused, about the language, where one is missing or too long."""
    en, nl = (text.en, text.nl) if text else ("", "")
    return Text(
        required_text(en, field=f"{name}.en", longest=longest), required_text(nl, field=f"{name}.nl", longest=longest)
    )


class IntroduceField(CatalogueCommand, frozen=True):
    """Ask one thing more of clients. `field` is all of it but the key, which is made of the label."""

    field: Field

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        catalogue = extended(before.by(first))
        taken = _taken(before)
        label = checked_text(self.field.label, "label", LONGEST_LABEL)
        declared = dataclasses.replace(
            self.field,
            key=key_to_give(label.en, taken),
            label=label,
            definition=checked_text(self.field.definition, "definition"),
            question=checked_text(self.field.question, "question") if self.field.asked_of_client else None,
            kind=_checked_kind(self.field.kind),
            selects=optional_text(self.field.selects, field="selects", longest=LONGEST_TEXT) or "",
            protected=optional_text(self.field.protected, field="protected", longest=LONGEST_TEXT) or "",
        )
        _refuse_incomplete(declared, catalogue.groups)
        return FieldIntroduced(declaration=field_as_stored(declared), **about)


def _refuse_incomplete(declared: Field, groups: Mapping[str, Text]) -> None:
    if declared.group not in groups:
        raise Refused("Choose one of the groups.", field="group")
    if not declared.supplied_by:
        raise Refused("Choose who supplies it.", field="supplied_by")
    if declared.recorded_by != "registration":
        raise Refused("A field that is introduced is recorded as a registration.", field="kind")
    if not declared.protected and not declared.selects:
        raise Refused("Say why it may be used to select for a vacancy, or leave it protected.", field="selects")
    if declared.protected and declared.selects:
        raise Refused("It is protected, or it may select for a vacancy: not both.", field="selects")
    if declared.sensitive and declared.selects:
        raise Refused("What is sensitive never selects for a vacancy. Leave it protected.", field="selects")
    if declared.asked_of_client and declared.specialised_only:
        raise Refused("The questionnaire asks everybody the same. Leave out the one or the other.", field="supplied_by")


def _checked_kind(kind: Any) -> Any:
    if isinstance(kind, Number):
        if kind.least > kind.most:
            raise Refused("The lowest number is above the highest.", field="least")
        unit = checked_text(kind.unit, "unit", LONGEST_LABEL) if kind.unit else None
        return dataclasses.replace(kind, unit=unit)
    if not isinstance(kind, Choice | Choices):
        return kind
    if not 2 <= len(kind.options) <= MOST_OPTIONS:
        raise Refused("Enter two options at least, and %(most)d at most.", field="options", most=MOST_OPTIONS)
    options: list[Option] = []
    for option in kind.options:
        options.append(_checked_option(option, {each.code for each in options}))
    return dataclasses.replace(kind, options=tuple(options))


def _checked_option(option: Option, taken: set[str]) -> Option:
    """An option with a code, made of its label where it has none."""
    label = checked_text(option.label, "options", LONGEST_LABEL)
    code = option.code or key_to_give(label.en, taken)
    if code in taken:
        raise Refused("Two options are the same. Change or remove one.", field="options")
    return dataclasses.replace(option, code=code, label=label, definition=checked_text(option.definition, "options"))


class AddOption(CatalogueCommand, frozen=True):
    """Let a field have one more answer, `before` another one or at the end."""

    field: str
    option: Option
    before: str | None = None

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        asked = extended(before.by(first)).fields.get(self.field)
        kind = asked.kind if asked else None
        if not isinstance(kind, Choice | Choices):
            raise Refused("Choose a field with options.", field="field")
        if self.field == "service_track":
            raise Refused("Service tracks carry rules of their own and take no option more.", field="field")
        if self.before is not None and self.before not in kind.codes:
            raise Refused("Choose one of the options.", field="before")
        if len(kind.options) >= MOST_OPTIONS:
            raise Refused("A field has at most %(most)d options.", field="options", most=MOST_OPTIONS)
        taken = set(kind.codes) | {
            c["option"]["code"] for c in before.by() if c.get("key") == self.field and c["does"] == OPTION
        }
        option = _checked_option(dataclasses.replace(self.option, code=""), taken)
        return OptionAdded(field=self.field, option=option_as_stored(option), before=self.before, **about)


class IntroduceGroup(CatalogueCommand, frozen=True):
    """Have one more group that fields stand in."""

    label: Text

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        label = checked_text(self.label, "label", LONGEST_LABEL)
        taken = _taken(before)
        return GroupIntroduced(group=key_to_give(label.en, taken), label=(label.en, label.nl), **about)


class IntroduceContradiction(CatalogueCommand, frozen=True):
    """Hold facts against each other by one more rule; its key is made of its sentence."""

    rule: Contradiction

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        message = checked_text(self.rule.message, "message")
        catalogue = extended(before.by(first))
        taken = _taken(before)
        unknown = [key for key in self.rule.fields if key not in catalogue.fields]
        if unknown or not self.rule.fields:
            raise Refused("Choose the fields that the rule is about.", field="fields")
        rule = dataclasses.replace(self.rule, key=key_to_give(message.en, taken), message=message)
        return ContradictionIntroduced(rule=contradiction_as_stored(rule), **about)


class RequireField(CatalogueCommand, frozen=True):
    """Say when a field is required from a day on; `required` is None where it never is."""

    field: str
    required: Required | None

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        asked = extended(before.by(first)).fields.get(self.field)
        if asked is None:
            raise Refused("There is no such field.", field="field")
        if asked.required == self.required:
            raise Refused("Nothing was changed.", field="required")
        return RequirementChanged(field=self.field, required=required_as_stored(self.required), **about)


class RetireField(CatalogueCommand, frozen=True):
    """Ask a field no more from a day on; what is known of it stays readable."""

    field: str

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        if self.field not in extended(before.by()).fields:
            raise Refused("There is no such field, or it was retired already.", field="field")
        if self.field in LEANT_ON:
            raise Refused("Pages and rules are built on this field. It can't be retired.", field="field")
        return FieldRetired(field=self.field, **about)


class RetireContradiction(CatalogueCommand, frozen=True):
    """Let a rule hold no more."""

    rule: str

    def changing(self, before: Introductions, first: date, about: dict[str, Any]) -> CatalogueChange:
        if self.rule not in {rule.key for rule in extended(before.by()).contradictions}:
            raise Refused("There is no such rule, or it was retired already.", field="rule")
        return ContradictionRetired(rule=self.rule, **about)


class WithdrawIntroduction(msgspec.Struct, frozen=True, kw_only=True):
    """Take a change of the catalogue back before its first day."""

    viewer: Viewer
    number: int
    reason: str
    meeting: UUID | None = None

    @property
    def stream_id(self) -> UUID:
        return CATALOGUE_ID

    def decide(self, introductions: Introductions | None, context: CommandContext) -> Sequence[CatalogueEvent]:
        refuse_undecided(self.viewer, self.meeting)
        if introductions is None or self.number not in introductions.changes:
            raise Refused("There is no such change.")
        if introductions.changes[self.number][0] <= local_day(context.at):
            raise Refused("It is already in force. Retire it instead.")
        left = {number: each for number, each in introductions.changes.items() if number != self.number}
        try:
            extended(dataclasses.replace(introductions, changes=left).by())
        except CatalogueError:
            raise Refused("Something that is planned is built on it. Withdraw that first.") from None
        return [
            IntroductionWithdrawn(
                number=self.number, reason=required_text(self.reason, field="reason", longest=LONGEST_REASON)
            )
        ]
